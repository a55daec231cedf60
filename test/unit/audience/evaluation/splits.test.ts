import { expect, it } from "vitest";
import {
  learned,
  planColdSplit,
  planWarmSplit,
  tested,
  validated,
} from "../../../../src/audience/evaluation/splits.ts";
import { sourceOf, type Trial } from "../../../support/trialWorlds.ts";

function trial(visitor: string, timestampMs: number): Trial {
  return { visitor, item: "i", category: "c", kind: "k", place: "", value: 0, timestampMs };
}

it("tests each visitor's last fifth in time, rounded up, and validates by the last fifth before", () => {
  const trials = [
    ...Array.from({ length: 10 }, (_, at) => trial("ten", at)),
    ...Array.from({ length: 2 }, (_, at) => trial("two", 10 + at)),
    trial("one", 12),
  ];
  expect([...planWarmSplit(sourceOf(trials, 4))]).toEqual([
    ...[learned, learned, learned, learned, learned, learned, validated, validated, tested, tested],
    ...[learned, tested],
    learned,
  ]);
});

it("tests the last fifth of all time, whoever comes", () => {
  const trials = Array.from({ length: 25 }, (_, at) => trial(`v${at % 3}`, at));
  const roles = planColdSplit(sourceOf(trials, 7));
  expect([...roles].indexOf(tested)).toBe(20);
  expect([...roles].indexOf(validated)).toBe(16);
  expect([...roles]).toEqual([...roles].toSorted());
});

it("never parts what is of one instant", () => {
  const trials = Array.from({ length: 20 }, (_, at) => trial("v", Math.floor(at / 6)));
  const roles = planColdSplit(sourceOf(trials, 7));
  for (let at = 1; at < trials.length; at++)
    if (trials[at]?.timestampMs === trials[at - 1]?.timestampMs)
      expect(roles[at]).toBe(roles[at - 1]);
  // 18 is nearer to 16 than 12 is.
  expect([...roles].indexOf(tested)).toBe(18);
});

it("tests nothing in the cold split of a single instant", () => {
  const roles = planColdSplit(sourceOf([trial("a", 5), trial("b", 5), trial("c", 5)]));
  expect([...roles].includes(tested)).toBe(false);
});
