import { EllipsisHorizontalIcon } from "@heroicons/react/24/outline";
import { ActionIcon, Anchor, Badge, Menu, Table, Text } from "@mantine/core";
import { Link } from "react-router";
import type { AudienceList } from "../../../sdk/src/generated.ts";
import { useMay } from "../api/session.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { useCampaignsOf } from "./useCampaignsOf.ts";
import { type CampaignOfList, usesOf } from "./uses.ts";
import { listsWords } from "./words.ts";

export type ListAction = "fill" | "use" | "remove";

interface ListTableProps {
  readonly advertiserId: number;
  readonly lists: readonly AudienceList[];
  readonly onAction: (action: ListAction, list: AudienceList) => void;
}

export function ListTable({ advertiserId, lists, onAction }: ListTableProps) {
  const t = useWords(listsWords);
  const campaigns = useCampaignsOf(advertiserId).data?.items ?? [];
  return (
    <Table verticalSpacing="sm" aria-label={t.title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.columns.name}</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {t.columns.entries}
          </Table.Th>
          <Table.Th ta="right">{t.columns.people}</Table.Th>
          <Table.Th visibleFrom="sm">{t.columns.until}</Table.Th>
          <Table.Th visibleFrom="md">{t.columns.uses}</Table.Th>
          <Table.Th w={56} aria-label={t.columns.actions} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody data-figures>
        {lists.map((list) => (
          <ListRow
            key={list.listId}
            list={list}
            uses={usesOf(list.segmentId, campaigns)}
            onAction={onAction}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface ListRowProps {
  readonly list: AudienceList;
  readonly uses: readonly CampaignOfList[];
  readonly onAction: ListTableProps["onAction"];
}

function ListRow({ list, uses, onAction }: ListRowProps) {
  const t = useWords(listsWords);
  const { day, number } = useFormat();
  const { name, identifier, entries, collectedOn, expiresOn } = list;
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        <Text size="sm" c="dimmed">
          {t.identifiers[identifier]}
        </Text>
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {t.untilOf(day(expiresOn))}
        </Text>
      </Table.Td>
      <Table.Td ta="right" visibleFrom="sm">
        {number(entries)}
      </Table.Td>
      <Table.Td ta="right">
        <People list={list} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {day(expiresOn)}
        <Text size="sm" c="dimmed">
          {t.collected(day(collectedOn))}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Uses uses={uses} />
      </Table.Td>
      <Table.Td>
        <RowActions list={list} onAction={onAction} />
      </Table.Td>
    </Table.Tr>
  );
}

const colours = {
  waiting: "gray",
  too_small: "yellow",
  usable: "atelier",
  expired: "red",
} as const;

/** How many visitors are found, in tens; what that means. */
function People({ list: { people, state, entries } }: Pick<ListRowProps, "list">) {
  const t = useWords(listsWords);
  const { number } = useFormat();
  const told = entries === 0 && state !== "expired" ? t.states.empty : t.states[state];
  return (
    <>
      {people !== null && <Text fw={600}>{t.people(number(people))}</Text>}
      <Badge variant="light" color={colours[state]} tt="none">
        {told}
      </Badge>
    </>
  );
}

const mostUses = 3;

function Uses({ uses }: Pick<ListRowProps, "uses">) {
  const t = useWords(listsWords);
  const { number } = useFormat();
  if (uses.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t.unused}
      </Text>
    );
  return (
    <>
      {uses.slice(0, mostUses).map(({ campaignId, name }) => (
        <Anchor
          key={campaignId}
          component={Link}
          to={`/campaigns/${campaignId}`}
          size="sm"
          display="block"
        >
          {name}
        </Anchor>
      ))}
      {uses.length > mostUses && (
        <Text size="sm" c="dimmed">
          {t.moreUses(number(uses.length - mostUses))}
        </Text>
      )}
    </>
  );
}

function RowActions({ list, onAction }: Pick<ListRowProps, "list" | "onAction">) {
  const t = useWords(listsWords).actions;
  if (!useMay("campaigns:write")) return null;
  const isOver = list.state === "expired";
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t.of(list.name)}>
          <EllipsisHorizontalIcon width={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {/* The API lets campaigns name those only by whom enough people are found. */}
        {!isOver && (
          <Menu.Item disabled={list.state !== "usable"} onClick={() => onAction("use", list)}>
            {list.state === "usable" ? t.use : t.useLater}
          </Menu.Item>
        )}
        {!isOver && <Menu.Item onClick={() => onAction("fill", list)}>{t.fill}</Menu.Item>}
        {!isOver && <Menu.Divider />}
        <Menu.Item color="red" onClick={() => onAction("remove", list)}>
          {t.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
