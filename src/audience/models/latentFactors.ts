import { sigmoid } from "./logit.ts";
import { createSeededRandom } from "./seededRandom.ts";

/** Settings of a factorisation. */
export interface FactorOptions {
  readonly visitors: number;
  readonly items: number;
  readonly categories: number;
  /** How many hidden tastes there are; 1 or more. */
  readonly factors: number;
  /** Length of a step along the gradient, above 0. */
  readonly rate: number;
  /** Draws factors towards 0. */
  readonly shrinkage: number;
  /** Draws biases towards 0. */
  readonly biasShrinkage: number;
  readonly seed: number;
}

/** Logits of outcomes as a bias for each of visitor, item and category, and the product of hidden tastes. */
export interface LatentFactors {
  /** One step along the gradient of one trial. `base` is the logit that the rest is added to. */
  readonly learn: (
    visitor: number,
    item: number,
    category: number,
    base: number,
    label: number,
  ) => void;
  /** What is to be added to the base. Of visitors, items and categories never learnt nothing is. */
  readonly logit: (visitor: number, item: number, category: number) => number;
  /** Shortens the steps from now on. */
  readonly slow: (share: number) => void;
}

/**
 * Logistic matrix factorisation by stochastic gradient descent (Koren, Bell & Volinsky 2009, with the logistic loss). An
 * item's tastes are its category's and its own, so that new items have some. Takes 4 bytes for each factor of each visitor,
 * item and category. The same trials in the same order with the same seed give the same factors.
 */
export function createLatentFactors(options: FactorOptions): LatentFactors {
  const { factors, shrinkage, biasShrinkage } = options;
  const random = createSeededRandom(options.seed);
  const table = (count: number): Float32Array => new Float32Array(count * (factors + 1));
  const visitors = table(options.visitors);
  const items = table(options.items);
  const categories = table(options.categories);
  const width = factors + 1;
  const isNew = (of: Float32Array, at: number): boolean => of[at + 1] === 0;
  const begin = (of: Float32Array, at: number): void => {
    if (!isNew(of, at)) return;
    // Tastes of exactly 0 on both sides would never move.
    for (let factor = 1; factor < width; factor++) of[at + factor] = (random() - 0.5) * 0.2;
  };
  const logit: LatentFactors["logit"] = (visitor, item, category) => {
    const [v, i, c] = [visitor * width, item * width, category * width];
    let sum = (visitors[v] ?? 0) + (items[i] ?? 0) + (categories[c] ?? 0);
    for (let factor = 1; factor < width; factor++)
      sum +=
        (visitors[v + factor] ?? 0) * ((items[i + factor] ?? 0) + (categories[c + factor] ?? 0));
    return sum;
  };
  let rate = options.rate;
  return {
    logit,
    learn(visitor, item, category, base, label) {
      const [v, i, c] = [visitor * width, item * width, category * width];
      begin(visitors, v);
      begin(items, i);
      const error = label - sigmoid(base + logit(visitor, item, category));
      visitors[v] = (visitors[v] ?? 0) + rate * (error - biasShrinkage * (visitors[v] ?? 0));
      items[i] = (items[i] ?? 0) + rate * (error - biasShrinkage * (items[i] ?? 0));
      categories[c] = (categories[c] ?? 0) + rate * (error - biasShrinkage * (categories[c] ?? 0));
      for (let factor = 1; factor < width; factor++) {
        const p = visitors[v + factor] ?? 0;
        const q = items[i + factor] ?? 0;
        const r = categories[c + factor] ?? 0;
        visitors[v + factor] = p + rate * (error * (q + r) - shrinkage * p);
        items[i + factor] = q + rate * (error * p - shrinkage * q);
        categories[c + factor] = r + rate * (error * p - shrinkage * r);
      }
    },
    slow(share) {
      rate *= share;
    },
  };
}
