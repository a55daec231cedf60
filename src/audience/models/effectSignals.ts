import { createFadingRates, type FadingRates } from "./fadingRates.ts";
import { createPairSums } from "./pairRates.ts";
import { createPlainEffects } from "./plainEffects.ts";
import type { SignalModel, SignalSetting } from "./trialSignals.ts";
import type { TrialBatch } from "./trials.ts";

type Column = "visitor" | "item" | "category" | "kind" | "place";

/** Half-lives as parts of the time that is learnt from: what is recent differs between a week of clicks and years of ratings. */
const fadingParts = [1 / 64, 1 / 16, 1 / 4];
const pairs: readonly (readonly [Column, Column])[] = [
  ["visitor", "category"],
  ["visitor", "item"],
  ["visitor", "kind"],
  ["category", "place"],
  ["item", "place"],
  ["category", "kind"],
  ["item", "kind"],
];
const mostPairs = 2_000_000;
/** What a residual is drawn to 0 by: small, as the blend weighs it by what it proves worth. */
const priorTrials = 3;
const dayMs = 86_400_000;

/**
 * Effects of each column by empirical Bayes, on a second pass what pairs of columns have beyond them, and what the recent past
 * has, as it is when signals are written; with counts and ages, which say how far an effect is to be believed.
 */
export function createEffectSignals(setting: SignalSetting): SignalModel {
  const plain = createPlainEffects(setting);
  const pairEffects = pairs.map((of) => createPairEffects(of, setting));
  const fading = [
    createFadingEffects("visitor", setting.visitors, setting),
    createFadingEffects("item", setting.items, setting),
    createFadingEffects("category", setting.categories, setting),
  ];
  const parts = [plain, ...pairEffects, ...fading];
  let pass = 0;
  return {
    names: parts.flatMap(({ names }) => names),
    passes: 2,
    learn(batch, at) {
      if (pass === 0) return plain.learn(batch, at);
      const expected = plain.expected(batch, at);
      for (const part of pairEffects) part.learn(batch, at, expected);
    },
    follow(batch, at) {
      const expected = plain.expected(batch, at);
      for (const part of fading) part.learn(batch, at, expected);
    },
    endPass() {
      if (pass === 0) plain.shrink();
      pass += 1;
    },
    write(batch, at, signals, offset) {
      let next = offset;
      for (const part of parts) {
        part.write(batch, at, signals, next);
        next += part.names.length;
      }
    },
  };
}

interface Part {
  readonly names: readonly string[];
  readonly learn: (batch: TrialBatch, at: number, expected: number) => void;
  readonly write: (batch: TrialBatch, at: number, signals: Float64Array, offset: number) => void;
}

function createPairEffects(
  [first, second]: readonly [Column, Column],
  { countScale }: SignalSetting,
): Part {
  const sums = createPairSums(mostPairs);
  return {
    names: [`effect of ${first} × ${second}`, `log trials of ${first} × ${second}`],
    learn(batch, at, expected) {
      sums.add(batch[first][at] ?? 0, batch[second][at] ?? 0, batch.outcome[at] ?? 0, expected);
    },
    write(batch, at, signals, offset) {
      const place = sums.find(batch[first][at] ?? 0, batch[second][at] ?? 0);
      signals[offset] = sums.effect(place, priorTrials);
      signals[offset + 1] = Math.log1p(countScale * sums.trials(place));
    },
  };
}

function createFadingEffects(
  column: Column,
  keys: number,
  { spanMs, countScale }: SignalSetting,
): Part {
  const rates: FadingRates = createFadingRates(
    keys,
    fadingParts.map((part) => part * spanMs),
  );
  return {
    names: [
      ...fadingParts.map((part) => `effect of ${column} over 1/${1 / part} of the time`),
      ...fadingParts.map((part) => `log trials of ${column} over 1/${1 / part} of the time`),
      `log days since ${column}`,
    ],
    learn(batch, at, expected) {
      const nowMs = batch.timestampMs[at] ?? 0;
      rates.add(batch[column][at] ?? 0, batch.outcome[at] ?? 0, expected, nowMs);
    },
    write(batch, at, signals, offset) {
      const key = batch[column][at] ?? 0;
      const nowMs = batch.timestampMs[at] ?? 0;
      const lives = fadingParts.length;
      for (let life = 0; life < lives; life++) {
        signals[offset + life] = rates.effect(key, life, nowMs, priorTrials);
        signals[offset + lives + life] = Math.log1p(countScale * rates.trials(key, life, nowMs));
      }
      const days = Math.min(10_000, rates.sinceMs(key, nowMs) / dayMs);
      signals[offset + 2 * lives] = Math.log1p(days);
    },
  };
}
