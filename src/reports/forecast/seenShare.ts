import type { PeriodCalendar } from "./calendar.ts";

/** After so many days a day says half as much of the days to come: people lose their ids, seasons pass. */
export const halfLifeDays = 14;

/** Which stretches of the observed days a period is compared with. */
export interface Stretches {
  readonly windowDays: number;
  /** Of one stretch, at most `windowDays`. */
  readonly days: number;
  /** Share that each stretch has, by its first day; they sum to 1. */
  readonly shares: Float64Array;
  /** Of the days of a stretch on which the campaign may run, how many the period has. */
  readonly dayShare: number;
}

/**
 * The stretches as long as a period, the latest counting most. Days of a stretch follow each other as those of the period
 * do: who lost an id meanwhile is counted twice only as far as that will happen again. Part of a week with hours of its own
 * is compared with whole weeks.
 */
export function stretchesOf(
  { days, activeDays, weekdays }: Pick<PeriodCalendar, "days" | "activeDays" | "weekdays">,
  windowDays: number,
): Stretches {
  const isPartOfWeek = days < 7 && weekdays < 7 && windowDays >= 7;
  const length = Math.max(1, Math.min(isPartOfWeek ? 7 : days, windowDays));
  const dayShare = isPartOfWeek ? Math.min(1, activeDays / Math.max(1, weekdays)) : 1;
  return stretches(length, windowDays, dayShare);
}

/** Stretches of `days` (1 to `windowDays`, whole). */
export function stretches(days: number, windowDays: number, dayShare = 1): Stretches {
  const count = Math.floor(windowDays) - days + 1;
  const weights = Float64Array.from({ length: count }, (_, first) => 2 ** (first / halfLifeDays));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { windowDays, days, dayShare, shares: weights.map((weight) => weight / total) };
}

/** More rows than this meet as surely. */
const mostRows = 128;

/** The chance to be met by so many rows (0 to 128) when each meets with `share`: powers are slow, and few of them differ. */
export function metByRows(share: number): Float64Array {
  return Float64Array.from({ length: mostRows + 1 }, (_, rows) =>
    rows === 0 ? 0 : 1 - Math.max(0, 1 - share) ** rows,
  );
}

/**
 * The chance that somebody who came so often on each observed day is met in a stretch of days: the mean over stretches.
 * `rowsByDay`: rows of each observed day, the first the oldest; `met`: see `metByRows`.
 */
export function seenShare(
  rowsByDay: ArrayLike<number>,
  { days, shares }: Stretches,
  met: Float64Array,
): number {
  let inStretch = 0;
  for (let day = 0; day < days - 1; day++) inStretch += rowsByDay[day]!;
  let seen = 0;
  for (let first = 0; first < shares.length; first++) {
    inStretch += rowsByDay[first + days - 1]!;
    seen += shares[first]! * met[Math.min(inStretch, mostRows)]!;
    inStretch -= rowsByDay[first]!;
  }
  return seen;
}

/** How many more come to be met in a longer period than was observed, as a factor ≥ 1: the last doubling's growth goes on, halved. */
export function growthBeyond(
  half: number,
  whole: number,
  days: number,
  windowDays: number,
): number {
  if (days <= windowDays || half <= 0) return 1;
  const slope = Math.max(0, Math.min(1, Math.log2(whole / half)));
  return (days / windowDays) ** (slope / 2);
}
