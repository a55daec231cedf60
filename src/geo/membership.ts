import { pointInRings } from "./rings.ts";
import { earthRadiusMeters } from "./sphere.ts";
import type { CompiledZone, ExactShape, LatLon, PlaceSample, VisitorPlace } from "./types.ts";

/**
 * A place that is coarser than a zone (a commune, a département, a disc) matches the zone when at least this share of
 * its weight, which is population where population is known, lies inside.
 */
export const COARSE_PLACE_SHARE = 0.5;

const radians = Math.PI / 180;

/** Whether one sample is inside any circle, polygon or named area of a shape. Nothing is allocated. */
export function shapeContains(shape: ExactShape, sample: PlaceSample): boolean {
  const { areaKeys, circles, polygons } = shape;
  for (let i = 0; i < areaKeys.length; i++) if (sample.areaKeys.includes(areaKeys[i]!)) return true;
  for (let i = 0; i < circles.length; i++) {
    const circle = circles[i]!;
    const half = Math.sin(circle.radiusMeters / (2 * earthRadiusMeters));
    if (chordSquaredTo(circle, sample.x, sample.y, sample.z) <= 4 * half * half) return true;
  }
  for (let i = 0; i < polygons.length; i++)
    if (pointInRings(sample.lat, sample.lon, polygons[i]!)) return true;
  return false;
}

function chordSquaredTo(point: LatLon, x: number, y: number, z: number): number {
  const cosLat = Math.cos(point.lat * radians);
  const dx = cosLat * Math.cos(point.lon * radians) - x;
  const dy = cosLat * Math.sin(point.lon * radians) - y;
  const dz = Math.sin(point.lat * radians) - z;
  return dx * dx + dy * dy + dz * dz;
}

/**
 * The share (0–1) of a place's weight that lies in the zone: in `include` and not in `exclude`.
 * One circle that holds or misses the place's whole bounding disc is settled by one distance.
 */
export function zoneShare(zone: CompiledZone, place: VisitorPlace): number {
  const quick = shareByBoundingDisc(zone, place);
  if (quick >= 0) return quick;
  const { samples } = place;
  let share = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    if (!shapeContains(zone.include, sample)) continue;
    if (zone.exclude !== null && shapeContains(zone.exclude, sample)) continue;
    share += sample.weight;
  }
  // Seven fourteenths must be a half, whatever floats add them up to.
  return Math.round(share * 1e9) / 1e9;
}

/** 0 or 1 when the bounding disc settles it, -1 when it does not. */
function shareByBoundingDisc(zone: CompiledZone, place: VisitorPlace): number {
  const { circles, polygons, areaKeys } = zone.include;
  if (circles.length !== 1 || polygons.length !== 0 || areaKeys.length !== 0) return -1;
  if (zone.exclude !== null || place.boundingMeters === undefined) return -1;
  const circle = circles[0]!;
  const meters = metersBetween(circle, place.centre);
  // A metre of slack: rounding must not settle what lies on the edge.
  if (meters + place.boundingMeters < circle.radiusMeters - 1) return 1;
  if (meters - place.boundingMeters > circle.radiusMeters + 1) return 0;
  return -1;
}

/** Whether the zone is for a visitor at this place: a precise place by its point, a coarse one by the documented share. */
export function placeMatchesZone(zone: CompiledZone, place: VisitorPlace): boolean {
  return zoneShare(zone, place) >= COARSE_PLACE_SHARE;
}

/** Metres from a point to the nearest circle's centre; null when the shape has no circle. */
export function nearestCircleDistanceMeters(shape: ExactShape, from: LatLon): number | null {
  if (shape.circles.length === 0) return null;
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < shape.circles.length; i++) {
    const meters = metersBetween(shape.circles[i]!, from);
    if (meters < nearest) nearest = meters;
  }
  return nearest;
}

function metersBetween(a: LatLon, b: LatLon): number {
  const cosLat = Math.cos(b.lat * radians);
  const x = cosLat * Math.cos(b.lon * radians);
  const y = cosLat * Math.sin(b.lon * radians);
  const chord = Math.sqrt(chordSquaredTo(a, x, y, Math.sin(b.lat * radians)));
  return 2 * earthRadiusMeters * Math.asin(Math.min(1, chord / 2));
}
