import type { DemandSeries } from "./demandTypes.ts";
import { addWeeks } from "./weeks.ts";

export const seasonNames = ["winter", "spring", "summer", "autumn"] as const;
export type SeasonName = (typeof seasonNames)[number];

/** A season of a year. A winter begins in December and is told with the year that follows. */
export interface SeasonTrend {
  readonly year: number;
  readonly season: SeasonName;
  readonly category: string;
  readonly departement: string;
  /** A week's, in the mean of the weeks that are told. */
  readonly eventsPerWeek: number;
  /** Weeks that are told, of 13. */
  readonly weeks: number;
}

/** A season with fewer weeks says little of it. */
const fewestWeeks = 4;

/** Weekly demand by season, oldest first. A week belongs to the season of its Thursday. Pure. */
export function seasonTrends(series: readonly DemandSeries[]): readonly SeasonTrend[] {
  return series.flatMap(({ category, departement, firstWeek, events }) => {
    const told = events.flatMap((value, at) => {
      return value === null ? [] : [{ value, key: seasonKey(addWeeks(firstWeek, at)) }];
    });
    return [...Map.groupBy(told, ({ key }) => key)]
      .filter(([, weeks]) => weeks.length >= fewestWeeks)
      .map(([key, weeks]) => ({
        year: Math.floor(key / 4),
        season: seasonNames[key % 4] ?? "winter",
        category,
        departement,
        eventsPerWeek: Math.round(weeks.reduce((sum, { value }) => sum + value, 0) / weeks.length),
        weeks: weeks.length,
      }));
  });
}

/** Grows with time: four a year. */
function seasonKey(week: string): number {
  const thursday = new Date(Date.parse(`${week}T00:00:00Z`) + 3 * 86_400_000);
  const month = thursday.getUTCMonth();
  const year = thursday.getUTCFullYear() + (month === 11 ? 1 : 0);
  return year * 4 + Math.floor(((month + 1) % 12) / 3);
}
