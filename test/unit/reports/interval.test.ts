import { expect, test } from "vitest";
import { addSample, type Counts, createCounts } from "../../../src/reports/counters.ts";
import { estimateCount, poissonBounds, projectCount } from "../../../src/reports/interval.ts";

function sampled(times: number, weight: number): Counts {
  const counts = createCounts();
  for (let index = 0; index < times; index++) addSample(counts, "won", weight, 1);
  return counts;
}

/** Exact bounds of tables of the Poisson distribution (Garwood, 95 %). */
test.each([
  [0, 0, 3.689],
  [1, 0.0253, 5.572],
  [5, 1.623, 11.668],
  [10, 4.795, 18.39],
  [100, 81.36, 121.63],
])(
  "the bounds of %i events are the exact ones within 2 hundredths of an event or a hundredth",
  (n, low, high) => {
    const bounds = poissonBounds(n);
    expect(Math.abs(bounds.low - low)).toBeLessThan(Math.max(0.02, 0.01 * low));
    expect(Math.abs(bounds.high - high)).toBeLessThan(Math.max(0.02, 0.01 * high));
  },
);

test("where every request was sampled the past is known exactly, and the future is not", () => {
  expect(estimateCount(sampled(40, 1), ["won"], 1)).toEqual({ value: 40, low: 40, high: 40 });
  const tomorrow = projectCount(sampled(40, 1), ["won"], 1, 2);
  expect(tomorrow.value).toBe(80);
  expect(tomorrow.low).toBeLessThan(60);
  expect(tomorrow.high).toBeGreaterThan(100);
});

test("what no sample of a hundred has seen may have happened some hundred times", () => {
  const { value, low, high } = estimateCount(createCounts(), ["won"], 100);
  expect([value, low]).toEqual([0, 0]);
  expect(high).toBeGreaterThan(360);
});

test("the bounds hold the truth about as often as they promise", () => {
  // 2,000 requests, of which one in 20 is sampled by a fixed linear congruence.
  let seed = 7;
  const chance = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  let held = 0;
  const trials = 2_000;
  for (let trial = 0; trial < trials; trial++) {
    const counts = createCounts();
    const truth = 300 + Math.floor(700 * chance());
    for (let request = 0; request < truth; request++)
      if (chance() < 1 / 20) addSample(counts, "won", 20, 1);
    const { low, high } = estimateCount(counts, ["won"], 20);
    if (low <= truth && truth <= high) held++;
  }
  expect(held / trials).toBeGreaterThan(0.93);
});
