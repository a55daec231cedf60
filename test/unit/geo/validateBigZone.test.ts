import fc from "fast-check";
import { expect, test } from "vitest";
import { compileZone } from "../../../src/geo/compileZone.ts";
import { findCrossing } from "../../../src/geo/crossings.ts";
import { validateZone } from "../../../src/geo/validateZone.ts";
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
