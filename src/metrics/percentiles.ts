import type { Growth } from "./history.ts";
import type { Labels } from "./metrics.ts";

/** Upper ends in seconds: each a third more than the one before, from a fifth of a millisecond to a second and a half. */
export const latencyBounds: readonly number[] = Array.from({ length: 33 }, (_, step) =>
  Number((0.000_2 * 4 ** (step / 5)).toPrecision(3)),
);

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * Percentiles of a histogram's growth, in milliseconds, evenly spread within a bucket (as Prometheus' histogram_quantile):
 * right within a sixth. Beyond the last bound, that bound. Null = nothing was measured.
 */
export function percentilesOf(
  growth: Growth,
  name: string,
  labels: Labels = {},
): Percentiles | null {
  const cumulative = [...growth.by(`${name}_bucket`, "le", labels)]
    .map(([le, count]) => ({ bound: le === "+Inf" ? Infinity : Number(le), count }))
    .sort((a, b) => a.bound - b.bound);
  const total = cumulative.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  const at = (share: number) =>
    Number((quantile(cumulative, share * total) * 1_000).toPrecision(3));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function quantile(
  cumulative: readonly { readonly bound: number; readonly count: number }[],
  rank: number,
): number {
  let [below, counted] = [0, 0];
  for (const { bound, count } of cumulative) {
    if (count >= rank) {
      if (bound === Infinity) return below;
      return below + (bound - below) * ((rank - counted) / Math.max(1e-9, count - counted));
    }
    [below, counted] = [bound, count];
  }
  return below;
}
