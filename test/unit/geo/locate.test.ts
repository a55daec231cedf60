import fc from "fast-check";
import { cellToLatLng, cellToParent, getResolution, isValidCell, latLngToCell } from "h3-js";
import { expect, test } from "vitest";
import { decodeAreaKey } from "../../../src/geo/areaKeys.ts";
import { bucketKey, bucketLevels } from "../../../src/geo/cells.ts";
import { compileZone } from "../../../src/geo/compileZone.ts";
import { createLocator } from "../../../src/geo/locate.ts";
import { zoneShare } from "../../../src/geo/membership.ts";
import { destination, distanceMeters } from "../../../src/geo/sphere.ts";
import type { VisitorPlace, ZoneArea } from "../../../src/geo/types.ts";
import { corners, places } from "./testPlaces.ts";

const locator = createLocator(places);

const frenchPoint = fc
  .tuple(
    fc.constantFrom(...corners),
    fc.double({ min: 0, max: 60_000, noNaN: true }),
    fc.double({ min: 0, max: 360, noNaN: true }),
  )
  .map(([corner, meters, bearing]) => destination(corner, meters, bearing));
const accuracy = fc.double({ min: 0, max: 200_000, noNaN: true });

const anyPlace: fc.Arbitrary<VisitorPlace> = fc
  .oneof(
    fc
      .tuple(frenchPoint, accuracy, fc.boolean())
      .map(([at, accuracyMeters, precise]) =>
        locator.locateDevice({ ...at, accuracyMeters }, precise),
      ),
    fc
      .constantFrom(...places.communes.keys())
      .map((inseeCode) => locator.locateSearch({ inseeCode })),
    fc
      .constantFrom(...places.postalCodes.keys())
      .map((postalCode) => locator.locateHome({ postalCode })),
    fc
      .constantFrom(...places.departements.keys())
      .map((departement) => locator.locateSearch({ departement })),
    fc.constantFrom(...places.regions.keys()).map((region) => locator.locateSearch({ region })),
    fc
      .tuple(frenchPoint, accuracy)
      .map(([at, radiusMeters]) => locator.locateSearch({ ...at, radiusMeters })),
    fc
      .tuple(frenchPoint, accuracy)
      .map(([at, accuracyMeters]) => locator.locateIp({ ...at, accuracyMeters })),
  )
  .filter((it) => it !== null);

test("every place is sound: weights sum to 1, samples on the sphere and within bounds, a real cell", () => {
  fc.assert(
    fc.property(anyPlace, (place) => {
      expect(place.samples.length).toBeGreaterThan(0);
      expect(place.samples.length).toBeLessThanOrEqual(49);
      expect(place.samples.reduce((sum, it) => sum + it.weight, 0)).toBeCloseTo(1, 9);
      for (const it of place.samples) {
        expect(it.x ** 2 + it.y ** 2 + it.z ** 2).toBeCloseTo(1, 12);
        expect(it.weight).toBeGreaterThanOrEqual(0);
        expect(distanceMeters(it, place.centre)).toBeLessThanOrEqual(place.boundingMeters!);
      }
      expect(isValidCell(place.cell)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test("a zone that covers half of a place has one of the place's buckets", () => {
  const zones = corners.flatMap((corner) =>
    [1_000, 5_000, 30_000, 150_000].map(
      (radiusMeters): ZoneArea => ({
        type: "circle",
        lat: corner.lat,
        lon: corner.lon,
        radiusMeters,
      }),
    ),
  );
  const named: readonly ZoneArea[] = [
    { type: "departement", code: "87" },
    { type: "departement", code: "974" },
    { type: "region", code: "94" },
    { type: "departement", code: "987" },
    { type: "commune", inseeCode: "75056" },
    { type: "france" },
  ];
  const compiled = [...zones, ...named].map((it) =>
    compileZone({ include: [it], exclude: [] }, places),
  );
  let matches = 0;
  fc.assert(
    fc.property(anyPlace, (place) => {
      for (const zone of compiled) {
        if (zoneShare(zone, place) < 0.5) continue;
        matches++;
        const keys = new Set(zone.bucketCells.map((it) => bucketKey(it, zone.bucketLevel)));
        expect(place.bucketKeys.some((key) => keys.has(key))).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
  expect(matches).toBeGreaterThan(100);
});

test("without precise consent nothing finer than a resolution-7 cell leaves: all of its points give one place", () => {
  fc.assert(
    fc.property(
      frenchPoint,
      fc.double({ min: 0, max: 1_500, noNaN: true }),
      (at, accuracyMeters) => {
        const place = locator.locateDevice({ ...at, accuracyMeters }, false)!;
        const cell = latLngToCell(at.lat, at.lon, 7);
        const [lat, lon] = cellToLatLng(cell);
        expect(place.cell).toBe(cell);
        expect(place.accuracyMeters).toBe(1_500);
        expect(place.centre).toEqual({ lat, lon });
        expect(locator.locateDevice({ lat, lon, accuracyMeters: 5 }, false)).toBe(place);
        // Fresh from another locator it is the same: nothing of the point was kept.
        expect(createLocator(places).locateDevice({ lat, lon, accuracyMeters: 0 }, false)).toEqual(
          place,
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("with precise consent the point becomes its resolution-10 cell's centre", () => {
  fc.assert(
    fc.property(frenchPoint, (at) => {
      const place = locator.locateDevice({ ...at, accuracyMeters: 20 }, true)!;
      expect(place.cell).toBe(latLngToCell(at.lat, at.lon, 10));
      expect(place.samples).toHaveLength(1);
      expect(distanceMeters(at, place.samples[0]!)).toBeLessThan(100);
      expect(place.samples[0]).toMatchObject(place.centre);
      expect(place.bucketKeys).toEqual(bucketLevels.map((level) => bucketKey(place.cell, level)));
    }),
  );
});

test("a search and an IP address are never finer than resolution 7, whatever they claim", () => {
  fc.assert(
    fc.property(frenchPoint, (at) => {
      expect(getResolution(locator.locateSearch({ ...at, radiusMeters: 1 })!.cell)).toBe(7);
      expect(locator.locateSearch({ ...at })!.accuracyMeters).toBeGreaterThanOrEqual(1_500);
      const ip = locator.locateIp({ ...at, accuracyMeters: 1 })!;
      expect(ip.accuracyMeters).toBeGreaterThanOrEqual(5_000);
      expect(getResolution(ip.cell)).toBeLessThan(7);
    }),
    { numRuns: 60 },
  );
});

test("a vague device position is a disc of its accuracy, precise consent or not", () => {
  const signal = { lat: 45.8336, lon: 1.2476, accuracyMeters: 3_900 };
  for (const precise of [true, false]) {
    const place = locator.locateDevice(signal, precise)!;
    expect(place.accuracyMeters).toBe(5_000);
    expect(place.samples).toHaveLength(19);
    expect(place.boundingMeters).toBeGreaterThan(3_900);
    expect(getResolution(place.cell)).toBeLessThan(7);
    expect(
      cellToParent(latLngToCell(place.centre.lat, place.centre.lon, 10), getResolution(place.cell)),
    ).toBe(place.cell);
  }
});

test("a wide disc is weighted by the people in it", () => {
  const place = locator.locateIp({ lat: 45.8336, lon: 1.2476, accuracyMeters: 20_000 })!;
  const heaviest = [...place.samples].sort((a, b) => b.weight - a.weight)[0]!;
  const codes = heaviest.areaKeys.map(decodeAreaKey).map((it) => it.code);
  expect(codes).toContain("87085");
  expect(heaviest.weight).toBeGreaterThan(0.4);
});

test("the middle of France that IP databases give for want of better is no place", () => {
  expect(locator.locateIp({ lat: 48.8582, lon: 2.3387, accuracyMeters: 500_000 })).toBeNull();
  expect(locator.locateIp({ lat: 48.8582, lon: 2.3387, accuracyMeters: 20_000 })).toBeNull();
  expect(locator.locateIp({ lat: 48.8566, lon: 2.3522, accuracyMeters: 20_000 })).not.toBeNull();
});

test.each([
  ["an unknown commune", () => locator.locateSearch({ inseeCode: "99999" })],
  ["a postal code for an INSEE code", () => locator.locateSearch({ inseeCode: "87000" })],
  ["an unknown postal code", () => locator.locateHome({ postalCode: "00000" })],
  ["a prototype key", () => locator.locateSearch({ departement: "__proto__" })],
  ["an empty region", () => locator.locateSearch({ region: "" })],
  ["a latitude of 91", () => locator.locateDevice({ lat: 91, lon: 0, accuracyMeters: 5 }, true)],
  ["NaN", () => locator.locateDevice({ lat: Number.NaN, lon: 0, accuracyMeters: 5 }, true)],
  [
    "a negative accuracy",
    () => locator.locateDevice({ lat: 45, lon: 0, accuracyMeters: -1 }, true),
  ],
  [
    "an accuracy of NaN",
    () => locator.locateDevice({ lat: 45, lon: 0, accuracyMeters: Number.NaN }, true),
  ],
  [
    "an accuracy of a country",
    () => locator.locateDevice({ lat: 45, lon: 0, accuracyMeters: 300_000 }, false),
  ],
])("%s is no place", (_name, locate) => {
  expect(locate()).toBeNull();
});

test.each([
  [{ inseeCode: "87085" }, "Limoges", 1],
  [{ inseeCode: "75056" }, "Paris", 20],
  [{ postalCode: "87000" }, "87000 Limoges", 1],
  [{ departement: "2A" }, "Corse-du-Sud", 49],
  [{ region: "04" }, "La Réunion", 24],
  [{ inseeCode: "98613" }, "Uvea", 1],
] as const)("searching in %j is called %s", (signal, label, communeCount) => {
  const place = locator.locateSearch(signal)!;
  expect(place.label).toBe(label);
  expect(place.source).toBe("search");
  const communes = new Set(place.samples.map((it) => decodeAreaKey(it.areaKeys[0]!).code));
  expect(communes.size).toBe(communeCount);
});

test("a searched postal code is not in the commune's other postal codes", () => {
  const place = locator.locateSearch({ postalCode: "33800" })!;
  const codes = place.samples.flatMap((it) => it.areaKeys.map((key) => decodeAreaKey(key)));
  const postal = codes.filter((it) => it.kind === "postalCode").map((it) => it.code);
  expect(new Set(postal)).toEqual(new Set(["33800"]));
});

test("abroad a device has a place without a name and in no named area", () => {
  const place = locator.locateDevice({ lat: 46.2044, lon: 6.1432, accuracyMeters: 20 }, true)!;
  expect(place.label).toBeNull();
  expect(place.samples[0]!.areaKeys).toEqual([]);
});

test("a home and a search in one commune differ in their source only", () => {
  const { source: home, ...a } = locator.locateHome({ inseeCode: "2B033" })!;
  const { source: search, ...b } = locator.locateSearch({ inseeCode: "2B033" })!;
  expect([home, search]).toEqual(["home", "search"]);
  expect(a).toEqual(b);
});

test("a million different signals do not fill the memory: the cache forgets, and answers stay right", () => {
  const small = createLocator(places);
  const first = small.locateSearch({ inseeCode: "87085" });
  for (let i = 0; i < 25_000; i++)
    small.locateDevice({ lat: 44 + i * 1e-4, lon: 1 + (i % 100) * 1e-2, accuracyMeters: 10 }, true);
  const again = small.locateSearch({ inseeCode: "87085" });
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
});
