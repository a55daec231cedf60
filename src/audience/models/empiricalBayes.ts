import { logitOf, sigmoid } from "./logit.ts";
import { createRateCounts, type ShrunkRates } from "./shrunkRates.ts";

/** Effects of items and of visitors, as of what was learnt until they were taken. */
export interface VisitorItemEffects {
  /** The probability of a 1. A visitor or an item never seen (any key, also -1) has no effect. */
  readonly predict: (visitor: number, item: number) => number;
  readonly logit: (visitor: number, item: number) => number;
  readonly items: ShrunkRates;
  readonly visitors: ShrunkRates;
}

export interface EmpiricalBayes {
  /** Visitors and items are numbers from 0 without great gaps. */
  readonly learn: (visitor: number, item: number, label: number, weight?: number) => void;
  readonly effects: () => VisitorItemEffects;
}

/**
 * The floor that every model must beat: the rates of items and of visitors, each shrunk towards the overall rate by what is
 * estimated of their spread, and their effects summed in logit space. Takes 16 bytes for each visitor and item.
 */
export function createEmpiricalBayes(): EmpiricalBayes {
  const items = createRateCounts();
  const visitors = createRateCounts();
  return {
    learn(visitor, item, label, weight = 1) {
      visitors.add(visitor, label, weight);
      items.add(item, label, weight);
    },
    effects() {
      const ofItems = items.shrink();
      const ofVisitors = visitors.shrink();
      const base = logitOf(ofItems.overall);
      const logit = (visitor: number, item: number): number =>
        base + ofItems.effectOf(item) + ofVisitors.effectOf(visitor);
      return {
        logit,
        predict: (visitor, item) => sigmoid(logit(visitor, item)),
        items: ofItems,
        visitors: ofVisitors,
      };
    },
  };
}
