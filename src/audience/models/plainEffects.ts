import { logitOf, sigmoid } from "./logit.ts";
import { createRateCounts, type ShrunkRates } from "./shrunkRates.ts";
import { hourOfWeek, hoursOfWeek, type SignalSetting } from "./trialSignals.ts";
import type { TrialBatch } from "./trials.ts";

/** Parts of the time that is learnt from; what comes later is as the last. */
const periods = 16;

/** Effects of single columns by empirical Bayes. */
export interface PlainEffects {
  readonly names: readonly string[];
  readonly learn: (batch: TrialBatch, at: number) => void;
  /** After all is learnt. */
  readonly shrink: () => void;
  /** The probability that the visitor's and the item's effects expect. */
  readonly expected: (batch: TrialBatch, at: number) => number;
  readonly write: (batch: TrialBatch, at: number, signals: Float64Array, offset: number) => void;
}

/** What an effect is of: a number of each trial. */
interface Effect {
  readonly name: string;
  readonly size: number;
  readonly keyOf: (batch: TrialBatch, at: number) => number;
}

/** The visitor's is the first, the item's the second. */
function effectsOf(setting: SignalSetting): readonly Effect[] {
  const { firstMs, spanMs } = setting;
  return [
    { name: "visitor", size: setting.visitors, keyOf: ({ visitor }, at) => visitor[at] ?? 0 },
    { name: "item", size: setting.items, keyOf: ({ item }, at) => item[at] ?? 0 },
    { name: "category", size: setting.categories, keyOf: ({ category }, at) => category[at] ?? 0 },
    { name: "kind", size: setting.kinds, keyOf: ({ kind }, at) => kind[at] ?? 0 },
    { name: "place", size: setting.places, keyOf: ({ place }, at) => place[at] ?? 0 },
    {
      name: "hour of the week",
      size: hoursOfWeek,
      keyOf: ({ timestampMs }, at) => hourOfWeek(timestampMs[at] ?? 0),
    },
    {
      name: "period",
      size: periods,
      keyOf: ({ timestampMs }, at) =>
        Math.min(
          periods - 1,
          Math.max(0, Math.floor((((timestampMs[at] ?? 0) - firstMs) / spanMs) * periods)),
        ),
    },
  ];
}

/** Counts by visitor, item, category, kind, place, hour of the week and period of the time that is learnt from. */
export function createPlainEffects(setting: SignalSetting): PlainEffects {
  const effects = effectsOf(setting);
  const counts = effects.map(({ size }) => createRateCounts(size));
  let shrunk: readonly ShrunkRates[] = [];
  return {
    names: [
      ...effects.map(({ name }) => `effect of ${name}`),
      "log trials of visitor",
      "log trials of item",
    ],
    learn(batch, at) {
      const label = batch.outcome[at] ?? 0;
      for (let index = 0; index < effects.length; index++)
        counts[index]?.add(effects[index]?.keyOf(batch, at) ?? 0, label);
    },
    shrink() {
      shrunk = counts.map((of) => of.shrink());
    },
    expected(batch, at) {
      const visitor = shrunk[0]?.effectOf(batch.visitor[at] ?? 0) ?? 0;
      const item = shrunk[1]?.effectOf(batch.item[at] ?? 0) ?? 0;
      return sigmoid(logitOf(shrunk[0]?.overall ?? 0.5) + visitor + item);
    },
    write(batch, at, signals, offset) {
      for (let index = 0; index < effects.length; index++)
        signals[offset + index] =
          shrunk[index]?.effectOf(effects[index]?.keyOf(batch, at) ?? 0) ?? 0;
      const next = offset + effects.length;
      signals[next] = Math.log1p(
        setting.countScale * (counts[0]?.trialsOf(batch.visitor[at] ?? 0) ?? 0),
      );
      signals[next + 1] = Math.log1p(
        setting.countScale * (counts[1]?.trialsOf(batch.item[at] ?? 0) ?? 0),
      );
    },
  };
}
