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
 * it. The nation's own curve may be far from the built-in one, a zone's is close to the nation's.
 */
export const curveSpread = { nationFromDefault: 0.6, zoneFromNation: 0.3 } as const;

/** One hour of one week says this little: days and hours vary (±20 % and ±25 %), so its variance relative to the mean. */
const weeklyVariance = 0.1;

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
 * The curve of a place from its own history, shrunk hour by hour towards `prior` as far as the history is thin: each hour's
 * share is the mean of the two, weighted by how sure they are (the prior's variance `spread`² against that of a count,
 * which is Poisson and varies from week to week). No history gives the prior, months of it nearly themselves.
 */
export function shrinkCurve(
  prior: TrafficCurve,
  history: HourHistory,
  spread: number,
): TrafficCurve {
  const perDay = opportunitiesPerDay(prior, history);
  if (perDay === 0) return prior;
  const priorVariance = spread * spread;
  return toTrafficCurve(
    prior.map((share, hour) => {
      const watched = history.watched[hour]!;
      if (watched === 0 || share === 0) return share;
      const expected = perDay * share * watched;
      const variance = 1 / expected + weeklyVariance / watched;
      const trust = priorVariance / (priorVariance + variance);
      return share * (1 + trust * (history.counts[hour]! / expected - 1));
    }),
  );
}
