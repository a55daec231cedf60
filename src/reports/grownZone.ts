import { COARSE_PLACE_SHARE } from "../geo/membership.ts";
import { metersOfChordSquared, type UnitVector } from "../geo/sphere.ts";
import type { PlaceSample } from "../geo/types.ts";
import { excludesSample, holdsSample, meansPlace } from "../targeting/placeMatch.ts";
import type { Scene } from "../targeting/scene.ts";
import { hasTrait, traits } from "../targeting/segment/heads.ts";
import { circleNumbers } from "../targeting/segment/zoneColumns.ts";

/** The largest radius that a circle may have. */
const maxRadiusMeters = 200_000;

/**
 * By how many metres each circle of the campaign's zone would have to be larger to hold each of the request's places;
 * Infinity where that is more than `mostMeters`, where the campaign does not mean the place, or has no circle. What its
 * zone excludes stays out, its other shapes stay as they are.
 */
export function growthsNeeded(
  scene: Scene,
  position: number,
  mostMeters: number,
): readonly number[] {
  const { places } = scene.request;
  if (!hasTrait(scene.segment.heads, position, traits.includesCircles))
    return places.map(() => Infinity);
  return places.map(({ source }, index) =>
    meansPlace(scene, position, source)
      ? growthNeeded(scene, position, index, mostMeters)
      : Infinity,
  );
}

/** How near the centre of place `index` is to the circles were they so much larger: 0 to 1, as the value counts it. */
export function closenessToGrown(
  scene: Scene,
  position: number,
  index: number,
  byMeters: number,
): number {
  let closeness = 0;
  anyCircle(scene, position, scene.centres[index]!, (distance, radius) => {
    const grown = Math.min(maxRadiusMeters, radius + byMeters);
    closeness = Math.max(closeness, 1 - distance / grown);
    return false;
  });
  return closeness;
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

/** Samples by how far they are outside, nearest first, until they make the share that matches. */
function growthNeeded(scene: Scene, position: number, index: number, mostMeters: number): number {
  const { samples } = scene.request.places[index]!;
  const outside = samples
    .map((sample) => ({ weight: sample.weight, meters: metersOutside(scene, position, sample) }))
    .filter(({ meters }) => meters <= mostMeters)
    .sort((a, b) => a.meters - b.meters);
  let share = 0;
  for (const { weight, meters } of outside) {
    share += weight;
    // Seven fourteenths must be a half, whatever floats add them up to.
    if (Math.round(share * 1e9) / 1e9 >= COARSE_PLACE_SHARE) return meters;
  }
  return Infinity;
}

function metersOutside(scene: Scene, position: number, sample: PlaceSample): number {
  if (excludesSample(scene.segment, position, sample)) return Infinity;
  if (holdsSample(scene.segment, position, sample)) return 0;
  let least = Infinity;
  anyCircle(scene, position, sample, (distance, radius) => {
    if (distance <= maxRadiusMeters) least = Math.min(least, distance - radius);
    return false;
  });
  return least;
}

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
