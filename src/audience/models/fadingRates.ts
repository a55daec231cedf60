import { residualEffect } from "./pairRates.ts";

/** Sums by key that fade with time, over several half-lives at once. */
export interface FadingRates {
  /** Trials come in the order of time; one that comes late counts as of the latest of its key. */
  readonly add: (key: number, label: number, expected: number, nowMs: number) => void;
  /** The trials that are left of a key's at a time, by half-life. */
  readonly trials: (key: number, halfLife: number, nowMs: number) => number;
  /** By how much the logit of a key's recent rate is above what was expected of it. */
  readonly effect: (key: number, halfLife: number, nowMs: number, priorTrials: number) => number;
  /** Since the key's latest trial, 0 or more; Infinity for a key never seen. */
  readonly sinceMs: (key: number, nowMs: number) => number;
}

/** Takes 8 bytes a key, and 12 more for each half-life. Keys are numbers below `keys`; others are never seen. */
export function createFadingRates(keys: number, halfLivesMs: readonly number[]): FadingRates {
  const lives = halfLivesMs.length;
  const latestMs = new Float64Array(keys).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float32Array(keys * lives * 3);
  const rates = Float64Array.from(halfLivesMs, (halfLifeMs) => Math.LN2 / halfLifeMs);
  const left = (key: number, halfLife: number, nowMs: number): number =>
    Math.exp(-(rates[halfLife] ?? 0) * Math.max(0, nowMs - (latestMs[key] ?? 0)));
  return {
    add(key, label, expected, nowMs) {
      for (let halfLife = 0; halfLife < lives; halfLife++) {
        const kept = left(key, halfLife, nowMs);
        const at = (key * lives + halfLife) * 3;
        sums[at] = (sums[at] ?? 0) * kept + 1;
        sums[at + 1] = (sums[at + 1] ?? 0) * kept + label;
        sums[at + 2] = (sums[at + 2] ?? 0) * kept + expected;
      }
      latestMs[key] = Math.max(latestMs[key] ?? 0, nowMs);
    },
    trials: (key, halfLife, nowMs) =>
      (sums[(key * lives + halfLife) * 3] ?? 0) * left(key, halfLife, nowMs),
    effect(key, halfLife, nowMs, priorTrials) {
      const at = (key * lives + halfLife) * 3;
      const trials = sums[at] ?? 0;
      if (trials === 0) return 0;
      const kept = left(key, halfLife, nowMs);
      const [positives, expected] = [sums[at + 1] ?? 0, sums[at + 2] ?? 0];
      return residualEffect(trials * kept, positives * kept, expected * kept, priorTrials);
    },
    sinceMs: (key, nowMs) => Math.max(0, nowMs - (latestMs[key] ?? Number.NEGATIVE_INFINITY)),
  };
}
