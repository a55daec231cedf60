import { expect, it } from "vitest";
import { bucketOf } from "../../../../src/audience/models/featureHash.ts";
import { createFtrl } from "../../../../src/audience/models/ftrl.ts";
import { createSeededRandom } from "../../../../src/audience/models/seededRandom.ts";

const usual = { alpha: 0.1, beta: 1, l1: 0, l2: 0 };

it("takes the first step that the paper's algorithm takes", () => {
  const model = createFtrl({ alpha: 0.5, beta: 1, l1: 0, l2: 2 });
  expect(model.learn([7], null, 1)).toBe(0.5);
  // g = -0.5, z = -0.5, n = 0.25: w = -z / ((beta + sqrt(n)) / alpha + l2).
  expect(model.logit([7], null)).toBeCloseTo(0.5 / ((1 + 0.5) / 0.5 + 2), 12);
});

it("learns the rates that outcomes were drawn at", () => {
  const random = createSeededRandom(1);
  const model = createFtrl(usual);
  const rates = [0.1, 0.5, 0.8];
  const buckets = rates.map((_, index) => bucketOf(`kind=${index}`));
  for (let trial = 0; trial < 30_000; trial++) {
    const kind = trial % rates.length;
    model.learn([buckets[kind] ?? 0], null, random() < (rates[kind] ?? 0) ? 1 : 0);
  }
  for (const [kind, rate] of rates.entries())
    expect(Math.abs(model.predict([buckets[kind] ?? 0], null) - rate)).toBeLessThan(0.03);
});

it("leaves features without evidence at exactly 0 where l1 says so", () => {
  const random = createSeededRandom(2);
  const model = createFtrl({ ...usual, l1: 20 });
  for (let trial = 0; trial < 5_000; trial++) {
    const good = trial % 2;
    model.learn([1 + good, 100 + (trial % 50)], null, random() < 0.2 + 0.6 * good ? 1 : 0);
  }
  const kept = [...model.coefficients()].map(({ bucket }) => bucket);
  expect(kept).toEqual([1, 2]);
});

it("goes on from a saved state as if it had never stopped", () => {
  const random = createSeededRandom(3);
  const trials = Array.from({ length: 200 }, () => ({
    buckets: [Math.floor(random() * 20), 20 + Math.floor(random() * 20)],
    values: [1, random()],
    label: random() < 0.3 ? 1 : 0,
  }));
  const whole = createFtrl(usual);
  const first = createFtrl(usual);
  const second = createFtrl(usual);
  for (const { buckets, values, label } of trials) whole.learn(buckets, values, label);
  for (const { buckets, values, label } of trials.slice(0, 90)) first.learn(buckets, values, label);
  second.loadState(first.saveState());
  for (const { buckets, values, label } of trials.slice(90)) second.learn(buckets, values, label);
  expect([...second.coefficients()]).toEqual([...whole.coefficients()]);
});

it("refuses settings out of their ranges, and states of another size", () => {
  expect(() => createFtrl({ ...usual, alpha: 0 })).toThrow("alpha");
  expect(() => createFtrl({ ...usual, l2: Number.NaN })).toThrow("l2");
  expect(() => createFtrl(usual).loadState(new Uint8Array(8))).toThrow("bytes");
});
