import { areaKeysOfPoint } from "./areas.ts";
import { communeRadiusMeters } from "./communeCell.ts";
import { areasToShape } from "./compileZone.ts";
import { shapeContains } from "./membership.ts";
import type { Places } from "./places.ts";
import { eastOf, pointInRings, polygonsOf } from "./rings.ts";
import { destination, toUnitVector } from "./sphere.ts";
import type { LatLon, PlaceSample, Zone, ZoneArea } from "./types.ts";
import { communesOfArea } from "./zoneTimeZone.ts";

/**
 * Whether the exclusions leave nothing of a zone, as far as some hundred points of every included area can tell:
 * what slips between them is too small to advertise in.
 */
export function exclusionsRemoveAll(zone: Zone, places: Places): boolean {
  if (zone.exclude.length === 0) return false;
  const include = areasToShape(zone.include);
  const exclude = areasToShape(zone.exclude);
  for (const area of zone.include)
    for (const point of pointsOfArea(area, places)) {
      const sample = toSample(point, places);
      if (shapeContains(include, sample) && !shapeContains(exclude, sample)) return false;
    }
  return true;
}

function* pointsOfArea(area: ZoneArea, places: Places): Generator<LatLon> {
  if (area.type === "circle") yield* pointsOfCircle(area);
  else if (area.type === "polygon") {
    for (const rings of polygonsOf(area.geometry)) yield* pointsOfRing(rings[0] ?? []);
  } else {
    const communes = communesOfArea(area, places);
    yield* communes;
    // Around the points too, where the area is small enough for an exclusion to hit just its communes' points.
    for (const it of communes.slice(0, 50))
      yield* pointsOfCircle({
        lat: it.lat,
        lon: it.lon,
        radiusMeters: communeRadiusMeters(places, it),
      });
  }
}

/** The centre and seven rings of points, the outermost just inside. */
function* pointsOfCircle(circle: LatLon & { readonly radiusMeters: number }): Generator<LatLon> {
  yield circle;
  for (const share of [0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99])
    for (let bearing = 0; bearing < 360; bearing += 15)
      yield destination(circle, share * circle.radiusMeters, bearing);
}

/** A lattice over the bounding box of a ring; which points are inside is asked later. */
function* pointsOfRing(ring: readonly (readonly [number, number])[]): Generator<LatLon> {
  const origin = ring[0]?.[0] ?? 0;
  let [west, east, south, north] = [0, 0, 90, -90];
  for (const [lon, lat] of ring) {
    const x = eastOf(lon, origin);
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  const count = 24;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      const lat = south + ((i + 0.5) / count) * (north - south);
      const lon = origin + west + ((j + 0.5) / count) * (east - west);
      const wrapped = lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon;
      if (pointInRings(lat, wrapped, [ring])) yield { lat, lon: wrapped };
    }
}

function toSample({ lat, lon }: LatLon, places: Places): PlaceSample {
  const { x, y, z } = toUnitVector(lat, lon);
  return { lat, lon, x, y, z, weight: 1, areaKeys: areaKeysOfPoint(places, null, lat, lon) };
}
