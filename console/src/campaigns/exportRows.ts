import { createFormat } from "../ui/format.ts";
import type { HealthById } from "./arrange.ts";
import { type CsvValue, csvLine, eurosOf } from "./csv.ts";
import type { Row } from "./rows.ts";
import { type CampaignsWords, tellState } from "./told.ts";

export interface ExportWords extends Pick<CampaignsWords, "csv" | "state" | "statuses"> {
  readonly language: "fr" | "en";
}

/** The names of the columns, as a line. Pure. */
export function exportHead({ csv, language }: ExportWords): string {
  const { file: _file, ...columns } = csv;
  return csvLine(Object.values(columns), language);
}

/** Some campaigns as lines, in the order of the list. Pure. */
export function exportLines(
  rows: readonly Row[],
  healths: HealthById,
  names: ReadonlyMap<number, string>,
  words: ExportWords,
): string {
  const format = createFormat(words.language);
  return rows
    .map((row) => {
      const health = healths.get(row.campaignId);
      const told = tellState(row, health, words.language, words.state, format);
      const values: readonly CsvValue[] = [
        row.campaignId,
        row.name,
        names.get(row.advertiserId) ?? String(row.advertiserId),
        words.statuses[row.status],
        told.head,
        told.sentence,
        row.zoneLabel,
        row.startsOn,
        row.endsOn,
        eurosOf(row.dailyBudgetMicros),
        eurosOf(row.totalBudgetMicros),
        eurosOf(health?.spentTodayMicros),
        eurosOf(health?.planMicros),
        eurosOf(health?.spentTotalMicros),
      ];
      return csvLine(values, words.language);
    })
    .join("");
}
