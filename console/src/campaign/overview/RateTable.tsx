import { Table, Text } from "@mantine/core";
import { Estimate } from "../../ui/Estimate.tsx";
import { useFormat } from "../../ui/useFormat.ts";
import { useWords } from "../../words/language.ts";
import classes from "../campaign.module.css";
import type { ReportRow } from "../types.ts";
import { campaignWords } from "../words.ts";
import { figureOf } from "./delivery.ts";

export interface RatedRow {
  readonly key: string;
  readonly name: string;
  readonly row: ReportRow;
}

interface RateTableProps {
  readonly label: string;
  readonly rows: readonly RatedRow[];
}

/** Parts of a campaign side by side: impressions, their share, and click rates with their bounds. */
export function RateTable({ label, rows }: RateTableProps) {
  const t = useWords(campaignWords);
  const total = rows.reduce((sum, { row }) => sum + figureOf(row, "impressions"), 0);
  const highest = Math.max(...rows.map(({ row }) => figureOf(row, "ctrHigh")), 0);
  return (
    <div className={classes.scroll}>
      <Table aria-label={label} verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t.compare.name}</Table.Th>
            <Table.Th scope="col">{t.figures.impressions}</Table.Th>
            <Table.Th scope="col" miw={150}>
              {t.figures.ctr}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((one) => (
            <RateRow {...one} key={one.key} total={total} highest={highest} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function RateRow({ name, row, total, highest }: RatedRow & { total: number; highest: number }) {
  const format = useFormat();
  const impressions = figureOf(row, "impressions");
  const share = total === 0 ? 0 : impressions / total;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {name}
      </Table.Th>
      <Table.Td>
        {format.number(impressions)}{" "}
        <Text span size="xs" c="dimmed">
          {format.percent(share, 0)}
        </Text>
        <div className={classes.sharebar} aria-hidden="true">
          <span style={{ width: `${100 * share}%` }} />
        </div>
      </Table.Td>
      <Table.Td>
        {impressions === 0 ? (
          "–"
        ) : (
          <Estimate
            value={figureOf(row, "ctr")}
            low={figureOf(row, "ctrLow")}
            high={figureOf(row, "ctrHigh")}
            format={(rate) => format.percent(rate, 2)}
            scaleTo={highest}
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
