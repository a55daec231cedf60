import { COARSE_PLACE_SHARE } from "../geo/membership.ts";
import { metersOfChordSquared, type UnitVector } from "../geo/sphere.ts";
import { excludesSample, holdsSample, meansPlace } from "../targeting/placeMatch.ts";
import type { Scene } from "../targeting/scene.ts";
import { hasTrait, traits } from "../targeting/segment/heads.ts";
import { circleNumbers } from "../targeting/segment/zoneColumns.ts";

/** The largest radius that a circle may have. */
const maxRadiusMeters = 200_000;

/** A place of the request in a zone whose circles are larger, and how near its centre is to theirs. */
export interface GrownMatch {
  readonly placeIndex: number;
  /** 0 to 1, as the value counts it. */
  readonly closeness: number;
}

/**
 * The place that the campaign would match were each circle of its zone `byMeters` larger; null = none, or it has no
 * circle. What its zone excludes stays out, its other shapes stay as they are.
 */
export function matchGrownZone(
  scene: Scene,
  position: number,
  byMeters: number,
): GrownMatch | null {
  const { heads } = scene.segment;
  if (!hasTrait(heads, position, traits.includesCircles)) return null;
  const { places } = scene.request;
  for (let index = 0; index < places.length; index++) {
    if (!meansPlace(scene, position, places[index]!.source)) continue;
    if (grownShare(scene, position, index, byMeters) < COARSE_PLACE_SHARE) continue;
    const closeness = grownCloseness(scene, position, scene.centres[index]!, byMeters);
    return { placeIndex: index, closeness };
  }
  return null;
}

/** False when no circle of the campaign comes within `byMeters` of any place: a cheap first look. */
export function isNearCircle(scene: Scene, position: number, byMeters: number): boolean {
  if (!hasTrait(scene.segment.heads, position, traits.includesCircles)) return false;
  return scene.request.places.some(({ boundingMeters = 50_000 }, index) => {
    const room = byMeters + boundingMeters;
    return anyCircle(
      scene,
      position,
      scene.centres[index]!,
      (distance, radius) => distance <= radius + room,
    );
  });
}

function grownShare(scene: Scene, position: number, index: number, byMeters: number): number {
  let share = 0;
  for (const sample of scene.request.places[index]!.samples) {
    const isIn =
      holdsSample(scene.segment, position, sample) ||
      (!excludesSample(scene.segment, position, sample) &&
        anyCircle(
          scene,
          position,
          sample,
          (distance, radius) => distance <= grown(radius, byMeters),
        ));
    if (isIn) share += sample.weight;
  }
  return Math.round(share * 1e9) / 1e9;
}

function grownCloseness(
  scene: Scene,
  position: number,
  centre: UnitVector,
  byMeters: number,
): number {
  let closeness = 0;
  anyCircle(scene, position, centre, (distance, radius) => {
    closeness = Math.max(closeness, 1 - distance / grown(radius, byMeters));
    return false;
  });
  return closeness;
}

const grown = (radiusMeters: number, byMeters: number) =>
  Math.min(maxRadiusMeters, radiusMeters + byMeters);

function anyCircle(
  { segment }: Scene,
  position: number,
  point: UnitVector,
  test: (distanceMeters: number, radiusMeters: number) => boolean,
): boolean {
  const { circles, circleStarts } = segment.zones.include;
  const end = circleNumbers * circleStarts[position + 1]!;
  for (let at = circleNumbers * circleStarts[position]!; at < end; at += circleNumbers) {
    const dx = circles[at]! - point.x;
    const dy = circles[at + 1]! - point.y;
    const dz = circles[at + 2]! - point.z;
    const distance = metersOfChordSquared(dx * dx + dy * dy + dz * dz);
    if (test(distance, circles[at + 4]!)) return true;
  }
  return false;
}
