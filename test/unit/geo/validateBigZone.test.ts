import fc from "fast-check";
import { cellToParent, latLngToCell } from "h3-js";
import { expect, test } from "vitest";
import { compileZone } from "../../../src/geo/compileZone.ts";
import { findCrossing } from "../../../src/geo/crossings.ts";
import { validateZone } from "../../../src/geo/validateZone.ts";
import { areasToCoverCells } from "../../../src/geo/zoneCover.ts";
import { places } from "./testPlaces.ts";

type Ring = readonly (readonly [number, number])[];

const validate = (input: unknown) => validateZone(input, places, "/zone");
const problemsOf = (input: unknown) => {
  const outcome = validate(input);
  return outcome.ok ? [] : outcome.problems;
};
const polygon = (...coordinates: readonly unknown[]) => ({
  type: "polygon",
  geometry: { type: "Polygon", coordinates },
});

/** A ring with n vertices and a wavy outline. */
function wavyRing(n: number): [number, number][] {
  return Array.from({ length: n }, (_, i) => {
    const angle = (2 * Math.PI * i) / n;
    const radius = 0.5 + 0.1 * Math.sin(40 * angle);
    return [2 + radius * Math.cos(angle), 46 + radius * Math.sin(angle)];
  });
}

test("10,000 vertices are read, 10,001 are too many, over several polygons too", () => {
  expect(problemsOf({ include: [polygon(wavyRing(10_000))] })).toEqual([]);
  expect(problemsOf({ include: [polygon(wavyRing(10_001))] })[0]?.rule).toContain("10000 vertices");
  const twice = problemsOf({ include: [polygon(wavyRing(5_001)), polygon(wavyRing(5_001))] });
  expect(twice.map((it) => it.pointer)).toEqual(["/zone/include/1/geometry/coordinates/0"]);
});

test("one crossing in 10,000 vertices is found and named", () => {
  const ring = wavyRing(10_000);
  [ring[5_000], ring[5_001]] = [ring[5_001]!, ring[5_000]!];
  expect(problemsOf({ include: [polygon(ring)] })[0]?.pointer).toMatch(
    /^\/zone\/include\/0\/geometry\/coordinates\/0\/(4999|5000|5001)$/,
  );
});

/** The plain way: every edge against every other. */
function crossesAnywhere(ring: Ring): boolean {
  const side = (a: readonly number[], b: readonly number[], c: readonly number[]) =>
    (b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!);
  for (let i = 0; i + 1 < ring.length; i++)
    for (let j = 0; j < i; j++) {
      const [a, b, c, d] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[j + 1]!];
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
    }
  return false;
}

test("crossings are found exactly where comparing all edges finds one", () => {
  const degree = fc.integer({ min: 0, max: 30 });
  let crossing = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(degree, degree), { minLength: 3, maxLength: 9 }), (open) => {
      const ring: Ring = [...open, open[0]!];
      if (crossesAnywhere(ring)) crossing++;
      expect(findCrossing([ring]) !== null).toBe(crossesAnywhere(ring));
    }),
    { numRuns: 2000 },
  );
  expect(crossing).toBeGreaterThan(100);
});

test("no input whatsoever makes it throw, and what it accepts compiles", () => {
  const messy = fc.letrec((tie) => ({
    area: fc.record(
      {
        type: fc.constantFrom("circle", "polygon", "commune", "departement", "france", "x"),
        lat: fc.oneof(fc.double(), fc.anything()),
        lon: fc.oneof(fc.double(), fc.anything()),
        radiusMeters: fc.oneof(fc.double(), fc.anything()),
        inseeCode: fc.oneof(fc.constant("87085"), fc.anything()),
        code: fc.anything(),
        geometry: fc.oneof(
          fc.anything(),
          fc.record({
            type: fc.constantFrom("Polygon", "MultiPolygon"),
            coordinates: fc.array(
              fc.oneof(fc.anything(), fc.array(fc.tuple(fc.double(), fc.double()))),
            ),
          }),
        ),
      },
      { requiredKeys: ["type"] },
    ),
    zone: fc.record({
      include: fc.oneof(fc.array(tie("area")), fc.anything()),
      exclude: fc.oneof(fc.array(tie("area")), fc.anything()),
    }),
  }));
  fc.assert(
    fc.property(fc.oneof(messy.zone, fc.anything()), (input) => {
      const outcome = validate(input);
      if (outcome.ok) compileZone(outcome.zone, places);
      else expect(outcome.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});

const triangle = (lon: number, lat: number, size: number) => [
  [
    [lon, lat],
    [lon + size, lat],
    [lon, lat + size],
    [lon, lat],
  ],
];
const triangles = (count: number, size: number) => ({
  type: "polygon",
  geometry: {
    type: "MultiPolygon",
    coordinates: Array.from({ length: count }, (_, i) =>
      triangle(-1 + (i % 10) * 0.7, 44 + Math.floor(i / 10) * 0.3, size),
    ),
  },
});

test("each side of a zone has at most 100 polygons, counted over all of its areas", () => {
  const hundred = triangles(100, 0.2);
  expect(problemsOf({ include: [hundred], exclude: [triangles(100, 0.1)] })).toEqual([]);
  const rule = "each side of a zone has at most 100 polygons in all";
  const at = "/zone/include/0/geometry/coordinates";
  expect(problemsOf({ include: [triangles(101, 0.2)] })).toEqual([{ pointer: at, rule }]);
  const one = polygon(triangle(2, 46, 1)[0]);
  expect(problemsOf({ include: [one], exclude: [hundred, one] })).toEqual([
    { pointer: "/zone/exclude/1/geometry", rule },
  ]);
});

test("a hundred polygons that exclusions hide are refused, and accepted where one keeps its ground", () => {
  const pointers = (exclude: unknown) =>
    problemsOf({ include: [triangles(100, 0.2)], exclude: [exclude] }).map((it) => it.pointer);
  expect(pointers(triangles(100, 0.2))).toEqual(["/zone/exclude"]);
  expect(pointers(triangles(99, 0.2))).toEqual([]);
});

test("the cover of a hundred small polygons stays a few thousand cells, and holds them all", () => {
  const outcome = validate({ include: [triangles(100, 0.2)] });
  if (!outcome.ok) throw new Error("not valid");
  const cells = areasToCoverCells(outcome.zone.include, places, null);
  expect(cells.size).toBeLessThan(6_000);
  for (let i = 0; i < 100; i++) {
    const cell = latLngToCell(44.05 + Math.floor(i / 10) * 0.3, -0.95 + (i % 10) * 0.7, 10);
    const levels = Array.from({ length: 10 }, (_, level) => cellToParent(cell, level));
    expect(levels.some((it) => cells.has(it))).toBe(true);
  }
});

test("many polygons far from France are told from near ones, the swapped and the enclosing ones too", () => {
  const far = problemsOf({ include: [polygon(triangle(100, 20, 1)[0])] });
  expect(far[0]?.rule).toContain("300 km");
  const around = [
    [-9.5, 36],
    [14, 36],
    [14, 56],
    [-9.5, 56],
  ];
  expect(problemsOf({ include: [polygon(around)] })).toEqual([]);
});
