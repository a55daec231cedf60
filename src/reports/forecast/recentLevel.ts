import type { TrafficCurve } from "../../budgets/pacing/trafficCurve.ts";
import type { CountedTraffic } from "../../budgets/pacing/trafficHistory.ts";
import { hourOfWeek } from "../../targeting/hourOfWeek.ts";
import { halfLifeDays } from "./seenShare.ts";

/** Pages that say nothing changed, before any was counted. */
const steadyPages = 200;
const hourMs = 3_600_000;

/** How much more (above 1) or less comes to a cell lately than the forecast of its whole history says. */
export type RecentLevel = (
  cell: number,
  forecast: { readonly curve: TrafficCurve; readonly opportunitiesPerDay: number },
) => number;

/**
 * Counted pages over those that the mean of weeks would have had in the same hours, a day counting half as much after two
 * weeks: seasons and trends move the level by a percent or two a week, which a plain mean of eight weeks follows a month late.
 * Hours in which nothing came anywhere were not watched; the present one is not over.
 */
export function createRecentLevel(
  counted: readonly CountedTraffic[],
  nowMs: number,
  timeZone: string,
): RecentLevel {
  const present = Math.floor(nowMs / hourMs);
  const past = counted.filter(({ hour }) => hour < present);
  const weightOf = (hour: number): number => 2 ** ((hour - present) / (24 * halfLifeDays));
  const watched = new Float64Array(168);
  for (const hour of new Set(past.map((one) => one.hour)))
    watched[hourOfWeek(hour * hourMs, timeZone)]! += weightOf(hour);
  const seen = new Map<number, number>();
  for (const { cell, hour, requests } of past)
    seen.set(cell, (seen.get(cell) ?? 0) + requests * weightOf(hour));
  return (cell, { curve, opportunitiesPerDay }) => {
    let expected = 0;
    for (let hour = 0; hour < watched.length; hour++) expected += watched[hour]! * curve[hour]!;
    return ((seen.get(cell) ?? 0) + steadyPages) / (expected * opportunitiesPerDay + steadyPages);
  };
}
