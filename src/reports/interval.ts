import { type CounterName, type Counts, counterNumber } from "./counters.ts";

/** A figure with the bounds between which it lies in 95 of 100 cases. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const z = 1.959964;

/**
 * Bounds of the mean of a Poisson count at 95 %, `n` ≥ 0 and not necessarily whole (Wilson and Hilferty's cube root of
 * the exact chi-squared bounds, within 1 % of them; 3.69 above nothing).
 */
export function poissonBounds(n: number): { readonly low: number; readonly high: number } {
  const low = n < 0.5 ? 0 : n * (1 - 1 / (9 * n) - z / (3 * Math.sqrt(n))) ** 3;
  const m = n + 1;
  const high = n === 0 ? 3.689 : m * (1 - 1 / (9 * m) + z / (3 * Math.sqrt(m))) ** 3;
  return { low: Math.max(0, low), high };
}

/**
 * How often something happened, from samples that each stand for `weight` of them. With every request sampled the figure
 * is exact; `usualWeight` is what a sample stood for, to bound what was never seen. Several counters are summed: they
 * must be about different requests.
 */
export function estimateCount(
  counts: Counts,
  counters: readonly CounterName[],
  usualWeight: number,
): Estimate {
  const { value, mean, bounds } = sampled(counts, counters, usualWeight);
  // Of what has happened only the part that was not sampled is unknown.
  const unknown = Math.sqrt(Math.max(0, 1 - 1 / mean));
  return {
    value,
    low: value - (value - bounds.low * mean) * unknown,
    high: value + (bounds.high * mean - value) * unknown,
  };
}

/** How often it happens in `parts` such times (a day is 1 / the share of it that was seen): what comes varies by itself. */
export function projectCount(
  counts: Counts,
  counters: readonly CounterName[],
  usualWeight: number,
  parts: number,
): Estimate {
  const { value, mean, bounds } = sampled(counts, counters, usualWeight);
  const factor = mean * parts;
  return { value: value * parts, low: bounds.low * factor, high: bounds.high * factor };
}

export function scaleEstimate({ value, low, high }: Estimate, factor: number): Estimate {
  return { value: value * factor, low: low * factor, high: high * factor };
}

/** The sum of the weights of some counters. */
export function weightOf(counts: Counts, counters: readonly CounterName[]): number {
  return counters.reduce((sum, name) => sum + counts.weights[counterNumber(name)]!, 0);
}

function sampled(counts: Counts, counters: readonly CounterName[], usualWeight: number) {
  const value = weightOf(counts, counters);
  const squares = counters.reduce((sum, name) => sum + counts.squares[counterNumber(name)]!, 0);
  const mean = Math.max(1, value > 0 ? squares / value : usualWeight);
  return { value, mean, bounds: poissonBounds(value / mean) };
}

/** What one sample stood for on average, told by the counts of all requests; 1 when there were none. */
export function usualWeightOf(requests: Counts): number {
  const weight = weightOf(requests, ["requests"]);
  return weight === 0 ? 1 : requests.squares[counterNumber("requests")]! / weight;
}
