import { createEmpiricalBayes, type VisitorItemEffects } from "../models/empiricalBayes.ts";
import { logitOf } from "../models/logit.ts";
import type { SignalModel } from "../models/trialSignals.ts";

/** What every model is compared with. */
export const baselineNames = ["popularity", "empiricalBayes"] as const;

export type BaselineName = (typeof baselineNames)[number];

/**
 * The logits of the baselines: the item's shrunk rate (what is popular is shown to all), and the effects of item and visitor
 * summed.
 */
export function createBaselineSignals(): SignalModel {
  const model = createEmpiricalBayes();
  let effects: VisitorItemEffects = model.effects();
  return {
    names: baselineNames.map((name) => `baseline ${name}`),
    passes: 1,
    learn(batch, at) {
      model.learn(batch.visitor[at] ?? 0, batch.item[at] ?? 0, batch.outcome[at] ?? 0);
    },
    endPass() {
      effects = model.effects();
    },
    write(batch, at, signals, offset) {
      const item = batch.item[at] ?? 0;
      signals[offset] = logitOf(effects.items.overall) + effects.items.effectOf(item);
      signals[offset + 1] = effects.logit(batch.visitor[at] ?? 0, item);
    },
  };
}
