import type { DemandSeries } from "./demandTypes.ts";
import { addWeeks, weeksBetween } from "./weeks.ts";

/** A week of a series, as the warehouse's statement `demand` answers it. */
export interface DemandCell {
  readonly week: string;
  readonly category: string;
  readonly departement: string;
  readonly events: number;
}

export interface LookedAt {
  /** Mondays: what was looked at begins with the first and ends before the second. */
  readonly from: string;
  readonly to: string;
}

/** Twenty years: more is not kept. */
const mostWeeks = 1_040;

/**
 * Series with the weeks that were looked at put in the place of what stood there: a week that is not among the cells has fewer
 * than 50 people. Weeks outside stay: the warehouse may have forgotten their rows. Pure.
 */
export function mergeDemand(
  kept: readonly DemandSeries[],
  cells: readonly DemandCell[],
  looked: LookedAt,
): readonly DemandSeries[] {
  const known = new Map(kept.map((one) => [keyOf(one), one]));
  const told = Map.groupBy(cells, keyOf);
  return [...new Set([...known.keys(), ...told.keys()])].map((key) => {
    const [category = "", departement = ""] = key.split(" ");
    return mergeOne(
      known.get(key) ?? { category, departement, firstWeek: looked.from, events: [] },
      told.get(key) ?? [],
      looked,
    );
  });
}

function mergeOne(
  kept: DemandSeries,
  cells: readonly DemandCell[],
  { from, to }: LookedAt,
): DemandSeries {
  const keptEnd = addWeeks(kept.firstWeek, kept.events.length);
  const end = latest(to, keptEnd);
  const first = [from, kept.firstWeek].sort()[0] ?? from;
  const oldest = addWeeks(end, -mostWeeks);
  const firstWeek = latest(first, oldest);
  const events = new Map(cells.map((cell) => [cell.week, cell.events]));
  const weeks = Array.from({ length: weeksBetween(firstWeek, end) }, (_, at) =>
    addWeeks(firstWeek, at),
  );
  return {
    ...kept,
    firstWeek,
    events: weeks.map((week) => {
      if (week >= from && week < to) return events.get(week) ?? null;
      return kept.events[weeksBetween(kept.firstWeek, week)] ?? null;
    }),
  };
}

function keyOf({
  category,
  departement,
}: {
  readonly category: string;
  readonly departement: string;
}) {
  return `${category} ${departement}`;
}

function latest(one: string, other: string): string {
  return [one, other].sort()[1] ?? one;
}
