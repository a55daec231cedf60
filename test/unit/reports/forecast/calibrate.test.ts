import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { reachCodeOf } from "../../../../src/audience/reachCode.ts";
import { budgetDayBounds } from "../../../../src/budgets/budgetDay.ts";
import { createPeopleCounts } from "../../../../src/jobs/peopleCounts.ts";
import { calibrate } from "../../../../src/reports/forecast/calibrate.ts";
import { type CountedWeek, wholeWeeks } from "../../../../src/reports/forecast/countedWeeks.ts";
import { layOutStrata } from "../../../../src/reports/forecast/strata.ts";
import { addCode, createSketch, encodeSketch } from "../../../../src/reports/hyperLogLog.ts";

const keyOf = (person: number): string =>
  createHash("sha256").update(`person ${person}`).digest("base64url").slice(0, 22);
const sketchOf = (people: readonly number[]): Uint8Array => {
  const sketch = createSketch();
  for (const person of people) addCode(sketch, reachCodeOf(keyOf(person)));
  return encodeSketch(sketch);
};
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);
const weeks = ["2026-05-18", "2026-05-25"] as const;
const startOf = (day: string): number => budgetDayBounds(day).startMs;
const window = { startMs: startOf(weeks[0]), endMs: startOf("2026-06-01") };
const countedAt = (place: number, people: readonly number[], lateMs = 0): readonly CountedWeek[] =>
  weeks.map((week) => ({
    place,
    week,
    firstAtMs: startOf(week) + lateMs,
    pages: 3 * people.length,
    sketch: sketchOf(people),
  }));

/** Places 0 and 1 are atoms of a bucket: who looks at which, three pages in each week, one visitor in four. */
function calibrated(counted: readonly CountedWeek[], lookers: readonly (readonly number[])[]) {
  const rows = lookers.flatMap((placesOf, visitor) =>
    weeks.flatMap((_, week) =>
      placesOf.flatMap((place) =>
        range(0, 3).map((page) => ({ visitor, place, minute: week * 10_080 + page })),
      ),
    ),
  );
  const strata = layOutStrata({
    counted: new Map([[9, wholeWeeks(counted, window)]]),
    placeIds: [71, 72],
    atomOfPlace: Int32Array.of(0, 1),
    bucketOfPlace: Int32Array.of(9, 9),
    sampledOfPlace: [0, 1].map((place) => lookers.filter((it) => it.includes(place)).length),
  });
  const sampled = {
    visitors: Uint32Array.from(rows, ({ visitor }) => visitor),
    visitorCount: lookers.length,
    minutes: Uint32Array.from(rows, ({ minute }) => minute),
    strata: Uint32Array.from(rows, ({ place }) => strata.ofPlace[place]!),
    pages: new Float32Array(rows.length).fill(4),
    people: new Float32Array(rows.length).fill(4),
  };
  const factors = calibrate(sampled, strata);
  const peopleAt = (place: number): number =>
    lookers.reduce(
      (sum, it, visitor) => sum + (it.includes(place) ? 4 * factors.people[visitor]! : 0),
      0,
    );
  const pagesAt = (place: number): number =>
    rows.reduce(
      (sum, row) => sum + (row.place === place ? 4 * factors.pages[strata.ofPlace[place]!]! : 0),
      0,
    );
  return { peopleAt, pagesAt, strata };
}

const near = (value: number, wanted: number, share = 0.02): void =>
  expect(Math.abs(value / wanted - 1), `${value} for ${wanted}`).toBeLessThan(share);

it("sampled visitors come to stand for all people and pages that were counted, place by place", () => {
  // One in four of 600 and of 200 would be 150 and 50: chance has put 120 and 60 into the sample.
  const lookers = [...range(0, 120).map(() => [0]), ...range(0, 60).map(() => [1])];
  const counted = [...countedAt(71, range(0, 600)), ...countedAt(72, range(600, 800))];
  const { peopleAt, pagesAt } = calibrated(counted, lookers);
  near(peopleAt(0), 600);
  near(peopleAt(1), 200);
  near(pagesAt(0), 600 * 6, 1e-6);
  near(pagesAt(1), 200 * 6, 1e-6);
});

it("who looks at two places counts in both, and both come out right", () => {
  const lookers = [
    ...range(0, 100).map(() => [0]),
    ...range(0, 30).map(() => [0, 1]),
    ...range(0, 40).map(() => [1]),
  ];
  const counted = [...countedAt(71, range(0, 600)), ...countedAt(72, range(480, 720))];
  const { peopleAt } = calibrated(counted, lookers);
  near(peopleAt(0), 600);
  near(peopleAt(1), 240);
});

it("a place with hardly anybody in the sample is corrected together with others of its bucket", () => {
  const lookers = [...range(0, 120).map(() => [0]), ...range(0, 2).map(() => [1])];
  const counted = [...countedAt(71, range(0, 600)), ...countedAt(72, range(600, 640))];
  const { peopleAt, strata } = calibrated(counted, lookers);
  expect(strata.ofPlace[0]).toBe(strata.ofPlace[1]);
  near(peopleAt(0) + peopleAt(1), 640);
});

it("a bucket that was counted as a whole corrects all its places alike", () => {
  const lookers = [...range(0, 120).map(() => [0]), ...range(0, 60).map(() => [1])];
  const { peopleAt } = calibrated(countedAt(0, range(0, 900)), lookers);
  near(peopleAt(0) + peopleAt(1), 900);
  near(peopleAt(0) / peopleAt(1), 2);
});

it("no factor is beyond two either way: something else is wrong then", () => {
  const lookers = range(0, 20).map(() => [0]);
  expect(calibrated(countedAt(71, range(0, 600)), lookers).peopleAt(0)).toBe(160);
});

it("a week that was not counted from its beginning, or is not over, is not whole", () => {
  const people = range(0, 300);
  expect(wholeWeeks(countedAt(71, people), window)).toHaveLength(2);
  expect(wholeWeeks(countedAt(71, people, 86_400_000), window)).toEqual([]);
  // The first page of a small place comes when it comes: the bucket's tells.
  const others = [...countedAt(71, people), ...countedAt(72, people, 86_400_000)];
  expect(wholeWeeks(others, window).map(({ places }) => places.size)).toEqual([2, 2]);
  const early = { ...window, endMs: startOf(weeks[1]) + 86_400_000 };
  expect(wholeWeeks(countedAt(71, people), early)).toHaveLength(1);
});

it("a week in which counting went over from places to the whole bucket is in neither whole", () => {
  const [first, second] = [countedAt(71, range(0, 300)), countedAt(0, range(0, 900))];
  expect(wholeWeeks([...first, ...second], window)).toEqual([]);
  const changed = wholeWeeks([first[0]!, second[1]!], window);
  expect(changed.map(({ places }) => [...places.keys()])).toEqual([[0]]);
});

it("people are counted once a week and place, told once, and told again when they could not be kept", () => {
  const counts = createPeopleCounts();
  const monday = startOf("2026-05-25");
  const isFirst: boolean[] = [];
  for (let hour = 0; hour < 7 * 24; hour++)
    for (let person = 0; person < 20; person++)
      isFirst.push(counts.count(3, 71, keyOf(person), monday + hour * 3_600_000));
  expect(isFirst.filter(Boolean)).toHaveLength(1);
  counts.count(3, 0, null, monday + 1);
  counts.count(3, 71, keyOf(1), startOf("2026-06-01"));
  const taken = counts.take();
  expect(taken.map(({ place, week, pages, codes }) => [place, week, pages, codes.length])).toEqual([
    [71, "2026-05-25", 20 * 168, 20],
    [0, "2026-05-25", 1, 0],
    [71, "2026-06-01", 1, 1],
  ]);
  expect(taken[0]?.firstAtMs).toBe(monday);
  expect(counts.take()).toEqual([]);
  counts.giveBack(taken);
  expect(counts.take()).toEqual(taken);
});
