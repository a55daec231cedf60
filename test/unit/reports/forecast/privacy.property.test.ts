import fc from "fast-check";
import { expect, it } from "vitest";
import { joinIntoAtoms } from "../../../../src/reports/forecast/atoms.ts";
import { countPeople } from "../../../../src/reports/forecast/countPeople.ts";
import { forecastCampaign } from "../../../../src/reports/forecast/forecast.ts";
import { matchRows } from "../../../../src/reports/forecast/matchRows.ts";
import { replayCampaign } from "../../../../src/reports/forecast/replay.ts";
import { linkVariance } from "../../../../src/reports/forecast/wholeNoises.ts";
import { matchZone } from "../../../../src/reports/forecast/zoneMembership.ts";
import { circles, questionOf, sampleOf, type Village } from "./world.ts";

/** Fifty hamlets and villages around a town: most of them with fewer than 50 people. */
const villages: readonly Village[] = [
  { meters: 0, bearing: 0, people: 900 },
  ...Array.from({ length: 50 }, (_, number) => ({
    meters: 2_500 + 450 * number,
    bearing: (number * 137) % 360,
    people: [3, 12, 30, 48, 60, 110][number % 6] ?? 0,
  })),
];
const sample = sampleOf(villages, { visits: 3 });
const allHours = new Float64Array(48).fill(1);

type Radii = readonly {
  readonly meters?: number;
  readonly bearing?: number;
  readonly radius: number;
}[];

const sizeOfDifference = (one: ReadonlySet<number>, other: ReadonlySet<number>): number =>
  [...one].filter((it) => !other.has(it)).length;

/** Who is in the people figure, before anything is rounded: what a perfect observer of the rows would know. */
function peopleIn(radii: Radii): ReadonlySet<number> {
  const zone = matchZone(sample, circles(...radii));
  const { rows } = matchRows(sample, questionOf(), zone, allHours);
  return new Set(Array.from(rows, (row) => sample.rows.visitors[row]!));
}

const circle = fc.record({
  meters: fc.integer({ min: 0, max: 25_000 }),
  bearing: fc.integer({ min: 0, max: 359 }),
  radius: fc.integer({ min: 1_000, max: 25_000 }),
});

it("the difference of any two zones is about 50 people or nobody, even for who sees the figures before they are rounded", () => {
  fc.assert(
    fc.property(
      fc.array(circle, { minLength: 1, maxLength: 3 }),
      fc.array(circle, { minLength: 1, maxLength: 3 }),
      (one, other) => {
        const [a, b] = [peopleIn(one), peopleIn(other)];
        for (const [left, right] of [
          [a, b],
          [b, a],
        ] as const) {
          const only = sizeOfDifference(left, right);
          expect(only === 0 || only >= 50, `${only} people`).toBe(true);
        }
      },
    ),
    { numRuns: 60 },
  );
});

it("a radius dragged metre by metre never isolates a hamlet", () => {
  let before = peopleIn([{ radius: 1_000 }]);
  let steps = 0;
  for (let radius = 1_000; radius <= 26_000; radius += 125) {
    const now = peopleIn([{ radius }]);
    const gained = sizeOfDifference(now, before);
    if (gained > 0) steps++;
    expect(gained === 0 || gained >= 50, `${gained} at ${radius} m`).toBe(true);
    before = now;
  }
  expect(steps).toBeGreaterThan(5);
});

// Twelve people of the town have a score of their own. Each pair of questions differs by them alone, and other places are
// added to average noise out: the twelve and nobody else of the town, or everybody there and all but the twelve.
const group = 12;
const attacks = [
  { name: "a few people", ofGroup: 0.9, ofTown: 0.5, wide: 0.9, narrow: 0.92 },
  { name: "all but a few people", ofGroup: 0.5, ofTown: 0.95, wide: 0.4, narrow: 0.92 },
] as const;

it.each(attacks)(
  "$name told apart by a score only cannot be counted by subtracting and averaging over many zones",
  ({ ofGroup, ofTown, wide, narrow }) => {
    const errors = [1, 2, 3, 4, 5, 6].map((salt) => {
      const scored = sampleOf(villages, {
        visits: 3,
        salt,
        scoreOf: (person) => (person < group ? ofGroup : person < 900 ? ofTown : 0.95),
      });
      const estimates = Array.from({ length: 8 }, (_, at) => {
        const zone = circles(
          { radius: 2_000 },
          { meters: 8_000 + 1_600 * at, bearing: 36 * at, radius: 5_000 },
        );
        const peopleOf = (minScore: number) =>
          forecastCampaign(
            scored,
            questionOf({ zone, audience: [{ segmentId: 7, minScore, multiplier: null }] }),
          ).people.value;
        return (peopleOf(wide) ?? Number.NaN) - (peopleOf(narrow) ?? Number.NaN);
      }).filter((it) => !Number.isNaN(it));
      expect(estimates.length).toBeGreaterThan(4);
      return estimates.reduce((sum, it) => sum + it, 0) / estimates.length - group;
    });
    // Noise belongs to the people it hides: averaging leaves it where it was, about 12 to either side.
    const squares = errors.reduce((sum, error) => sum + error * error, 0);
    expect(Math.sqrt(squares / errors.length), errors.join()).toBeGreaterThan(6);
  },
);

it("all but a few people cannot be counted by averaging over questions that leave others out too", () => {
  const errors = [1, 2, 3, 4, 5, 6].map((salt) => {
    const scored = sampleOf(villages, {
      visits: 3,
      salt,
      scoreOf: (person) => (person < group ? 0.5 : 0.95),
      categoryOf: (person) => (person < group ? null : `rubrique-${person % 12}`),
    });
    const estimates = Array.from({ length: 40 }, (_, at) => {
      const avoidedCategories = [at % 12, (at + 1 + Math.floor(at / 12)) % 12];
      const peopleOf = (minScore: number) =>
        forecastCampaign(
          scored,
          questionOf({
            zone: circles({ radius: 2_000 }),
            avoidedCategories: avoidedCategories.map((number) => `rubrique-${number}`),
            audience: [{ segmentId: 7, minScore, multiplier: null }],
          }),
        ).people.value;
      return (peopleOf(0.4) ?? Number.NaN) - (peopleOf(0.92) ?? Number.NaN);
    });
    return estimates.reduce((sum, it) => sum + it, 0) / estimates.length - group;
  });
  const squares = errors.reduce((sum, error) => sum + error * error, 0);
  expect(Math.sqrt(squares / errors.length), errors.join()).toBeGreaterThan(6);
});

it("no zone is without noise, nor is it of the same people ever another", () => {
  const errors = [1, 2, 3, 4, 5, 6].flatMap((salt) => {
    const hidden = sampleOf(villages, { visits: 3, salt });
    return [2_000, 9_000, 26_000].map((radius) => {
      const question = questionOf({ zone: circles({ radius }) });
      const { matched, calendar } = replayCampaign(hidden, question);
      const count = () => countPeople(hidden, matched, null, { calendar, share: 1 });
      const { people, unprotected } = count();
      expect(count().people).toBe(people);
      return people - unprotected;
    });
  });
  const squares = errors.reduce((sum, error) => sum + error * error, 0);
  expect(errors.every((error) => error !== 0)).toBe(true);
  expect(Math.sqrt(squares / errors.length)).toBeGreaterThan(6);
  // All 50 villages: the links at both ends, and not 50 times the noise of one.
  expect(Math.max(...errors.filter((_, at) => at % 3 === 2).map(Math.abs))).toBeLessThan(30);
});

it("the noise cannot be read off what a budget for a few ads reaches", () => {
  const told = [1, 2, 3, 4, 5, 6].map((salt) => {
    const hidden = sampleOf(villages, { visits: 3, salt });
    const question = questionOf({ zone: circles({ radius: 2_000 }), totalBudgetMicros: 450_000 });
    const { people, peopleReached } = forecastCampaign(hidden, question);
    return { people: people.value, reached: peopleReached.value };
  });
  expect(new Set(told.map(({ people }) => people)).size).toBeGreaterThan(1);
  const reached = told.map((it) => it.reached ?? 0);
  expect(Math.min(...reached)).toBeGreaterThan(50);
  expect(Math.max(...reached) - Math.min(...reached), reached.join()).toBeLessThanOrEqual(1);
});

it("bounds are as wide as the people who are told of say, and do not tell how many there are", () => {
  for (const salt of [1, 2, 3, 4, 5, 6]) {
    const hidden = sampleOf([{ meters: 0, bearing: 0, people: 70 }], { visits: 3, salt });
    const { matched, calendar } = replayCampaign(hidden, questionOf());
    const { people, variance } = countPeople(hidden, matched, null, { calendar, share: 1 });
    // Everybody is in the sample and comes: all that is left is noise, half as much again with that of the period.
    expect(variance * people ** 2).toBeCloseTo(3 * linkVariance, 6);
  }
});

it("fewer than 50 people are not told of, nor their pages, nor on the map", () => {
  const hamlets = sampleOf([{ meters: 0, bearing: 0, people: 49 }]);
  const forecast = forecastCampaign(hamlets, questionOf());
  expect(forecast.people).toEqual({ value: null, low: 0, high: 100 });
  expect(forecast.opportunitiesPerDay.high).toBe(0);
  expect(forecast.impressions.high).toBe(0);
  expect(forecast.bidCurve).toEqual([]);
  expect(forecast.map.cells).toEqual([]);
});

it("every cell of the map holds 50 people", () => {
  for (const radius of [3_000, 8_000, 14_000, 25_000]) {
    const forecast = forecastCampaign(sample, questionOf({ zone: circles({ radius }) }));
    expect(forecast.map.cells.length).toBeGreaterThan(0);
    expect(forecast.map.cells.length).toBeLessThanOrEqual(600);
    for (const { people } of forecast.map.cells) expect(people).toBeGreaterThanOrEqual(50);
  }
});

it("atoms hold every place once, and 50 people each", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 60 }),
      (people) => {
        const cells = sample.atoms.mapLevels[0]?.cells ?? [];
        const places = people.map((count, placeId) => ({
          placeId,
          cell: cells[placeId % cells.length] ?? "",
          middle: cells[placeId % cells.length] ?? "",
          people: count,
          sampled: count,
        }));
        const atoms = joinIntoAtoms(places);
        const sizes = atoms.map(({ placeIds }) =>
          placeIds.reduce((sum, id) => sum + (people[id] ?? 0), 0),
        );
        for (const size of sizes) expect(size).toBeGreaterThanOrEqual(50);
        const total = people.reduce((sum, it) => sum + it, 0);
        const held = atoms.flatMap(({ placeIds }) => placeIds).sort((a, b) => a - b);
        expect(held).toEqual(total >= 50 ? people.map((_, id) => id) : []);
      },
    ),
  );
});
