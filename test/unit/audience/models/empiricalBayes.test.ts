import { expect, it } from "vitest";
import { createEmpiricalBayes } from "../../../../src/audience/models/empiricalBayes.ts";
import { logitOf, sigmoid } from "../../../../src/audience/models/logit.ts";
import { createSeededRandom } from "../../../../src/audience/models/seededRandom.ts";
import { createRateCounts } from "../../../../src/audience/models/shrunkRates.ts";

it("finds how much rates vary, and shrinks by it", () => {
  const random = createSeededRandom(1);
  const counts = createRateCounts();
  // Rates of 0.2 and 0.4, half of the keys each: variance 0.01, so 0.3 * 0.7 / 0.01 - 1 = 20 trials.
  for (let key = 0; key < 2_000; key++)
    for (let trial = 0; trial < 30; trial++)
      counts.add(key, random() < (key % 2 === 0 ? 0.2 : 0.4) ? 1 : 0);
  const { overall, priorTrials } = counts.shrink();
  expect(Math.abs(overall - 0.3)).toBeLessThan(0.01);
  expect(Math.abs(priorTrials - 20)).toBeLessThan(4);
});

it("believes no key where keys differ by chance alone", () => {
  const random = createSeededRandom(2);
  const counts = createRateCounts();
  for (let key = 0; key < 1_000; key++)
    for (let trial = 0; trial < 10; trial++) counts.add(key, random() < 0.1 ? 1 : 0);
  const rates = counts.shrink();
  const effects = Array.from({ length: 1_000 }, (_, key) => Math.abs(rates.effectOf(key)));
  expect(Math.max(...effects)).toBeLessThan(0.3);
});

it("has no effect for keys that were never seen, and stays finite on nothing or on one outcome", () => {
  const counts = createRateCounts(1);
  expect(counts.shrink().rateOf(5)).toBeCloseTo(0.5, 5);
  for (let trial = 0; trial < 50; trial++) counts.add(0, 1);
  const rates = counts.shrink();
  expect(rates.effectOf(99)).toBe(0);
  expect(rates.effectOf(-1)).toBe(0);
  expect(Number.isFinite(rates.effectOf(0))).toBe(true);
  expect(rates.rateOf(0)).toBeLessThan(1);
});

it("sums what the item and the visitor are above the overall rate in logit space", () => {
  const random = createSeededRandom(3);
  const model = createEmpiricalBayes();
  for (let trial = 0; trial < 20_000; trial++) {
    const [visitor, item] = [Math.floor(random() * 40), Math.floor(random() * 20)];
    const rate = sigmoid(-1 + (visitor % 2) + (item % 2));
    model.learn(visitor, item, random() < rate ? 1 : 0);
  }
  const effects = model.effects();
  expect(effects.logit(1, 1)).toBeCloseTo(
    logitOf(effects.items.overall) + effects.items.effectOf(1) + effects.visitors.effectOf(1),
    12,
  );
  expect(Math.abs(effects.predict(1, 1) - sigmoid(1))).toBeLessThan(0.05);
  expect(Math.abs(effects.predict(0, 0) - sigmoid(-1))).toBeLessThan(0.05);
  expect(effects.predict(-1, -1)).toBeCloseTo(effects.items.overall, 12);
});
