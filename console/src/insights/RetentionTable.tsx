import { Table } from "@mantine/core";
import type { AnswerOf } from "../../../sdk/src/client.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import { insightsWords } from "./words.ts";

const mostMonths = 12;

/** A line a cohort, a column a month; the fuller, the darker. Who are fewer than 50 leave a gap. */
export function RetentionTable({ rows }: { readonly rows: AnswerOf<"readRetention">["rows"] }) {
  const t = useWords(insightsWords).retention;
  const format = useFormat();
  const cohorts = [...Map.groupBy(rows, ({ cohort }) => cohort)];
  const last = Math.min(mostMonths, Math.max(0, ...rows.map(({ months }) => months)));
  const columns = Array.from({ length: last }, (_, at) => at + 1);
  return (
    <Table.ScrollContainer
      minWidth={640}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={t.title}
    >
      <Table data-figures>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t.cohort}</Table.Th>
            <Table.Th ta="right">{t.people}</Table.Th>
            {columns.map((months) => (
              <Table.Th key={months} ta="right">
                {t.months(format.number(months))}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {cohorts.map(([cohort, own]) => (
            <Table.Tr key={cohort}>
              <Table.Th scope="row">{format.day(cohort)}</Table.Th>
              <Table.Td ta="right">{format.number(own[0]?.cohortPeople ?? 0)}</Table.Td>
              {columns.map((months) => (
                <Share key={months} row={own.find((one) => one.months === months)} />
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Share({ row }: { readonly row: AnswerOf<"readRetention">["rows"][number] | undefined }) {
  const format = useFormat();
  if (row === undefined) return <Table.Td />;
  const share = row.people / row.cohortPeople;
  const shade = `color-mix(in srgb, var(--mantine-primary-color-filled) ${Math.round(40 * share)}%, transparent)`;
  return (
    <Table.Td ta="right" style={{ background: shade }}>
      {format.percent(share, 0)}
    </Table.Td>
  );
}
