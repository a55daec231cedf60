import { expect, test } from "vitest";
import { levelShift } from "../../../../src/audience/evaluation/levelShift.ts";
import { planColdSplit, planWarmSplit } from "../../../../src/audience/evaluation/splits.ts";
import { createSeededRandom } from "../../../../src/audience/models/seededRandom.ts";
import { sourceOf, type Trial } from "../../../support/trialWorlds.ts";

/** Trials whose rate depends on the time (0 to 1) alone. */
function trialsOf(rateAt: (time: number) => number): readonly Trial[] {
  const random = createSeededRandom(3);
  return Array.from({ length: 20_000 }, (_, row) => ({
    visitor: `v${row % 50}`,
    item: `i${row % 30}`,
    category: "",
    kind: "",
    place: "",
    value: random() < rateAt(row / 20_000) ? 1 : 0,
    timestampMs: row * 1_000,
  }));
}

function shiftOf(rateAt: (time: number) => number, plan = planColdSplit): number {
  const source = sourceOf(trialsOf(rateAt));
  return levelShift(source, plan(source));
}

test("a level that drifts stays where it has come to", () => {
  expect(Math.abs(shiftOf((time) => 0.1 + 0.3 * time))).toBeLessThan(0.1);
});

test("a level that swings comes back to the mean", () => {
  // The newest of the known trials are of a high tide: the rate rises from 0.2 to 0.29 there.
  const shift = shiftOf((time) => 0.2 + 0.1 * Math.sin(2 * Math.PI * 3 * (time - 0.06)));
  expect(Math.abs(shift)).toBeGreaterThan(0.1);
});

test("a level that stays, and trials that validate beside those that are learnt from, are left as they are", () => {
  expect(Math.abs(shiftOf(() => 0.2))).toBeLessThan(0.05);
  expect(shiftOf((time) => 0.1 + 0.3 * time, planWarmSplit)).toBe(0);
});
