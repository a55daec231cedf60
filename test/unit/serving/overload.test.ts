import { expect, test } from "vitest";
import { simulateThread } from "./simulateThread.ts";

/** A filled page as the benchmarks know it, in three steps with a store between; a refusal by its bytes. */
const costs = { stepsMs: [0.05, 0.04, 0.028], storeMs: 0.3, shedMs: 0.006, turnMs: 0.02 };
const most = 8_400;

test("asked for three times what it can, a thread decides nine tenths of its most, hardly later than at the most", () => {
  const atMost = simulateThread(costs, { perSecond: most, seconds: 2.5 });
  const flooded = simulateThread(costs, { perSecond: 3 * most, seconds: 2.5 });
  expect(atMost.decidedPerSecond).toBeGreaterThan(0.99 * most);
  expect(flooded.decidedPerSecond).toBeGreaterThan(0.88 * atMost.decidedPerSecond);
  expect(flooded.p99Ms).toBeLessThan(2 * atMost.p99Ms);
});

test("without a door everybody waits behind everybody", () => {
  const open = simulateThread(costs, { perSecond: 1.5 * most, seconds: 2.5, gated: false });
  expect(open.p99Ms).toBeGreaterThan(300);
});

test("a thread that only waits for a slow store sends nobody away", () => {
  const slow = { ...costs, storeMs: 25 };
  expect(simulateThread(slow, { perSecond: 2_000, seconds: 2.5 }).shedPerSecond).toBe(0);
});
