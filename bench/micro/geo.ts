/** Prints what the geography costs on this machine: `node bench/micro/geo.ts`. Nothing is asserted. */
import { bucketKey } from "../../src/geo/cells.ts";
import { compileZone } from "../../src/geo/compileZone.ts";
import { createLocator } from "../../src/geo/locate.ts";
import { buildPlaceIndex } from "../../src/geo/placeIndex.ts";
import { pointInRings } from "../../src/geo/rings.ts";
import { searchPlaceIndex } from "../../src/geo/searchPlaces.ts";
import { siteOfPoint } from "../../src/geo/sites.ts";
import type { LatLon, Zone, ZoneArea } from "../../src/geo/types.ts";
import { validateZone } from "../../src/geo/validateZone.ts";
import { reportZone, zoneToMapCells } from "../../src/geo/zoneReport.ts";
import { readPlaces } from "../../src/stores/files/places.ts";

/** Best of five rounds, microseconds of processor time a call: other processes count little. */
function measure(name: string, calls: number, run: (i: number) => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) run(i);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / calls);
  }
  const text = best >= 1000 ? `${(best / 1000).toFixed(2)} ms` : `${best.toFixed(3)} µs`;
  console.log(`${name.padEnd(52)} ${text.padStart(12)}`);
}

measure("load the table of places", 3, () => readPlaces());
const places = readPlaces();
measure("build the search index", 2, () => buildPlaceIndex(places));
const index = buildPlaceIndex(places);
for (const query of ["limog", "l", "saint", "87", "st etienne", "87000 limoges"])
  measure(`search "${query}"`, 300, () => searchPlaceIndex(index, query, { limit: 8 }));

/** Points over metropolitan France, the same every time. */
const points: readonly LatLon[] = Array.from({ length: 9_000 }, (_, i) => ({
  lat: 43 + 7 * ((i * 0.6180339887) % 1),
  lon: -1 + 7 * ((i * 0.7548776662) % 1),
}));
const point = (i: number): LatLon => points[i % points.length]!;
measure("commune of a point (nearest site)", 9_000, (i) =>
  siteOfPoint(places.sites, point(i).lat, point(i).lon),
);

const codes = [...places.communes.keys()].slice(0, 5_000);
const locator = createLocator(places);
let fresh = locator;
measure("locate a known commune", 5_000, (i) =>
  locator.locateSearch({ inseeCode: codes[i % codes.length]! }),
);
measure("locate a device, known precise cell", 9_000, (i) =>
  locator.locateDevice({ ...point(i), accuracyMeters: 20 }, true),
);
for (const precise of [true, false])
  measure(`locate a device, new ${precise ? "precise" : "coarse"} cell`, 1_800, (i) => {
    // A locator of its own every 1,800 calls: each cell is new to it.
    if (i === 0) fresh = createLocator(places);
    return fresh.locateDevice({ ...point(i), accuracyMeters: 20 }, precise);
  });

const limoges = { lat: 45.8336, lon: 1.2476 };
const circle = (radiusMeters: number): ZoneArea => ({ type: "circle", ...limoges, radiusMeters });
const ring = Array.from({ length: 9_999 }, (_, i) => {
  const angle = (2 * Math.PI * i) / 9_999;
  const radius = 0.5 + 0.1 * Math.sin(40 * angle);
  return [2 + radius * Math.cos(angle), 46 + radius * Math.sin(angle)] as const;
});
const drawing: ZoneArea = {
  type: "polygon",
  geometry: { type: "Polygon", coordinates: [[...ring, ring[0]!]] },
};
const zoneOf = (area: ZoneArea): Zone => ({ include: [area], exclude: [] });
for (const radiusMeters of [1_000, 10_000, 50_000, 200_000])
  measure(`compile a circle of ${radiusMeters / 1000} km`, 200, () =>
    compileZone(zoneOf(circle(radiusMeters)), places),
  );
measure("compile a département (kept)", 50, () =>
  compileZone(zoneOf({ type: "departement", code: "87" }), places),
);
measure("compile a drawing of 10,000 vertices", 3, () => compileZone(zoneOf(drawing), places));
measure("validate a circle", 2_000, () => validateZone(zoneOf(circle(10_000)), places));
measure("validate a drawing of 10,000 vertices", 3, () => validateZone(zoneOf(drawing), places));
measure("report on a circle of 10 km", 50, () => reportZone(zoneOf(circle(10_000)), places));
measure("map cells of a circle of 10 km at resolution 8", 50, () =>
  zoneToMapCells(zoneOf(circle(10_000)), places, 8),
);

const precise = locator.locateDevice({ ...limoges, accuracyMeters: 20 }, true)!;
const rings = [ring];
measure("point in a ring of 10,000 vertices", 500, (i) =>
  pointInRings(46 + (i % 7) / 10, 2, rings),
);
measure("bucket key of a cell", 1_000_000, () => bucketKey(precise.cell, 5));
