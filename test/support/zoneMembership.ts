import { COARSE_PLACE_SHARE, shapeContains } from "../../src/geo/membership.ts";
import { distanceMeters } from "../../src/geo/sphere.ts";
import type { CompiledZone, ExactShape, LatLon, VisitorPlace } from "../../src/geo/types.ts";

/** Membership as the documentation tells it, sample by sample: what the columns of the snapshot are held against. */

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
  const meters = distanceMeters(circle, place.centre);
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
    const meters = distanceMeters(shape.circles[i]!, from);
    if (meters < nearest) nearest = meters;
  }
  return nearest;
}
