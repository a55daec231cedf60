import { Card, Group, Table, Text, Title } from "@mantine/core";
import type { VisitorExport } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { KeepButton } from "./KeepButton.tsx";
import { privacyWords } from "./words.ts";

/** Everything that is kept of a visitor: how much of what, and the whole as a file for who asked. */
export function ExportView({ told }: { readonly told: VisitorExport }) {
  const t = useWords(privacyWords).export;
  const { dateTime, number } = useFormat();
  const lines = useLines(told);
  const isNothing = lines.every(([, count]) => count === 0);
  return (
    <Card withBorder radius="lg" role="region" aria-label={t.title}>
      <Group justify="space-between" align="flex-start" gap="sm" mb="sm">
        <div>
          <Title order={3} size="h4">
            {t.title}
          </Title>
          <Text size="sm" c="dimmed">
            {t.at(dateTime(told.exportedAt))}
          </Text>
        </div>
        <KeepButton name="visiteur" content={told} />
      </Group>
      {isNothing ? (
        <Text role="status">{t.nothing}</Text>
      ) : (
        <Table verticalSpacing="xs" aria-label={t.title}>
          <Table.Tbody data-figures>
            {lines.map(([label, count, latest]) => (
              <Table.Tr key={label}>
                <Table.Td>
                  {label}
                  {latest !== undefined && (
                    <Text size="sm" c="dimmed">
                      {t.latest(dateTime(latest))}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right">{number(count)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Card>
  );
}

type Line = readonly [label: string, count: number, latest?: string | undefined];

function useLines(told: VisitorExport): readonly Line[] {
  const t = useWords(privacyWords).export.kinds;
  const dated = (label: string, items: readonly { readonly at: string }[]): Line => [
    label,
    items.length,
    items
      .map(({ at }) => at)
      .sort()
      .at(-1),
  ];
  return [
    dated(t.impressions, told.impressions),
    dated(t.touches, told.touches),
    [t.scores, told.scores?.scores.length ?? 0],
    [t.session, told.session.length],
    dated(t.forecastSample, told.forecastSample),
    dated(t.consents, told.consents),
    [t.identifiers, told.identifiers],
    [t.exchanges, told.linkedExchangeIds],
    dated(t.identity, told.identity),
    [t.erasures, told.erasures.length],
  ];
}
