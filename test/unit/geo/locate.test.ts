import fc from "fast-check";
import { cellToLatLng, cellToParent, getResolution, isValidCell, latLngToCell } from "h3-js";
import { expect, test } from "vitest";
import { decodeAreaKey, encodeAreaKey } from "../../../src/geo/areaKeys.ts";
import { bucketKey, bucketLevels } from "../../../src/geo/cells.ts";
import { communeRadiusMeters } from "../../../src/geo/communeCell.ts";
import { compileZone } from "../../../src/geo/compileZone.ts";
import { createLocator } from "../../../src/geo/locate.ts";
import { destination, distanceMeters } from "../../../src/geo/sphere.ts";
import type { CompiledZone, PlaceSample, VisitorPlace, ZoneArea } from "../../../src/geo/types.ts";
import { zoneShare } from "../../support/zoneMembership.ts";
import { corners, places } from "./testPlaces.ts";

const locator = createLocator(places);

const sum = (samples: readonly PlaceSample[]) => samples.reduce((all, it) => all + it.weight, 0);

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
      expect(place.samples.reduce((all, it) => all + it.weight, 0)).toBeCloseTo(1, 9);
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
        expectSharedBucket(zone, place);
      }
    }),
    { numRuns: 400 },
  );
  expect(matches).toBeGreaterThan(100);
});

function expectSharedBucket(zone: CompiledZone, place: VisitorPlace): void {
  const keys = new Set(zone.bucketCells.map((it) => bucketKey(it, zone.bucketLevel)));
  expect(place.bucketKeys.some((key) => keys.has(key))).toBe(true);
}

test("a search in a commune finds the zone of that commune, and of its neighbours and a circle together", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...places.communes.keys()),
      fc.double({ min: 1_000, max: 8_000, noNaN: true }),
      fc.double({ min: 0, max: 360, noNaN: true }),
      (inseeCode, radiusMeters, bearing) => {
        const place = locator.locateSearch({ inseeCode })!;
        const own: ZoneArea = { type: "commune", inseeCode };
        const zone = compileZone({ include: [own], exclude: [] }, places);
        expect(zoneShare(zone, place)).toBe(1);
        expectSharedBucket(zone, place);
        // A disc of which the zone holds a part by name and another by shape.
        const disc = locator.locateSearch({ ...place.centre, radiusMeters: 15_000 })!;
        const beside = destination(place.centre, radiusMeters, bearing);
        const both = compileZone(
          { include: [own, { type: "circle", ...beside, radiusMeters }], exclude: [] },
          places,
        );
        if (zoneShare(both, disc) >= 0.5) expectSharedBucket(both, disc);
      },
    ),
    { numRuns: 150 },
  );
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

test("a wide disc is weighted by the people in it, and a large town in it is spread over its ground", () => {
  const place = locator.locateIp({ lat: 45.8336, lon: 1.2476, accuracyMeters: 20_000 })!;
  const limoges = place.samples.filter(
    (it) => it.areaKeys[0] === encodeAreaKey("commune", "87085"),
  );
  expect(sum(limoges)).toBeGreaterThan(0.4);
  for (const it of place.samples) expect(it.weight).toBeLessThanOrEqual(1 / 12 + 1e-9);
});

test("in a disc, a département, a region and a postal code of several communes nobody stands on one point", () => {
  const places = [
    locator.locateSearch({ lat: 45.8336, lon: 1.2476, radiusMeters: 15_000 }),
    locator.locateIp({ lat: 43.6, lon: 1.44, accuracyMeters: 100_000 }),
    locator.locateSearch({ departement: "31" }),
    locator.locateSearch({ departement: "975" }),
    locator.locateSearch({ region: "04" }),
    locator.locateSearch({ inseeCode: "69123" }),
    locator.locateHome({ postalCode: "19000" }),
    locator.locateHome({ postalCode: "23000" }),
  ];
  for (const place of places) {
    expect(place!.samples.length).toBeLessThanOrEqual(49);
    const byPoint = Map.groupBy(place!.samples, (it) => `${it.lat} ${it.lon}`);
    for (const at of byPoint.values()) expect(sum(at)).toBeLessThan(0.13);
  }
});

test("samples of a disc lie in it", () => {
  fc.assert(
    fc.property(frenchPoint, fc.double({ min: 2_000, max: 100_000, noNaN: true }), (at, meters) => {
      const place = locator.locateSearch({ ...at, radiusMeters: meters })!;
      expect(place.boundingMeters).toBeLessThanOrEqual(place.accuracyMeters + 2);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ["Levallois-Perret", "92044", 2.4],
  ["Montreuil", "93048", 9],
  ["Caen", "14118", 26],
  ["Bourges", "18033", 69],
  ["Limoges", "87085", 78],
  ["Toulouse", "31555", 118],
])("%s is taken to be about as large as it is", (_name, code, areaKm2) => {
  const radius = communeRadiusMeters(places, places.communes.get(code)!);
  const real = 1_000 * Math.sqrt(areaKm2 / Math.PI);
  expect(radius / real).toBeGreaterThan(0.75);
  expect(radius / real).toBeLessThan(1.3);
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
  [{ departement: "2A" }, "Corse-du-Sud", 44],
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
