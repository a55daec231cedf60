import { pointInRings } from "./rings.ts";
import { earthRadiusMeters } from "./sphere.ts";
import type { ExactShape, LatLon, PlaceSample } from "./types.ts";

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
