import fc from "fast-check";
import { expect, test } from "vitest";
import { areasToShape, compileZone } from "../../../src/geo/compileZone.ts";
import { createLocator } from "../../../src/geo/locate.ts";
import { COARSE_PLACE_SHARE, shapeContains } from "../../../src/geo/membership.ts";
import { pointInRings, polygonAreaM2 } from "../../../src/geo/rings.ts";
import {
  chordSquared,
  chordSquaredOfMeters,
  destination,
  distanceMeters,
  metersOfChordSquared,
  toLatLon,
  toUnitVector,
} from "../../../src/geo/sphere.ts";
import type { CompiledZone, PlaceSample, VisitorPlace, ZoneArea } from "../../../src/geo/types.ts";
import {
  nearestCircleDistanceMeters,
  placeMatchesZone,
  zoneShare,
} from "../../support/zoneMembership.ts";
import { corners, places } from "./testPlaces.ts";

const lat = fc.double({ min: -89, max: 89, noNaN: true });
const lon = fc.double({ min: -180, max: 180, noNaN: true });
const point = fc.record({ lat, lon });

/** The textbook formula, to compare with. */
function haversine(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const radians = Math.PI / 180;
  const h =
    Math.sin(((b.lat - a.lat) * radians) / 2) ** 2 +
    Math.cos(a.lat * radians) *
      Math.cos(b.lat * radians) *
      Math.sin(((b.lon - a.lon) * radians) / 2) ** 2;
  return 2 * 6_371_007.18 * Math.asin(Math.min(1, Math.sqrt(h)));
}

test("chord distances are great-circle distances", () => {
  fc.assert(
    fc.property(point, point, (a, b) => {
      expect(Math.abs(distanceMeters(a, b) - haversine(a, b))).toBeLessThan(1);
    }),
  );
});

test("comparing squared chords is comparing metres", () => {
  fc.assert(
    fc.property(point, point, fc.double({ min: 1, max: 300_000, noNaN: true }), (a, b, meters) => {
      const chord = chordSquared(toUnitVector(a.lat, a.lon), toUnitVector(b.lat, b.lon));
      expect(chord <= chordSquaredOfMeters(meters)).toBe(metersOfChordSquared(chord) <= meters);
      expect(metersOfChordSquared(chordSquaredOfMeters(meters))).toBeCloseTo(meters, 4);
    }),
  );
});

test("a walk of some metres ends at that distance", () => {
  fc.assert(
    fc.property(
      point,
      fc.double({ min: 100, max: 300_000, noNaN: true }),
      fc.double({ min: 0, max: 360, noNaN: true }),
      (from, meters, bearing) => {
        expect(distanceMeters(from, destination(from, meters, bearing)) / meters).toBeCloseTo(1, 5);
      },
    ),
  );
});

test("a unit vector goes back to its point", () => {
  fc.assert(
    fc.property(point, (from) => {
      expect(distanceMeters(from, toLatLon(toUnitVector(from.lat, from.lon)))).toBeLessThan(0.1);
    }),
  );
});

function sampleAt(at: { lat: number; lon: number }): PlaceSample {
  return { lat: at.lat, lon: at.lon, ...toUnitVector(at.lat, at.lon), weight: 1, areaKeys: [] };
}

test("a circle holds exactly the points within its radius", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...corners),
      fc.double({ min: 1_000, max: 200_000, noNaN: true }),
      fc.double({ min: 0, max: 360, noNaN: true }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      (centre, radiusMeters, bearing, share) => {
        const shape = { circles: [{ ...centre, radiusMeters }], polygons: [], areaKeys: [] };
        const at = destination(centre, radiusMeters * share, bearing);
        fc.pre(Math.abs(share - 1) > 1e-6);
        expect(shapeContains(shape, sampleAt(at))).toBe(share < 1);
      },
    ),
  );
});

const square = [
  [
    [1, 45],
    [2, 45],
    [2, 46],
    [1, 46],
    [1, 45],
  ],
  [
    [1.4, 45.4],
    [1.6, 45.4],
    [1.6, 45.6],
    [1.4, 45.6],
    [1.4, 45.4],
  ],
] as const;

test("a polygon holds its inside and not its holes", () => {
  expect(pointInRings(45.1, 1.1, square)).toBe(true);
  expect(pointInRings(45.5, 1.5, square)).toBe(false);
  expect(pointInRings(44.9, 1.5, square)).toBe(false);
  expect(pointInRings(45.5, 2.1, square)).toBe(false);
  expect(pointInRings(45.5, 1.39, square)).toBe(true);
  expect(pointInRings(45, 0, [])).toBe(false);
});

test("a polygon is the same wherever on the globe its longitudes wrap", () => {
  // Most of these shifts bring the square onto the antimeridian.
  const shift = fc.oneof(lon, fc.double({ min: 177, max: 180, noNaN: true }));
  fc.assert(
    fc.property(
      shift,
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 43, max: 49, noNaN: true }),
      (shift, x, y) => {
        const wrap = (value: number) => ((((value + shift + 180) % 360) + 360) % 360) - 180;
        const moved = square.map((ring) => ring.map(([a, b]) => [wrap(a), b] as const));
        const edges = [1, 1.4, 1.6, 2];
        fc.pre(edges.every((edge) => Math.abs(x - edge) > 1e-6));
        expect(pointInRings(y, wrap(x), moved)).toBe(pointInRings(y, x, square));
        expect(polygonAreaM2(moved) / polygonAreaM2(square)).toBeCloseTo(1, 6);
      },
    ),
    { numRuns: 500 },
  );
});

test("points inside and area agree: a share of random points is a share of the box", () => {
  const inside = Array.from({ length: 4000 }, (_, i) => {
    const at = { lat: 45 + ((i * 0.6180339887) % 1), lon: 1 + ((i * 0.7548776662) % 1) };
    return pointInRings(at.lat, at.lon, square);
  }).filter(Boolean).length;
  expect(inside / 4000).toBeCloseTo(0.96, 1);
});

const locator = createLocator(places);
const compiled = (include: readonly ZoneArea[], exclude: readonly ZoneArea[] = []): CompiledZone =>
  compileZone({ include, exclude }, places);
const circleAt = (at: { lat: number; lon: number }, radiusMeters: number): ZoneArea => ({
  type: "circle",
  lat: at.lat,
  lon: at.lon,
  radiusMeters,
});

test("the quick answer by the bounding disc is the answer of all samples", () => {
  const departements = [...places.departements.keys()].slice(0, 96);
  fc.assert(
    fc.property(
      fc.constantFrom(...departements),
      fc.double({ min: 1_000, max: 200_000, noNaN: true }),
      fc.double({ min: 0, max: 250_000, noNaN: true }),
      fc.double({ min: 0, max: 360, noNaN: true }),
      (departement, radiusMeters, away, bearing) => {
        const place = locator.locateSearch({ departement })!;
        const zone = compiled([circleAt(destination(place.centre, away, bearing), radiusMeters)]);
        const { boundingMeters: _, ...slow } = place;
        expect(zoneShare(zone, place)).toBeCloseTo(zoneShare(zone, slow), 9);
      },
    ),
  );
});

test("a place matches a zone from half of its people on", () => {
  const [inside, outside] = [sampleAt(corners[0]), sampleAt(corners[1])];
  const zone = compiled([circleAt(corners[0], 5_000)]);
  const place = (weight: number): VisitorPlace => ({
    ...locator.locateSearch({ inseeCode: "87085" })!,
    boundingMeters: 1e6,
    samples: [
      { ...inside, weight },
      { ...outside, weight: 1 - weight },
    ],
  });
  expect(COARSE_PLACE_SHARE).toBe(0.5);
  expect(placeMatchesZone(zone, place(0.5))).toBe(true);
  expect(placeMatchesZone(zone, place(0.499))).toBe(false);
  expect(zoneShare(zone, place(0.3))).toBeCloseTo(0.3, 9);
});

test("an exclusion takes its share away", () => {
  const place = locator.locateDevice({ lat: 45.83, lon: 1.26, accuracyMeters: 30 }, false)!;
  const around = circleAt(place.centre, 10_000);
  expect(zoneShare(compiled([around]), place)).toBe(1);
  const share = zoneShare(
    compiled([around], [circleAt(destination(place.centre, 1_200, 90), 1_000)]),
    place,
  );
  expect(share).toBeGreaterThan(0.3);
  expect(share).toBeLessThan(1);
  expect(zoneShare(compiled([around], [circleAt(place.centre, 5_000)]), place)).toBe(0);
});

test("someone searching in Limoges is in Limoges, 87000, the Haute-Vienne, its region and France, not in Paris", () => {
  const place = locator.locateSearch({ inseeCode: "87085" })!;
  const inside: readonly ZoneArea[] = [
    { type: "commune", inseeCode: "87085" },
    { type: "postalCode", postalCode: "87000" },
    { type: "departement", code: "87" },
    { type: "region", code: "75" },
    { type: "france" },
  ];
  for (const area of inside) expect(zoneShare(compiled([area]), place)).toBe(1);
  expect(zoneShare(compiled([{ type: "departement", code: "75" }]), place)).toBe(0);
  expect(
    zoneShare(compiled([{ type: "france" }], [{ type: "departement", code: "87" }]), place),
  ).toBe(0);
});

test("a searched département matches the zone of its main town only if most people live there", () => {
  const paris = locator.locateSearch({ departement: "75" })!;
  expect(zoneShare(compiled([{ type: "commune", inseeCode: "75056" }]), paris)).toBe(1);
  const hauteVienne = locator.locateSearch({ departement: "87" })!;
  const limoges = zoneShare(compiled([{ type: "commune", inseeCode: "87085" }]), hauteVienne);
  expect(limoges).toBeCloseTo(129_937 / 372_000, 1);
  expect(placeMatchesZone(compiled([circleAt(corners[0], 60_000)]), hauteVienne)).toBe(true);
  expect(placeMatchesZone(compiled([circleAt(corners[0], 3_000)]), hauteVienne)).toBe(false);
});

test("the nearest circle's centre is how far away a shop is", () => {
  const shape = areasToShape([circleAt(corners[0], 1_000), circleAt(corners[1], 1_000)]);
  const at = destination(corners[1], 4_321, 77);
  expect(nearestCircleDistanceMeters(shape, at)).toBeCloseTo(4_321, 1);
  expect(nearestCircleDistanceMeters(areasToShape([{ type: "france" }]), at)).toBeNull();
});
