import { areaKeysOfPoint, areaToKey } from "./areas.ts";
import { communeRadiusMeters } from "./communeCell.ts";
import { areasToShape } from "./compileZone.ts";
import { shapeContains } from "./membership.ts";
import type { Places } from "./places.ts";
import { eastOf, pointInRings, polygonsOf } from "./rings.ts";
import { destination, toUnitVector } from "./sphere.ts";
import type { AreaKey, ExactShape, LatLon, PlaceSample, Zone, ZoneArea } from "./types.ts";
import { communesOfArea } from "./zoneTimeZone.ts";

/** What all the points may cost together, in edges that a point is held against: 20 ms. */
const maxWork = 6_000_000;
const fewestPoints = 400;
const mostPoints = 10_000;

/** Points to test in one area, and whether each costs so little that all communes may be asked. */
interface Share {
  readonly count: number;
  readonly cheap: boolean;
}

/**
 * Whether the exclusions leave nothing of a zone, as far as some hundred points of every included area can tell:
 * what slips between them is too small to advertise in. The more shapes and vertices, the fewer points: 50 ms at most.
 */
export function exclusionsRemoveAll(zone: Zone, places: Places): boolean {
  if (zone.exclude.length === 0) return false;
  const include = areasToShape(zone.include);
  const exclude = areasToShape(zone.exclude);
  const byKey = new Map(zone.include.map((it) => [areaToKey(it) ?? it, it]));
  const areas = [...byKey.values()];
  const share = shareOf(areas, costOf(include) + costOf(exclude));
  const named = include.areaKeys.length + exclude.areaKeys.length > 0;
  let tested = 0;
  for (const area of areas)
    for (const point of pointsOfArea(area, places, share)) {
      tested++;
      const sample = toSample(point, named ? places : null);
      if (!shapeContains(exclude, sample) && shapeContains(include, sample)) return false;
    }
  return tested > 0;
}

/** What holding a point against a shape costs, in edges. */
function costOf({ circles, polygons, areaKeys }: ExactShape): number {
  let cost = 25 + 20 * circles.length + areaKeys.length;
  for (const rings of polygons) for (const ring of rings) cost += ring.length;
  return cost;
}

function shareOf(areas: readonly ZoneArea[], cost: number): Share {
  const points = Math.max(fewestPoints, Math.min(mostPoints, maxWork / cost));
  const shapes = areas.reduce(
    (sum, it) => sum + (it.type === "polygon" ? polygonsOf(it.geometry).length : 1),
    0,
  );
  return { count: Math.max(4, Math.floor(points / shapes)), cheap: cost <= 200 };
}

function* pointsOfArea(
  area: ZoneArea,
  places: Places,
  { count, cheap }: Share,
): Generator<KnownPoint> {
  if (area.type === "circle") yield* pointsOfCircle(area, count);
  else if (area.type === "polygon") {
    for (const rings of polygonsOf(area.geometry)) yield* pointsOfRing(rings[0] ?? [], count);
  } else {
    const communes = communesOfArea(area, places);
    const step = cheap ? 1 : Math.max(1, communes.length / count);
    for (let at = 0; at < communes.length; at += step) {
      const { lat, lon, inseeCode } = communes[Math.floor(at)]!;
      yield { lat, lon, areaKeys: places.sites.siteByCommune.get(inseeCode)?.areaKeys };
    }
    // Around the points too, where the area is small enough for an exclusion to hit just its communes' points.
    for (const it of communes.slice(0, Math.max(1, Math.min(50, Math.floor(count / 200)))))
      yield* pointsOfCircle(
        { lat: it.lat, lon: it.lon, radiusMeters: communeRadiusMeters(places, it) },
        count,
      );
  }
}

/** A point, and the named areas that it lies in where they are known. */
interface KnownPoint extends LatLon {
  readonly areaKeys?: readonly AreaKey[] | undefined;
}

/** The centre and seven rings of at most 24 points, the outermost just inside. */
function* pointsOfCircle(
  circle: LatLon & { readonly radiusMeters: number },
  count: number,
): Generator<KnownPoint> {
  yield { lat: circle.lat, lon: circle.lon };
  const step = 360 / Math.max(4, Math.min(24, Math.floor(count / 7)));
  for (const share of [0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99])
    for (let bearing = 0; bearing < 360; bearing += step)
      yield destination(circle, share * circle.radiusMeters, bearing);
}

/** A lattice over the bounding box of a ring; which points are inside is asked later. */
function* pointsOfRing(
  ring: readonly (readonly [number, number])[],
  most: number,
): Generator<KnownPoint> {
  const origin = ring[0]?.[0] ?? 0;
  let [west, east, south, north] = [0, 0, 90, -90];
  for (const [lon, lat] of ring) {
    const x = eastOf(lon, origin);
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  const count = Math.max(2, Math.min(24, Math.floor(Math.sqrt(most))));
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      const lat = south + ((i + 0.5) / count) * (north - south);
      const lon = origin + west + ((j + 0.5) / count) * (east - west);
      const wrapped = lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon;
      if (pointInRings(lat, wrapped, [ring])) yield { lat, lon: wrapped };
    }
}

/** Without places nobody asks for the named areas. */
function toSample({ lat, lon, areaKeys }: KnownPoint, places: Places | null): PlaceSample {
  const { x, y, z } = toUnitVector(lat, lon);
  const keys = areaKeys ?? (places === null ? [] : areaKeysOfPoint(places, null, lat, lon));
  return { lat, lon, x, y, z, weight: 1, areaKeys: keys };
}
