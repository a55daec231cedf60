import { hourOfWeek } from "../../src/targeting/hourOfWeek.ts";

export const hourMs = 3_600_000;
export const paris = "Europe/Paris";

/** Pages by hour of the week (0 = Monday 00:00 in Paris), relative: the mean is 1. */
export type WeekCurve = readonly number[];

/**
 * The week of an area: a hump in the late morning, one at lunch and one in the evening. `morning` (0 to 1) says how much
 * of it is the morning's; weekends get up later.
 */
export function weekCurve(morning: number): WeekCurve {
  const weights = Array.from({ length: 168 }, (_, hour) => {
    const isWeekend = hour >= 120;
    const at = hour % 24;
    const early = isWeekend ? hump(at, 11.5, 3) : hump(at, 10, 2.5);
    const evening = hump(at, isWeekend ? 20 : 20.5, 2.5);
    const weight = 0.06 + morning * early + 0.4 * hump(at, 13, 1.5) + (1.4 - morning) * evening;
    return weight * (isWeekend ? 1.15 : 1);
  });
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

function hump(hour: number, middle: number, width: number): number {
  const away = Math.min(Math.abs(hour - middle), 24 - Math.abs(hour - middle));
  return Math.exp(-(away ** 2) / (2 * width ** 2));
}

/** The curve's weight at a moment, `shiftHours` later than it says. */
export function weightAt(curve: WeekCurve, timeMs: number, shiftHours: number): number {
  return curve[hourOfWeek(timeMs - shiftHours * hourMs, paris)] ?? 0;
}

/** Shares of a day's traffic up to the end of each step of `stepMs`, from the day's start to its end; the last is 1. */
export function cumulativeShares(
  curve: WeekCurve,
  day: { readonly startMs: number; readonly endMs: number },
  stepMs: number,
  shiftHours: number,
): readonly number[] {
  const shares: number[] = [];
  let sum = 0;
  for (let at = day.startMs; at < day.endMs; at += stepMs) {
    sum += weightAt(curve, at, shiftHours);
    shares.push(sum);
  }
  return shares.map((share) => share / sum);
}
