import type { AnswerOf } from "../../../sdk/src/client.ts";

type Season = AnswerOf<"readTrends">["seasons"][number];

export interface TrendRow {
  readonly season: Season["season"];
  /** By year. */
  readonly [year: string]: number | string;
}

const order: readonly Season["season"][] = ["winter", "spring", "summer", "autumn"];
const mostYears = 4;

/** A row a season with a value for each of the last years. Pure. */
export function trendRows(seasons: readonly Season[]): {
  readonly years: readonly number[];
  readonly rows: readonly TrendRow[];
} {
  const years = [...new Set(seasons.map(({ year }) => year))].sort().slice(-mostYears);
  const rows = order.map((season): TrendRow => {
    const own = seasons.filter((one) => one.season === season && years.includes(one.year));
    return Object.assign(
      { season },
      Object.fromEntries(own.map(({ year, eventsPerWeek }) => [String(year), eventsPerWeek])),
    );
  });
  return { years, rows };
}
