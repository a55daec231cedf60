/**
 * The traffic of a week by hour (0 = Monday 00:00 to 167 = Sunday 23:00, local time), in average days: all 168 values
 * together make 7, so that 1 is what an average day brings.
 */
export type TrafficCurve = Float64Array;

export const hoursInWeek = 168;

/** What was counted of a place, hour of the week by hour of the week. */
export interface HourHistory {
  /** Opportunities counted. */
  readonly counts: Float64Array;
  /** How many such hours were watched, whether anything came or not. */
  readonly watched: Float64Array;
}

/**
 * How far the true share of an hour may lie from the curve that it is compared with, as a standard deviation relative to
 * it: first the hours of the day, on all weekdays together and at the weekend, then each hour of the week by itself, which
 * hardly differs any more. The nation's own curve may be far from the built-in one, a zone's is closer to the nation's.
 */
export interface CurveSpread {
  readonly hoursOfDay: number;
  readonly hoursOfWeek: number;
}

export const nationFromDefault: CurveSpread = { hoursOfDay: 0.6, hoursOfWeek: 0.15 };
export const zoneFromNation: CurveSpread = { hoursOfDay: 0.4, hoursOfWeek: 0.1 };

/** One hour of one week says no more than this: hours vary by some ±25 % around their mean, which is this relative variance. */
const hourlyVariance = 0.04;

/** Scales weights (≥ 0, one an hour of the week) so that they make 7. Throws a RangeError when there is nothing to scale. */
export function toTrafficCurve(weights: ArrayLike<number>): TrafficCurve {
  let sum = 0;
  for (let hour = 0; hour < hoursInWeek; hour++) sum += weights[hour] ?? Number.NaN;
  if (!(sum > 0 && sum < Infinity)) throw new RangeError("A week needs 168 weights above 0");
  return Float64Array.from({ length: hoursInWeek }, (_, hour) => (7 * weights[hour]!) / sum);
}

/** Opportunities of an average day, given the curve that its hours follow; 0 when nothing was watched. */
export function opportunitiesPerDay(curve: TrafficCurve, history: HourHistory): number {
  let counted = 0;
  let watchedDays = 0;
  for (let hour = 0; hour < hoursInWeek; hour++) {
    counted += history.counts[hour]!;
    watchedDays += history.watched[hour]! * curve[hour]!;
  }
  return watchedDays > 0 ? counted / watchedDays : 0;
}

/**
 * The curve of a place from its own history, shrunk towards `prior` as far as the history is thin: each share is the mean
 * of the two, weighted by how sure they are (the prior's variance, `spread`², against that of a count, which is Poisson and
 * varies from week to week). Weekdays are alike, so that two weeks of them say much about each of their hours. No history
 * gives the prior, months of it nearly themselves.
 */
export function shrinkCurve(
  prior: TrafficCurve,
  history: HourHistory,
  spread: CurveSpread,
): TrafficCurve {
  const daily = shrinkGroups(prior, history, spread.hoursOfDay, hourOfDayGroup);
  return shrinkGroups(daily, history, spread.hoursOfWeek, (hour) => hour);
}

/** 0–23 from Monday to Friday, 24–47 on Saturday and Sunday. */
function hourOfDayGroup(hour: number): number {
  return (hour % 24) + (hour >= 5 * 24 ? 24 : 0);
}

/** Moves each group of hours, as a whole, from the prior towards what was counted. */
function shrinkGroups(
  prior: TrafficCurve,
  history: HourHistory,
  spread: number,
  groupOf: (hour: number) => number,
): TrafficCurve {
  const perDay = opportunitiesPerDay(prior, history);
  if (perDay === 0) return prior;
  const counted = new Float64Array(hoursInWeek);
  const expected = new Float64Array(hoursInWeek);
  const watched = new Float64Array(hoursInWeek);
  for (let hour = 0; hour < hoursInWeek; hour++) {
    const group = groupOf(hour);
    counted[group]! += history.counts[hour]!;
    expected[group]! += perDay * prior[hour]! * history.watched[hour]!;
    watched[group]! += history.watched[hour]!;
  }
  const factorOf = (group: number): number => {
    if (!(expected[group]! > 0)) return 1;
    const variance = 1 / expected[group]! + hourlyVariance / watched[group]!;
    const trust = (spread * spread) / (spread * spread + variance);
    return 1 + trust * (counted[group]! / expected[group]! - 1);
  };
  return toTrafficCurve(prior.map((share, hour) => share * factorOf(groupOf(hour))));
}
