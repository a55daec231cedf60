import { type TrafficCurve, toTrafficCurve } from "./trafficCurve.ts";

/**
 * The traffic of a general classifieds site in France before anything was counted. An assumption, not a measurement: it
 * says what publishers of such sites say of theirs: next to nobody from 1 to 6, a rise from 7, a bump at lunch (12–14),
 * the day's peak after dinner (20–22), a later and fuller morning at the weekend, the week's peak on Sunday evening,
 * Friday and Saturday evenings the weakest. Counted traffic replaces it within two weeks (`shrinkCurve`).
 */
export function defaultNationalCurve(): TrafficCurve {
  return toTrafficCurve([
    ...scaled(weekday, 1.02),
    ...scaled(weekday, 1),
    ...scaled(weekday, 1),
    ...scaled(weekday, 0.98),
    ...scaled(friday, 0.92),
    ...scaled(saturday, 0.95),
    ...scaled(sunday, 1.13),
  ]);
}

// Percent of the day, hour by hour.
const weekday = [
  1.3, 0.6, 0.3, 0.2, 0.2, 0.5, 1.5, 2.9, 4.0, 4.6, 4.9, 5.2, 6.1, 5.7, 4.9, 4.7, 4.9, 5.4, 6.1,
  6.9, 7.9, 8.4, 7.2, 3.8,
];
const friday = [
  1.5, 0.7, 0.3, 0.2, 0.3, 0.6, 1.6, 3.1, 4.3, 4.9, 5.2, 5.5, 6.4, 6.0, 5.2, 5.0, 5.2, 5.6, 6.1,
  6.3, 6.7, 7.0, 6.1, 3.9,
];
const saturday = [
  2.0, 1.0, 0.5, 0.3, 0.2, 0.3, 0.8, 1.9, 3.6, 5.0, 5.9, 6.1, 5.8, 5.7, 5.5, 5.3, 5.3, 5.5, 5.8,
  6.2, 6.8, 7.1, 6.0, 3.9,
];
const sunday = [
  1.9, 1.0, 0.5, 0.3, 0.2, 0.3, 0.7, 1.5, 3.0, 4.6, 5.6, 5.8, 5.4, 5.4, 5.3, 5.2, 5.4, 5.9, 6.5,
  7.3, 8.3, 8.9, 7.3, 3.8,
];

function scaled(day: readonly number[], factor: number): readonly number[] {
  const sum = day.reduce((total, share) => total + share, 0);
  return day.map((share) => (share * factor) / sum);
}
