import { CodeBracketIcon, PencilSquareIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Badge, Button, Group, Table, Text, Title, Tooltip } from "@mantine/core";
import type { Placement, Site } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import type { Opened } from "./PlacementsPage.tsx";
import { placementsWords } from "./words.ts";

interface SiteSectionProps {
  readonly site: Site;
  readonly placements: readonly Placement[];
  readonly open: (opened: Opened) => void;
}

/** A site with its placements. */
export function SiteSection({ site, placements, open }: SiteSectionProps) {
  const t = useWords(placementsWords);
  const format = useFormat();
  const { allowedOrigins } = site;
  return (
    <section aria-label={site.name}>
      <Group justify="space-between" align="flex-end" mb="sm">
        <div>
          <Title order={2} size="h3">
            {site.name}
          </Title>
          <Text size="sm" c="dimmed">
            {allowedOrigins.length === 0
              ? t.site.anywhere
              : t.site.origins(format.list(allowedOrigins))}
          </Text>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="subtle" onClick={() => open({ kind: "site", site })}>
            {t.site.edit}
          </Button>
          <Button
            size="xs"
            variant="light"
            onClick={() => open({ kind: "placement", placement: null, site })}
          >
            {t.addPlacement}
          </Button>
        </Group>
      </Group>
      {placements.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t.none.placements}
        </Text>
      ) : (
        <PlacementTable {...{ site, placements, open }} />
      )}
    </section>
  );
}

function PlacementTable({ site, placements, open }: SiteSectionProps) {
  const t = useWords(placementsWords);
  const { code, formats, sizes, floor, categories, blocked } = t.columns;
  return (
    <Table.ScrollContainer minWidth={300} type="native">
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{code}</Table.Th>
            <Table.Th>{formats}</Table.Th>
            <Table.Th visibleFrom="sm">{sizes}</Table.Th>
            <Table.Th ta="right" visibleFrom="sm">
              {floor}
            </Table.Th>
            <Table.Th visibleFrom="md">{categories}</Table.Th>
            <Table.Th visibleFrom="md">{blocked}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {placements.map((placement) => (
            <Row key={placement.placementId} {...{ site, placement, open }} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface RowProps {
  readonly site: Site;
  readonly placement: Placement;
  readonly open: (opened: Opened) => void;
}

function Row({ site, placement, open }: RowProps) {
  const t = useWords(placementsWords);
  const format = useFormat();
  const { code, sizes, floorMicros, allowedCategories, blockedTrades } = placement;
  const blocked = t.blocked(placement.blockedAdvertiserIds.length, blockedTrades.length);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={600}>
        {code}
      </Table.Th>
      <Table.Td>
        <Group gap={4}>
          {placement.formats.map((one) => (
            <Badge key={one} variant="light" tt="none">
              {t.formats[one]}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {sizes.length === 0
          ? t.anySize
          : format.list(sizes.map(([width, height]) => `${width} × ${height}`))}
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {floorMicros === 0 ? t.noFloor : format.money(floorMicros)}
      </Table.Td>
      <Table.Td visibleFrom="md">
        {allowedCategories.length === 0 ? t.anyCategory : format.list(allowedCategories)}
      </Table.Td>
      <Table.Td visibleFrom="md">{blocked === "" ? t.nobody : blocked}</Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <Tooltip label={t.snippetButton}>
            <ActionIcon
              variant="subtle"
              aria-label={t.snippet(code)}
              onClick={() => open({ kind: "snippet", placement, site })}
            >
              <CodeBracketIcon width={18} />
            </ActionIcon>
          </Tooltip>
          <ActionIcon
            variant="subtle"
            aria-label={t.edit(code)}
            onClick={() => open({ kind: "placement", placement, site })}
          >
            <PencilSquareIcon width={18} />
          </ActionIcon>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
