import fc from "fast-check";
import { cellToParent, latLngToCell } from "h3-js";
import { expect, test } from "vitest";
import { encodeAreaKey } from "../../../src/geo/areaKeys.ts";
import { areaKeysOfPoint } from "../../../src/geo/areas.ts";
import { compileZone, zoneToCells } from "../../../src/geo/compileZone.ts";
import { shapeContains } from "../../../src/geo/membership.ts";
import { destination, toUnitVector, wrapLongitude } from "../../../src/geo/sphere.ts";
import type { LatLon, PlaceSample, Zone, ZoneArea } from "../../../src/geo/types.ts";
import { reportZone, zoneToMapCells } from "../../../src/geo/zoneReport.ts";
import { corners, places } from "./testPlaces.ts";

const zoneOf = (include: readonly ZoneArea[], exclude: readonly ZoneArea[] = []): Zone => ({
  include,
  exclude,
});
const circle = (at: LatLon, radiusMeters: number): ZoneArea => ({
  type: "circle",
  lat: at.lat,
  lon: at.lon,
  radiusMeters,
});

function sampleAt({ lat, lon }: LatLon): PlaceSample {
  const areaKeys = areaKeysOfPoint(places, null, lat, lon);
  return { lat, lon, ...toUnitVector(lat, lon), weight: 1, areaKeys };
}

/** The points that are in the zone by the exact test, but in no bucket of it: there must be none. */
function missed(zone: Zone, points: readonly LatLon[]): readonly LatLon[] {
  const compiled = compileZone(zone, places);
  const buckets = new Set(compiled.bucketCells);
  return points.filter((point) => {
    if (!shapeContains(compiled.include, sampleAt(point))) return false;
    const cell = cellToParent(latLngToCell(point.lat, point.lon, 10), compiled.bucketLevel);
    return !buckets.has(cell);
  });
}

const anyCorner = fc.constantFrom(...corners);
const anyBearing = fc.double({ min: 0, max: 360, noNaN: true });
const anyShare = fc.double({ min: 0, max: 1, noNaN: true });

test("no point of a circle falls outside of its buckets, its very edge included", () => {
  const radius = fc
    .double({ min: 0, max: Math.log(200), noNaN: true })
    .map((exponent) => 1000 * Math.exp(exponent));
  fc.assert(
    fc.property(
      anyCorner,
      radius,
      fc.array(fc.tuple(anyBearing, anyShare), { minLength: 40, maxLength: 40 }),
      (corner, radiusMeters, polar) => {
        const centre = destination(corner, 7_000 * (polar[0]?.[1] ?? 0), polar[0]?.[0] ?? 0);
        const points = polar.flatMap(([bearing, share]) => [
          destination(centre, radiusMeters * Math.sqrt(share), bearing),
          destination(centre, radiusMeters * 0.99999, bearing),
        ]);
        expect(missed(zoneOf([circle(centre, radiusMeters)]), points)).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test("no point of a polygon falls outside of its buckets, over the antimeridian too", () => {
  fc.assert(
    fc.property(
      anyCorner,
      fc.double({ min: 500, max: 150_000, noNaN: true }),
      fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 3, maxLength: 24 }),
      fc.array(fc.tuple(anyBearing, anyShare), { minLength: 60, maxLength: 60 }),
      (corner, size, radii, polar) => {
        const ring = radii.map((share, i) => {
          const { lat, lon } = destination(corner, size * share, (360 * i) / radii.length);
          return [lon, lat] as const;
        });
        const closed = [...ring, ring[0]!];
        const area: ZoneArea = {
          type: "polygon",
          geometry: { type: "Polygon", coordinates: [closed] },
        };
        // Anywhere, and a hair inside of the outline, where covers are thinnest.
        const onOutline = polar.map(([, share], i) => {
          const from = destination(
            corner,
            size * radii[i % radii.length]!,
            (360 * (i % radii.length)) / radii.length,
          );
          const to = ring[(i + 1) % radii.length]!;
          const east = wrapLongitude(to[0] - from.lon);
          const edge = { lat: from.lat + share * (to[1] - from.lat), lon: from.lon + share * east };
          return {
            lat: edge.lat + 1e-4 * (corner.lat - edge.lat),
            lon: wrapLongitude(edge.lon + 1e-4 * wrapLongitude(corner.lon - edge.lon)),
          };
        });
        const points = [
          ...polar.map(([bearing, share]) => destination(corner, size * share, bearing)),
          ...onOutline,
        ];
        expect(missed(zoneOf([area]), points)).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

const communes = [...places.communes.values()];

test("no point whose nearest commune it is falls outside of a commune's buckets", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: communes.length - 1 }),
      fc.array(fc.tuple(anyBearing, anyShare), { minLength: 40, maxLength: 40 }),
      (at, polar) => {
        const commune = communes[at]!;
        const points = polar.map(([bearing, share]) =>
          destination(commune, 26_000 * share * share, bearing),
        );
        const area: ZoneArea = { type: "commune", inseeCode: commune.inseeCode };
        expect(missed(zoneOf([area]), points)).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["departement", "87"],
  ["departement", "2A"],
  ["departement", "974"],
  ["departement", "973"],
  ["departement", "986"],
  ["departement", "987"],
  ["departement", "975"],
  ["region", "94"],
  ["region", "75"],
] as const)("no point of %s %s falls outside of its buckets", (type, code) => {
  const table = type === "region" ? places.regions : places.departements;
  const inside = table.get(code)!.communes;
  const points = inside.flatMap((commune, i) =>
    Array.from({ length: Math.ceil(3000 / inside.length) }, (_, j) =>
      destination(commune, 40 * ((i * 31 + j * 17) % 700), (i * 97 + j * 61) % 360),
    ),
  );
  const zone = zoneOf([{ type, code }]);
  expect(missed(zone, points)).toEqual([]);
  const compiled = compileZone(zone, places);
  const held = points.filter((it) => shapeContains(compiled.include, sampleAt(it)));
  expect(held.length).toBeGreaterThan(points.length / 4);
});

test("no commune's point falls outside of all France", () => {
  expect(missed(zoneOf([{ type: "france" }]), communes)).toEqual([]);
});

test("a zone is posted at the finest level where it touches at most 64 cells", () => {
  const limoges = { lat: 45.8336, lon: 1.2476 };
  const levelOf = (area: ZoneArea) => {
    const { bucketLevel, bucketCells } = compileZone(zoneOf([area]), places);
    if (bucketLevel > 1) expect(bucketCells.length).toBeLessThanOrEqual(64);
    return bucketLevel;
  };
  expect(levelOf(circle(limoges, 1_000))).toBe(5);
  expect(levelOf(circle(limoges, 50_000))).toBe(5);
  expect(levelOf(circle(limoges, 200_000))).toBe(3);
  expect(levelOf({ type: "departement", code: "87" })).toBe(5);
  expect(levelOf({ type: "region", code: "75" })).toBe(3);
  expect(levelOf({ type: "france" })).toBe(1);
});

test("a 1 km circle touches a bucket or three, a 10 km circle a handful", () => {
  for (const corner of corners) {
    expect(zoneToCells(zoneOf([circle(corner, 1_000)]), places).length).toBeLessThanOrEqual(3);
    expect(zoneToCells(zoneOf([circle(corner, 10_000)]), places).length).toBeLessThanOrEqual(9);
  }
});

test.each([
  [[circle({ lat: 45.8336, lon: 1.2476 }, 10_000)], [], "Limoges et 10 km autour"],
  [[circle({ lat: 45.8336, lon: 1.2476 }, 1_500)], [], "Limoges et 1,5 km autour"],
  [[{ type: "departement", code: "87" }], [], "Haute-Vienne"],
  [[{ type: "postalCode", postalCode: "87000" }], [], "87000 Limoges"],
  [[{ type: "france" }], [{ type: "region", code: "94" }], "toute la France sauf Corse"],
  [
    [
      { type: "commune", inseeCode: "87114" },
      { type: "commune", inseeCode: "87085" },
      { type: "commune", inseeCode: "87075" },
    ],
    [],
    "3 communes dont Limoges",
  ],
  [
    [circle({ lat: 48.85, lon: 2.35 }, 5_000), { type: "region", code: "53" }],
    [],
    "Bretagne et 1 autre",
  ],
] as readonly [readonly ZoneArea[], readonly ZoneArea[], string][])(
  "a shopkeeper reads a zone as %#",
  (include, exclude, label) => {
    expect(compileZone(zoneOf(include, exclude), places).label).toBe(label);
  },
);

test.each([
  [circle({ lat: -21.1, lon: 55.5 }, 20_000), "Indian/Reunion"],
  [circle({ lat: -17.53, lon: -149.57 }, 5_000), "Pacific/Tahiti"],
  [circle({ lat: -8.9, lon: -140.1 }, 5_000), "Pacific/Marquesas"],
  [{ type: "departement", code: "975" }, "America/Miquelon"],
  [{ type: "departement", code: "987" }, "Pacific/Tahiti"],
  [{ type: "france" }, "Europe/Paris"],
  [circle({ lat: 50.85, lon: 4.35 }, 2_000), "Europe/Paris"],
] as readonly [ZoneArea, string][])("dayparts of %j are read in %s", (area, timeZone) => {
  expect(compileZone(zoneOf([area]), places).timeZone).toBe(timeZone);
});

test("named areas are approximate without contours, circles, drawings and France are not", () => {
  const approximate = (include: readonly ZoneArea[], exclude: readonly ZoneArea[] = []) =>
    compileZone(zoneOf(include, exclude), places).approximate;
  expect(approximate([{ type: "commune", inseeCode: "87085" }])).toBe(true);
  expect(approximate([circle(corners[0], 5_000)])).toBe(false);
  expect(approximate([{ type: "france" }])).toBe(false);
  expect(approximate([{ type: "france" }], [{ type: "departement", code: "87" }])).toBe(true);
});

test("a compiled zone is plain data that survives JSON", () => {
  const zone = compileZone(
    zoneOf(
      [circle(corners[0], 5_000), { type: "commune", inseeCode: "2A004" }],
      [{ type: "departement", code: "19" }],
    ),
    places,
  );
  expect(JSON.parse(JSON.stringify(zone))).toEqual(zone);
  expect(zone.include.areaKeys).toEqual([encodeAreaKey("commune", "2A004")]);
});

test("a report says how large a zone is and by how much its buckets over-cover", () => {
  const report = reportZone(zoneOf([circle(corners[0], 10_000)]), places);
  expect(report.areaKm2).toBeCloseTo(314.16, 1);
  expect(report.population).toBeGreaterThan(130_000);
  expect(report.overCoverRatio).toBeCloseTo(report.bucketAreaKm2 / report.areaKm2, 1);
  expect(report.overCoverRatio).toBeGreaterThan(1);
  const ring = reportZone(
    zoneOf([circle(corners[0], 10_000)], [circle(corners[0], 8_000)]),
    places,
  );
  expect(ring.areaKm2 / (Math.PI * (100 - 64))).toBeCloseTo(1, 1);
});

test("a square of a degree measures what it should", () => {
  const area: ZoneArea = {
    type: "polygon",
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [1, 45],
          [2, 45],
          [2, 46],
          [1, 46],
          [1, 45],
        ],
      ],
    },
  };
  const expectedKm2 = 111.19 * 111.19 * Math.cos((45.5 * Math.PI) / 180);
  expect(reportZone(zoneOf([area]), places).areaKm2 / expectedKm2).toBeCloseTo(1, 1);
});

test("map hexagons fill the zone, leave the exclusion out, and stay drawable", () => {
  const zone = zoneOf([circle(corners[0], 10_000)], [circle(corners[0], 3_000)]);
  const map = zoneToMapCells(zone, places, 8);
  expect(map.resolution).toBe(8);
  expect(map.overCoverRatio).toBeCloseTo(1, 1);
  expect(map.cells).not.toContain(latLngToCell(corners[0].lat, corners[0].lon, 8));
  const tiny = zoneToMapCells(zoneOf([circle(corners[0], 1_000)]), places, 5);
  expect(tiny.cells.length).toBeGreaterThan(0);
  const france = zoneToMapCells(zoneOf([{ type: "region", code: "75" }]), places, 9);
  expect(france.cells.length).toBeLessThanOrEqual(20_000);
  expect(france.resolution).toBeLessThan(9);
});
