import { fitSeasonality, type Seasonality, type YearBasis } from "./harmonics.ts";
import { ahead, smooth } from "./smoothing.ts";

/** What the model says of a week, in logarithms of (1 + demand). */
export interface LogWeek {
  readonly center: number;
  readonly sigma: number;
}

/** A group's year may turn so fast. */
export const groupHarmonics = 6;
const leastRidge = 2;
const ownHarmonics = 3;
/** How far a category's year in one département usually lies from what its category and its département do: 10 %. */
const ownSpread = 0.1;

export function toLogs(events: readonly (number | null)[]): readonly (number | null)[] {
  return events.map((value) => (value === null ? null : Math.log1p(value)));
}

/** The yearly pattern of a group of series, drawn to none the more the noisier it is. */
export function groupPattern(logs: readonly (number | null)[], basis: YearBasis): Seasonality {
  const harmonics = groupHarmonics;
  const first = fitSeasonality(logs, basis, { harmonics, ridge: leastRidge });
  const sigma = smooth(without(logs, first))?.sigma ?? 0;
  const ridge = Math.max(leastRidge, (sigma / ownSpread) ** 2);
  return ridge === leastRidge ? first : fitSeasonality(logs, basis, { harmonics, ridge });
}

/**
 * Forecasts a series: its own level and damped trend, upon the yearly pattern of its category in the country and of its
 * département, upon what of its own year stands out from these, drawn to none the more the noisier it is. As many weeks as the
 * horizon, or fewer where the basis ends. Null = too little is known.
 */
export function forecastLogs(
  logs: readonly (number | null)[],
  basis: YearBasis,
  shared: Seasonality,
  horizonWeeks: number,
): readonly LogWeek[] | null {
  const rest = without(logs, shared);
  const first = smooth(rest);
  if (first === null) return null;
  const ridge = (first.sigma / ownSpread) ** 2;
  const own = fitSeasonality(rest, basis, { harmonics: ownHarmonics, ridge });
  const level = smooth(without(rest, own));
  if (level === null) return null;
  const weeks = Math.min(horizonWeeks, basis.rows.length - logs.length);
  return Array.from({ length: weeks }, (_, step) => {
    const at = logs.length + step;
    const { level: center, sigma } = ahead(level, step + 1);
    return { center: center + (shared[at] ?? 0) + (own[at] ?? 0), sigma };
  });
}

function without(
  logs: readonly (number | null)[],
  pattern: Seasonality,
): readonly (number | null)[] {
  return logs.map((value, at) => (value === null ? null : value - (pattern[at] ?? 0)));
}
