import { expect, it } from "vitest";
import { createSeededRandom } from "../../../../src/audience/models/seededRandom.ts";
import {
  type FeaturesOf,
  findLeak,
  LeakError,
  type TimedTrial,
  trainAsOf,
} from "../../../../src/audience/models/trainAsOf.ts";

interface Visit extends TimedTrial {
  readonly visitor: number;
}

const random = createSeededRandom(4);
const visits: readonly Visit[] = Array.from({ length: 300 }, (_, row) => ({
  // Two a time: the other of one's instant is no past either.
  timestampMs: Math.floor(row / 2) * 1_000,
  visitor: Math.floor(random() * 12),
  outcome: random() < 0.4 ? 1 : 0,
}));

function countOf(trials: readonly Visit[], visitor: number): number {
  return trials.filter((of) => of.visitor === visitor && of.outcome === 1).length;
}

const honest: FeaturesOf<Visit> = (trials, { visitor, timestampMs }) => [
  1,
  countOf(
    trials.filter((of) => of.timestampMs < timestampMs),
    visitor,
  ),
];

it("finds nothing in features of the past alone", () => {
  expect(findLeak(visits, honest)).toBeNull();
});

it.each<[string, FeaturesOf<Visit>]>([
  ["the visitor's positives of all time", (trials, { visitor }) => [1, countOf(trials, visitor)]],
  [
    "the visitor's positives up to and with this instant",
    (trials, { visitor, timestampMs }) => [
      1,
      countOf(
        trials.filter((of) => of.timestampMs <= timestampMs),
        visitor,
      ),
    ],
  ],
  ["the outcome itself", (_, { outcome }) => [1, outcome]],
  [
    "how soon the visitor comes back",
    (trials, { visitor, timestampMs }) => [
      1,
      trials.find((of) => of.visitor === visitor && of.timestampMs > timestampMs)?.timestampMs ?? 0,
    ],
  ],
])("catches a planted leak: %s", (_, featuresOf) => {
  expect(findLeak(visits, featuresOf)).toMatchObject({ feature: 1 });
});

it("learns nothing of the date itself or later, and nothing at all from features that leak", () => {
  const asOfMs = 100_000;
  const learnt: number[] = [];
  const training = {
    asOfMs,
    trials: visits,
    learn: (_: readonly number[], outcome: number) => learnt.push(outcome),
  };
  expect(trainAsOf({ ...training, featuresOf: honest })).toBe(200);
  expect(learnt).toEqual(visits.slice(0, 200).map(({ outcome }) => outcome));
  learnt.length = 0;
  expect(() => trainAsOf({ ...training, featuresOf: (_, { outcome }) => [outcome] })).toThrow(
    LeakError,
  );
  expect(learnt).toEqual([]);
});
