import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { cellToChildren, latLngToCell } from "h3-js";
import { afterAll, expect, test } from "vitest";
import { encodeAreaKey } from "../../../src/geo/areaKeys.ts";
import { areaKeysOfPoint } from "../../../src/geo/areas.ts";
import { bucketKey } from "../../../src/geo/cells.ts";
import { compileZone } from "../../../src/geo/compileZone.ts";
import {
  communeOfCell,
  contourOf,
  createContours,
  packContourCells,
  unpackContourCells,
} from "../../../src/geo/contours.ts";
import { importContours } from "../../../src/geo/importContours.ts";
import { createLocator } from "../../../src/geo/locate.ts";
import { pointInRings } from "../../../src/geo/rings.ts";
import {
  contoursFileName,
  importContoursFile,
  readContours,
} from "../../../src/stores/files/contours.ts";
import { zoneShare } from "../../support/zoneMembership.ts";
import { places } from "./testPlaces.ts";

/** A box of degrees around Limoges, and its neighbour to the east: a toy map with a known border at 1.3° east. */
const limogesBox = [
  [
    [1.15, 45.78],
    [1.3, 45.78],
    [1.3, 45.9],
    [1.15, 45.9],
    [1.15, 45.78],
  ],
] as const;
const panazolBox = [
  [
    [1.3, 45.78],
    [1.4, 45.78],
    [1.4, 45.9],
    [1.3, 45.9],
    [1.3, 45.78],
  ],
] as const;
const feature = (code: unknown, coordinates: unknown, type = "Polygon", property = "code") => ({
  type: "Feature",
  properties: { [property]: code },
  geometry: { type, coordinates },
});
const collection = (...features: readonly unknown[]) =>
  JSON.stringify({ type: "FeatureCollection", features });

const { cellsByCommune } = importContours(
  collection(
    feature("87085", limogesBox),
    feature("87114", [panazolBox], "MultiPolygon", "INSEE_COM"),
  ),
  places,
);
const contours = createContours(packContourCells(cellsByCommune));

/** A lattice over both boxes, off the border by more than a cell. */
const lattice = Array.from({ length: 2_000 }, (_, i) => ({
  lat: 45.76 + 0.16 * ((i * 0.6180339887) % 1),
  lon: 1.12 + 0.31 * ((i * 0.7548776662) % 1),
})).filter(
  ({ lat, lon }) =>
    [1.15, 1.3, 1.4].every((edge) => Math.abs(lon - edge) > 0.004) &&
    [45.78, 45.9].every((edge) => Math.abs(lat - edge) > 0.004),
);

test("a point is in the commune whose contour it is in, and in none outside of all", () => {
  for (const { lat, lon } of lattice) {
    const cell = latLngToCell(lat, lon, 10);
    const expected = pointInRings(lat, lon, limogesBox)
      ? "87085"
      : pointInRings(lat, lon, panazolBox)
        ? "87114"
        : null;
    expect(communeOfCell(contours, cell)).toBe(expected);
  }
});

test("cells survive being packed", () => {
  expect(unpackContourCells(packContourCells(cellsByCommune))).toEqual(cellsByCommune);
  expect(contourOf(contours, "87114")).toEqual(cellsByCommune.get("87114"));
  expect(contourOf(contours, "75056")).toBeNull();
});

test("where two outlines overlap, every cell still has one owner", () => {
  const cell = latLngToCell(45.83, 1.26, 7);
  const child = latLngToCell(45.83, 1.26, 9);
  const overlapping = createContours(
    packContourCells(
      new Map([
        ["87114", [child]],
        ["87085", [cell]],
      ]),
    ),
  );
  for (const it of cellToChildren(cell, 9)) expect(communeOfCell(overlapping, it)).toBe("87085");
});

test("contours are compact: a box of 150 km² takes a few hundred cells", () => {
  expect(cellsByCommune.get("87085")!.length).toBeLessThan(600);
});

test("where contours are, named areas are exact; elsewhere the nearest point still decides", () => {
  const keysAt = (lat: number, lon: number) => areaKeysOfPoint(places, contours, lat, lon);
  expect(keysAt(45.83, 1.31)).toContain(encodeAreaKey("commune", "87114"));
  expect(keysAt(45.83, 1.29)).toContain(encodeAreaKey("commune", "87085"));
  expect(keysAt(48.8466, 2.346)).toContain(encodeAreaKey("commune", "75105"));
  // North of its box no point counts as Limoges any more, although its point may be the nearest.
  expect(keysAt(45.91, 1.2)).not.toContain(encodeAreaKey("commune", "87085"));
});

test("no point of a commune with a contour falls outside of its zone's buckets, and the zone is not approximate", () => {
  const zone = compileZone(
    { include: [{ type: "commune", inseeCode: "87085" }], exclude: [] },
    places,
    contours,
  );
  expect(zone.approximate).toBe(false);
  const locator = createLocator(places, { contours });
  let inside = 0;
  const buckets = new Set(zone.bucketCells.map((it) => bucketKey(it, zone.bucketLevel)));
  for (const point of lattice) {
    const place = locator.locateDevice({ ...point, accuracyMeters: 10 }, true)!;
    if (zoneShare(zone, place) < 1) continue;
    inside++;
    expect(place.bucketKeys.some((it) => buckets.has(it))).toBe(true);
  }
  expect(inside).toBeGreaterThan(300);
});

test("a commune's visitors are spread over its contour", () => {
  const locator = createLocator(places, { contours });
  const place = locator.locateSearch({ inseeCode: "87085" })!;
  expect(place.samples).toHaveLength(49);
  for (const it of place.samples) expect(pointInRings(it.lat, it.lon, limogesBox)).toBe(true);
  const west = place.samples.filter((it) => it.lon < 1.225).length;
  expect(west / 49).toBeGreaterThan(0.35);
  expect(west / 49).toBeLessThan(0.65);
});

test.each([
  ["no code", feature(undefined, limogesBox), "no INSEE code"],
  ["a code as a number", feature(87085, limogesBox), "no INSEE code"],
  ["an unknown code", feature("99999", limogesBox), "unknown INSEE code"],
  [
    "a bow tie",
    feature("87085", [
      [
        [1, 45],
        [2, 46],
        [2, 45],
        [1, 46],
        [1, 45],
      ],
    ]),
    "crosses",
  ],
  ["a point", feature("87085", [1, 45], "Point"), "must be"],
  [
    "no geometry",
    { type: "Feature", properties: { code: "87085" }, geometry: null },
    "must be a GeoJSON",
  ],
  ["null", null, "no INSEE code"],
  [
    "a commune of the size of France",
    feature("87085", [
      [
        [0, 43],
        [6, 43],
        [6, 49],
        [0, 49],
        [0, 43],
      ],
    ]),
    "far larger",
  ],
])("a feature with %s is left out, saying why", (_name, bad, reason) => {
  const { cellsByCommune: cells, rejected } = importContours(
    collection(bad, feature("87114", panazolBox)),
    places,
  );
  expect([...cells.keys()]).toEqual(["87114"]);
  expect(rejected).toHaveLength(1);
  expect(rejected[0]?.index).toBe(0);
  expect(rejected[0]?.reason).toContain(reason);
});

test("a second outline of one commune is left out, a contour smaller than a cell keeps one", () => {
  const islet = [
    [
      [1.2, 45.8],
      [1.2005, 45.8],
      [1.2005, 45.8005],
      [1.2, 45.8],
    ],
  ];
  const { cellsByCommune: cells, rejected } = importContours(
    collection(feature("87085", islet), feature("87085", limogesBox)),
    places,
  );
  expect(cells.get("87085")).toHaveLength(1);
  expect(rejected.map((it) => it.index)).toEqual([1]);
});

test("what is no feature collection is refused whole", () => {
  expect(() => importContours("{", places)).toThrow(SyntaxError);
  expect(() => importContours("[]", places)).toThrow(RangeError);
  expect(() => importContours('{"type":"Feature"}', places)).toThrow(RangeError);
});

const folder = mkdtempSync(join(tmpdir(), "atelier contours "));
afterAll(() => rmSync(folder, { recursive: true }));

test("an import is kept in a file, adds to earlier ones, and is read again as it was", () => {
  expect(readContours(folder)).toBeNull();
  const file = join(folder, "communes.geojson");
  writeFileSync(file, collection(feature("87085", limogesBox), feature("x", limogesBox)));
  const outcome = importContoursFile(file, join(folder, "data"), places);
  expect(outcome.rejected).toHaveLength(1);
  writeFileSync(file, collection(feature("87114", panazolBox)));
  importContoursFile(file, join(folder, "data"), places);
  expect(readContours(join(folder, "data"))).toEqual(contours);
});

test("a damaged file is named, not taken for an empty one", () => {
  const file = join(folder, contoursFileName);
  const whole = gunzipSync(readFileSync(join(folder, "data", contoursFileName)));
  const damages = [
    Buffer.from("not gzip"),
    gzipSync(""),
    gzipSync("{}\n"),
    gzipSync(whole.subarray(0, -8)),
    gzipSync(Buffer.concat([whole, Buffer.alloc(8)])),
  ];
  for (const damage of damages) {
    writeFileSync(file, damage);
    expect(() => readContours(folder)).toThrow(contoursFileName);
  }
});
