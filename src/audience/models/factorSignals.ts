import { createLatentFactors } from "./latentFactors.ts";
import { logitOf } from "./logit.ts";
import type { SignalModel, SignalSetting } from "./trialSignals.ts";

/** How a factorisation is learnt. */
export interface FactorSetting {
  readonly factors: number;
  readonly rate: number;
  readonly shrinkage: number;
  readonly passes: number;
}

const biasShrinkage = 0.01;
const slowing = 0.93;

/** The logit of a factorisation that goes through the past several times. */
export function createFactorSignals(setting: SignalSetting, how: FactorSetting): SignalModel {
  const model = createLatentFactors({ ...setting, ...how, biasShrinkage });
  let [trials, positives, base] = [0, 0, 0];
  return {
    names: ["logit of hidden tastes"],
    // The first is for the overall rate.
    passes: how.passes + 1,
    learn(batch, at) {
      const label = batch.outcome[at] ?? 0;
      if (base === 0) {
        trials += 1;
        positives += label;
        return;
      }
      const [visitor, item] = [batch.visitor[at] ?? 0, batch.item[at] ?? 0];
      model.learn(visitor, item, batch.category[at] ?? 0, base, label);
    },
    endPass() {
      if (base !== 0) return model.slow(slowing);
      base = logitOf((positives + 0.5) / (trials + 1)) || 1e-9;
    },
    write(batch, at, signals, offset) {
      const [visitor, item] = [batch.visitor[at] ?? 0, batch.item[at] ?? 0];
      signals[offset] = model.logit(visitor, item, batch.category[at] ?? 0);
    },
  };
}
