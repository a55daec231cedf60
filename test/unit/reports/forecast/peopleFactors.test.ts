import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { reachCodeOf } from "../../../../src/audience/reachCode.ts";
import { budgetDayBounds } from "../../../../src/budgets/budgetDay.ts";
import { createPeopleCounts } from "../../../../src/jobs/peopleCounts.ts";
import { createPeopleFactors } from "../../../../src/reports/forecast/peopleFactors.ts";
import { addCode, createSketch, encodeSketch } from "../../../../src/reports/hyperLogLog.ts";

const keyOf = (person: number): string =>
  createHash("sha256").update(`person ${person}`).digest("base64url").slice(0, 22);
const sketchOf = (people: number): Uint8Array => {
  const sketch = createSketch();
  for (let person = 0; person < people; person++) addCode(sketch, reachCodeOf(keyOf(person)));
  return encodeSketch(sketch);
};
const weeks = ["2026-05-18", "2026-05-25"] as const;
const startOf = (day: string): number => budgetDayBounds(day).startMs;
const window = { startMs: startOf(weeks[0]), endMs: startOf("2026-06-01") };
const counted = (people: number, lateMs = 0) =>
  weeks.map((week) => ({ week, firstAtMs: startOf(week) + lateMs, sketch: sketchOf(people) }));

it("sampled visitors come to stand for as many people as were counted in full", () => {
  const factors = createPeopleFactors(new Map([[7, counted(4_000)]]), window);
  // One in 64 of 4,000 would be 62; chance has put 50 into the sample.
  for (let visitor = 0; visitor < 50; visitor++)
    for (const week of weeks)
      for (let page = 0; page < 3; page++) factors.see(7, visitor, startOf(week) + page, 64);
  expect(50 * 64 * (factors.factorOf(7) ?? 0)).toBeGreaterThan(4_000 * 0.975);
  expect(50 * 64 * (factors.factorOf(7) ?? 0)).toBeLessThan(4_000 * 1.025);
  expect(factors.factorOf(8)).toBeNull();
});

it("a week that was not counted from its beginning, or is not over, corrects nothing", () => {
  const late = createPeopleFactors(new Map([[7, counted(4_000, 86_400_000)]]), window);
  late.see(7, 1, startOf(weeks[1]), 64);
  expect(late.factorOf(7)).toBeNull();
  const early = createPeopleFactors(new Map([[7, counted(4_000)]]), {
    ...window,
    endMs: startOf(weeks[0]) + 86_400_000,
  });
  early.see(7, 1, startOf(weeks[0]), 64);
  expect(early.factorOf(7)).toBeNull();
});

it("no factor is beyond two either way: something else is wrong then", () => {
  const factors = createPeopleFactors(new Map([[7, counted(4_000)]]), window);
  factors.see(7, 1, startOf(weeks[1]), 64);
  expect(factors.factorOf(7)).toBe(2);
});

it("people are counted once a week, told once, and told again when they could not be kept", () => {
  const counts = createPeopleCounts();
  const monday = startOf("2026-05-25");
  for (let hour = 0; hour < 7 * 24; hour++)
    for (let person = 0; person < 20; person++)
      counts.count(3, keyOf(person), monday + hour * 3_600_000);
  counts.count(3, keyOf(1), startOf("2026-06-01"));
  const taken = counts.take();
  expect(taken.map(({ bucket, week, codes }) => [bucket, week, codes.length])).toEqual([
    [3, "2026-05-25", 20],
    [3, "2026-06-01", 1],
  ]);
  expect(taken[0]?.firstAtMs).toBe(monday);
  expect(counts.take()).toEqual([]);
  counts.giveBack(taken);
  expect(counts.take()).toEqual(taken);
});
