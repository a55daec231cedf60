import type { HistoryEntry, Pacing, ReportRow } from "../types.ts";
import { parisDay } from "./period.ts";

/** One bar of the chart: an hour or a day. */
export interface DeliveryPoint {
  /** An instant (hours) or a day. */
  readonly at: string;
  /** Null for what is to come. */
  readonly spendMicros: number | null;
  /** Null where there is no plan. */
  readonly plannedMicros: number | null;
  readonly impressions: number | null;
  readonly clicks: number | null;
}

const hourMs = 3_600_000;

/** A figure of a report's row; what is not told is 0. */
export function figureOf(row: ReportRow, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : 0;
}

/** A day hour by hour: today's with its plan (`pacing`), one that is over from the first hour that showed to the last. Pure. */
export function hourPoints(
  rows: readonly ReportRow[],
  pacing: Pick<Pacing, "hours"> | null,
): readonly DeliveryPoint[] {
  const byMs = new Map(rows.map((row) => [Date.parse(String(row.hour)), row]));
  const told = [...byMs.keys()];
  const first = Math.min(...told);
  const hours =
    pacing?.hours ??
    Array.from(
      { length: told.length === 0 ? 0 : (Math.max(...told) - first) / hourMs + 1 },
      (_, index) => ({
        startsAt: new Date(first + index * hourMs).toISOString(),
        plannedMicros: null,
        spentMicros: 0,
      }),
    );
  return hours.map(({ startsAt, plannedMicros, spentMicros }) => {
    const row = byMs.get(Date.parse(startsAt));
    const isToCome = spentMicros === null;
    const told = (column: string) =>
      isToCome ? null : row === undefined ? 0 : figureOf(row, column);
    const [impressions, clicks] = [told("impressions"), told("clicks")];
    return { at: startsAt, spendMicros: told("spendMicros"), plannedMicros, impressions, clicks };
  });
}

/** A period day by day, those on which nothing was shown too. Pure. */
export function dayPoints(
  days: readonly string[],
  rows: readonly ReportRow[],
  planOf: (day: string) => number | null,
): readonly DeliveryPoint[] {
  const byDay = new Map(rows.map((row) => [String(row.day), row]));
  return days.map((day) => {
    const row = byDay.get(day) ?? {};
    return {
      at: day,
      spendMicros: figureOf(row, "spendMicros"),
      plannedMicros: planOf(day),
      impressions: figureOf(row, "impressions"),
      clicks: figureOf(row, "clicks"),
    };
  });
}

export interface PlannedCampaign {
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly dailyBudgetMicros: number | null;
}

/**
 * What a day was to spend at most: the daily budget that was in force at its end, as the history tells it; null without one,
 * and outside of the campaign's dates. Pure.
 */
export function dailyPlan(
  campaign: PlannedCampaign,
  history: readonly HistoryEntry[],
): (day: string) => number | null {
  const changes = history
    .filter(({ entity, before }) => entity === "campaign" && before !== null)
    .map(({ at, before }) => ({ day: parisDay(Date.parse(at)), before: before?.dailyBudgetMicros }))
    .filter(({ before }) => typeof before === "number" || before === null)
    .reverse();
  return (day) => {
    const isOutside =
      day < campaign.startsOn || (campaign.endsOn !== null && day > campaign.endsOn);
    if (isOutside) return null;
    const later = changes.find((change) => change.day > day);
    const budget = later === undefined ? campaign.dailyBudgetMicros : later.before;
    return typeof budget === "number" ? budget : null;
  };
}
