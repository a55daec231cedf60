import { COARSE_PLACE_SHARE } from "../geo/membership.ts";
import { pointInRings } from "../geo/rings.ts";
import { metersOfChordSquared, type UnitVector } from "../geo/sphere.ts";
import type { PlaceSample, PlaceSource } from "../geo/types.ts";
import type { Scene } from "./scene.ts";
import { circleStartAt, hasTrait, traits, traitsAt } from "./segment/heads.ts";
import { sortedListHolds } from "./segment/ragged.ts";
import type { Segment } from "./segment/segment.ts";
import {
  circleNumbers,
  excludeRowOf,
  placeIntentions,
  type ShapeSide,
} from "./segment/zoneColumns.ts";
import type { PlaceIntention } from "./types.ts";

/** No place of the visitor matches the campaign's zone. */
export const noMatch = -1;
/** The visitor's place is unknown, and the campaign runs everywhere. */
export const matchesUnknownPlace = -2;

const sourcesOf: Record<PlaceIntention, readonly PlaceSource[]> = {
  any: ["search", "device", "home", "ip"],
  searches_here: ["search"],
  is_here: ["device", "ip"],
  lives_here: ["home"],
};

export function intentionOf(scene: Scene, position: number): PlaceIntention {
  return placeIntentions[scene.segment.zones.intentions[position]!]!;
}

/** True when the campaign means this kind of place: "searches here" only the search, "is here" device or IP. */
export function meansPlace(scene: Scene, position: number, source: PlaceSource): boolean {
  if (!hasTrait(scene.segment.heads, position, traits.intention)) return true;
  return sourcesOf[intentionOf(scene, position)].includes(source);
}

/**
 * The index of the first place of the request, among those that the campaign means, of which its zone covers
 * at least `COARSE_PLACE_SHARE`; else `noMatch`, or `matchesUnknownPlace` for nationwide campaigns.
 */
export function matchPlace(scene: Scene, position: number): number {
  const { lastAnswers } = scene;
  if (lastAnswers.matchedPosition !== position) {
    lastAnswers.placeIndex = findMatch(scene, position);
    lastAnswers.matchedPosition = position;
  }
  return lastAnswers.placeIndex;
}

function findMatch(scene: Scene, position: number): number {
  const { places } = scene.request;
  if (places.length === 0) {
    const place = traitsAt(scene.segment.heads, position) & (traits.nationwide | traits.intention);
    return place === traits.nationwide ? matchesUnknownPlace : noMatch;
  }
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    if (!meansPlace(scene, position, place.source)) continue;
    if (coversEnough(scene, position, index)) return index;
  }
  return noMatch;
}

/** Whether `coveredShare` is at least `COARSE_PLACE_SHARE`, without looking at samples that cannot change that. */
function coversEnough(scene: Scene, position: number, index: number): boolean {
  const settled = settledByOneDistance(scene, position, index);
  if (settled >= 0) return settled === 1;
  const { samples } = scene.request.places[index]!;
  const { heads, zones } = scene.segment;
  const isOneCircle = hasTrait(heads, position, traits.oneCircle);
  const circle = circleNumbers * circleStartAt(heads, position);
  let inside = 0;
  let left = 1;
  for (let at = 0; at < samples.length; at++) {
    const sample = samples[at]!;
    left -= sample.weight;
    const isInside = isOneCircle
      ? circleChordSquared(zones.include, circle, sample) <= zones.include.circles[circle + 3]!
      : holdsSample(scene.segment, position, sample);
    if (isInside) inside += sample.weight;
    if (inside > COARSE_PLACE_SHARE + weightRoom) return true;
    if (inside + left < COARSE_PLACE_SHARE - weightRoom) return false;
  }
  return roundShare(inside) >= COARSE_PLACE_SHARE;
}

/** More than the rounding of weights adds up to: what is this near to the share needed is looked at to the end. */
const weightRoom = 1e-6;

/** The share (0–1) of the request's place `index` that the campaign's zone covers: the weight of the samples inside it. */
export function coveredShare(scene: Scene, position: number, index: number): number {
  const place = scene.request.places[index]!;
  const settled = settledByOneDistance(scene, position, index);
  if (settled >= 0) return settled;
  let share = 0;
  for (let at = 0; at < place.samples.length; at++) {
    if (holdsSample(scene.segment, position, place.samples[at]!))
      share += place.samples[at]!.weight;
  }
  return roundShare(share);
}

/** Seven fourteenths must be a half, whatever floats add them up to. */
function roundShare(share: number): number {
  return Math.round(share * 1e9) / 1e9;
}

/**
 * A zone of one circle that holds, or misses, the whole bounding disc of a place: 1, or 0; −1 when it cuts it.
 * Chords are straight lines, so they add up like any distances, without trigonometry.
 */
function settledByOneDistance(scene: Scene, position: number, index: number): number {
  const { zones, heads } = scene.segment;
  if (scene.request.places[index]!.samples.length === 1) return -1;
  if (!hasTrait(heads, position, traits.oneCircle)) return -1;
  const at = circleNumbers * circleStartAt(heads, position);
  const chord = Math.sqrt(circleChordSquared(zones.include, at, scene.centres[index]!));
  const radiusChord = Math.sqrt(zones.include.circles[at + 3]!);
  const boundingChord = scene.boundingChords[index]!;
  // A little slack: rounding must not settle what lies on the edge.
  if (chord + boundingChord < radiusChord - edgeChord) return 1;
  return chord - boundingChord > radiusChord + edgeChord ? 0 : -1;
}

/** About half a metre. */
const edgeChord = 1e-7;

/** True when a campaign's zone holds this point. */
export function holdsSample(segment: Segment, position: number, sample: PlaceSample): boolean {
  const { include } = segment.zones;
  const has = traitsAt(segment.heads, position);
  const isIncluded =
    isInAnyCircle(include, position, sample) ||
    ((has & traits.includesAreas) !== 0 && isInAnyArea(include, position, sample)) ||
    ((has & traits.includesPolygons) !== 0 && isInAnyPolygon(include, position, sample));
  return isIncluded && !excludesSample(segment, position, sample);
}

/** True when it leaves this point out, wherever its other side reaches. */
export function excludesSample(
  { zones, heads }: Segment,
  position: number,
  sample: PlaceSample,
): boolean {
  if (!hasTrait(heads, position, traits.exclusions)) return false;
  const { exclude } = zones;
  const row = excludeRowOf(zones, position);
  return (
    isInAnyCircle(exclude, row, sample) ||
    isInAnyArea(exclude, row, sample) ||
    isInAnyPolygon(exclude, row, sample)
  );
}

function isInAnyCircle(side: ShapeSide, position: number, { x, y, z }: PlaceSample): boolean {
  const { circles, circleStarts } = side;
  const end = circleNumbers * circleStarts[position + 1]!;
  for (let at = circleNumbers * circleStarts[position]!; at < end; at += circleNumbers) {
    const dx = circles[at]! - x;
    const dy = circles[at + 1]! - y;
    const dz = circles[at + 2]! - z;
    if (dx * dx + dy * dy + dz * dz <= circles[at + 3]!) return true;
  }
  return false;
}

function isInAnyArea({ areaKeys }: ShapeSide, position: number, sample: PlaceSample): boolean {
  for (let index = 0; index < sample.areaKeys.length; index++) {
    if (sortedListHolds(areaKeys, position, sample.areaKeys[index]!)) return true;
  }
  return false;
}

function isInAnyPolygon({ polygons }: ShapeSide, position: number, sample: PlaceSample): boolean {
  const shapes = polygons.get(position);
  if (shapes === undefined) return false;
  return shapes.some((rings) => pointInRings(sample.lat, sample.lon, rings));
}

/** How near a point is to the campaign's circles: 1 at a centre, 0 at or beyond the edges; the best of its circles. */
export function closenessToCircles(
  { zones, heads }: Segment,
  position: number,
  point: UnitVector,
): number {
  const side = zones.include;
  if (hasTrait(heads, position, traits.oneCircle)) {
    const at = circleNumbers * circleStartAt(heads, position);
    return Math.max(0, 1 - circleMeters(side, at, point) / side.circles[at + 4]!);
  }
  const end = circleNumbers * side.circleStarts[position + 1]!;
  let closeness = 0;
  for (let at = circleNumbers * side.circleStarts[position]!; at < end; at += circleNumbers) {
    const share = 1 - circleMeters(side, at, point) / side.circles[at + 4]!;
    if (share > closeness) closeness = share;
  }
  return closeness;
}

/** The circle whose centre is nearest to a point: metres to it, and its radius; null for zones without a circle. */
export function nearestCircle(
  side: ShapeSide,
  position: number,
  point: UnitVector,
): { readonly distanceMeters: number; readonly radiusMeters: number } | null {
  const end = circleNumbers * side.circleStarts[position + 1]!;
  let nearest: { readonly distanceMeters: number; readonly radiusMeters: number } | null = null;
  for (let at = circleNumbers * side.circleStarts[position]!; at < end; at += circleNumbers) {
    const distanceMeters = circleMeters(side, at, point);
    if (nearest === null || distanceMeters < nearest.distanceMeters) {
      nearest = { distanceMeters, radiusMeters: side.circles[at + 4]! };
    }
  }
  return nearest;
}

/** The squared chord from a point to the nearest of the campaign's circles' centres; Infinity for zones without a circle. */
export function nearestCircleChordSquared(
  side: ShapeSide,
  position: number,
  point: UnitVector,
): number {
  const end = circleNumbers * side.circleStarts[position + 1]!;
  let nearest = Infinity;
  for (let at = circleNumbers * side.circleStarts[position]!; at < end; at += circleNumbers) {
    nearest = Math.min(nearest, circleChordSquared(side, at, point));
  }
  return nearest;
}

function circleMeters(side: ShapeSide, at: number, point: UnitVector): number {
  return metersOfChordSquared(circleChordSquared(side, at, point));
}

function circleChordSquared({ circles }: ShapeSide, at: number, { x, y, z }: UnitVector): number {
  const dx = circles[at]! - x;
  const dy = circles[at + 1]! - y;
  const dz = circles[at + 2]! - z;
  return dx * dx + dy * dy + dz * dz;
}
