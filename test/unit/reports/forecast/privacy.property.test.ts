import fc from "fast-check";
import { expect, it } from "vitest";
import { joinIntoAtoms } from "../../../../src/reports/forecast/atoms.ts";
import { forecastCampaign } from "../../../../src/reports/forecast/forecast.ts";
import { matchRows } from "../../../../src/reports/forecast/matchRows.ts";
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

it("who is told apart by a score only cannot be counted by subtracting and averaging over many zones", () => {
  // Twelve people of the town have the score; each pair of questions differs by them alone, and other places are added
  // to average noise out.
  const group = 12;
  const scored = sampleOf(villages, {
    visits: 3,
    scoreOf: (person) => (person < group ? 0.9 : person < 900 ? 0.5 : 0.95),
  });
  const estimates: number[] = [];
  for (let at = 0; at < 30; at++) {
    const zone = circles(
      { radius: 2_000 },
      { meters: 8_000 + 400 * at, bearing: 9 * at, radius: 5_000 },
    );
    const peopleOf = (minScore: number) =>
      forecastCampaign(
        scored,
        questionOf({ zone, audience: [{ segmentId: 7, minScore, multiplier: null }] }),
      ).people.value;
    const [wide, narrow] = [peopleOf(0.9), peopleOf(0.92)];
    if (wide !== null && narrow !== null) estimates.push(wide - narrow);
  }
  expect(estimates.length).toBeGreaterThan(15);
  const mean = estimates.reduce((sum, it) => sum + it, 0) / estimates.length;
  // Noise belongs to the people it hides: averaging leaves it where it was.
  expect(Math.abs(mean - group)).toBeGreaterThan(3);
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
