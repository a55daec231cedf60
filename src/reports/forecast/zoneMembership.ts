import { franceKey } from "../../geo/areaKeys.ts";
import { COARSE_PLACE_SHARE } from "../../geo/membership.ts";
import { pointInRings } from "../../geo/rings.ts";
import { chordSquaredOfMeters, metersOfChordSquared, toUnitVector } from "../../geo/sphere.ts";
import type { CompiledZone, ExactShape } from "../../geo/types.ts";
import { type ForecastSample, type PlaceColumns, placeNumbers } from "./forecastSample.ts";

/** Which sampled places a zone holds. */
export interface ZoneMembership {
  /** 1 = the place's atom is inside. */
  readonly isInside: Uint8Array;
  /** How near a place is to the centre of the zone's circles, 0–1; null = the zone has none. */
  readonly closeness: Float32Array | null;
  /** Whether requests about no known place match. */
  readonly isNationwide: boolean;
  /** Relative variance of what is counted, for atoms that reach over the zone's border are counted whole or not at all. */
  readonly edgeVariance: number;
}

/** Weights are single floats. */
const room = 1e-5;

/**
 * A page matches a zone that covers at least half of its place; an atom is inside, as a whole, when places with at least half
 * of its people are: so zones differ by whole atoms. Circles may be made `addMeters` larger. A millisecond for all communes of France.
 */
export function matchZone(
  { places, atoms }: Pick<ForecastSample, "places" | "atoms">,
  zone: CompiledZone,
  addMeters = 0,
): ZoneMembership {
  const include = prepareShape(zone.include, places, addMeters);
  const exclude = zone.exclude === null ? null : prepareShape(zone.exclude, places, 0);
  const isInside = new Uint8Array(places.count);
  const isFar = farTest(places, include);
  const edge = { inside: 0, squares: 0 };
  for (let atom = 0; atom < atoms.count; atom++) {
    const part = coveredPart(atoms, atom, (place) =>
      !isFar(place) && coveredShare(places, place, include, exclude) >= COARSE_PLACE_SHARE - room
        ? 1
        : 0,
    );
    edge.squares += (part.people * Math.min(part.groundShare, 1 - part.groundShare)) ** 2;
    if (part.covered < (COARSE_PLACE_SHARE - room) * part.people) continue;
    edge.inside += part.people;
    for (let at = atoms.starts[atom]!; at < atoms.starts[atom + 1]!; at++)
      isInside[atoms.placeIds[at]!] = 1;
  }
  return {
    isInside,
    closeness: include.circles.length === 0 ? null : closenessOf(places, include, isInside),
    isNationwide: zone.include.areaKeys.includes(franceKey) && zone.exclude === null,
    edgeVariance: edge.inside > 0 ? edge.squares / edge.inside ** 2 : 1,
  };
}

/** How much of an atom is covered: of its people, and of its ground, in which each place counts alike. */
function coveredPart(
  atoms: ForecastSample["atoms"],
  atom: number,
  shareOf: (place: number) => number,
): { readonly people: number; readonly covered: number; readonly groundShare: number } {
  const from = atoms.starts[atom]!;
  const to = atoms.starts[atom + 1]!;
  let people = 0;
  let covered = 0;
  let ground = 0;
  for (let at = from; at < to; at++) {
    const share = shareOf(atoms.placeIds[at]!);
    people += atoms.placePeople[at]!;
    covered += atoms.placePeople[at]! * share;
    // By places, not by people: the width of the bounds would tell of the people of a part of an atom.
    ground += share;
  }
  return { people, covered, groundShare: ground / Math.max(1, to - from) };
}

/** Whether a place is so far from a zone of one circle, by latitude, that it need not be looked at. */
function farTest(
  { centres, reaches }: PlaceColumns,
  { circles, polygons, lists }: PreparedShape,
): (place: number) => boolean {
  const [circle] = circles;
  if (circle === undefined || circles.length > 1 || polygons.length > 0 || lists !== null)
    return () => false;
  const radius = Math.sqrt(circle.chordSquared) + 1e-6;
  return (place) => Math.abs(centres[3 * place + 2]! - circle.z) > radius + reaches[place]!;
}

interface PreparedShape {
  readonly circles: readonly {
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly chordSquared: number;
    readonly radiusMeters: number;
  }[];
  readonly polygons: readonly {
    readonly rings: ExactShape["polygons"][number];
    readonly south: number;
    readonly north: number;
  }[];
  /** 1 = samples with this list of named areas are inside; null = no named area. */
  readonly lists: Uint8Array | null;
}

const maxRadiusMeters = 200_000;

function prepareShape(shape: ExactShape, places: PlaceColumns, addMeters: number): PreparedShape {
  const keys = new Set(shape.areaKeys);
  return {
    circles: shape.circles.map(({ lat, lon, radiusMeters }) => {
      const grown = Math.min(maxRadiusMeters, radiusMeters + addMeters);
      const chordSquared = chordSquaredOfMeters(grown);
      return { ...toUnitVector(lat, lon), chordSquared, radiusMeters: grown };
    }),
    polygons: shape.polygons.map((rings) => {
      const latitudes = (rings[0] ?? []).map(([, lat]) => lat);
      const south = latitudes.reduce((least, lat) => Math.min(least, lat), 90);
      const north = latitudes.reduce((most, lat) => Math.max(most, lat), -90);
      return { rings, south, north };
    }),
    lists:
      keys.size === 0
        ? null
        : Uint8Array.from(places.lists, (list) => (list.some((key) => keys.has(key)) ? 1 : 0)),
  };
}

function coveredShare(
  places: PlaceColumns,
  place: number,
  include: PreparedShape,
  exclude: PreparedShape | null,
): number {
  let share = 0;
  for (let at = places.starts[place]!; at < places.starts[place + 1]!; at++) {
    if (!holds(places, at, include)) continue;
    if (exclude !== null && holds(places, at, exclude)) continue;
    share += places.samples[at * placeNumbers + 5]!;
  }
  return share;
}

function holds({ samples, areaLists }: PlaceColumns, at: number, shape: PreparedShape): boolean {
  if (shape.lists !== null && shape.lists[areaLists[at]!] === 1) return true;
  const from = at * placeNumbers;
  for (const { x, y, z, chordSquared } of shape.circles) {
    const dx = samples[from]! - x;
    const dy = samples[from + 1]! - y;
    const dz = samples[from + 2]! - z;
    if (dx * dx + dy * dy + dz * dz <= chordSquared) return true;
  }
  const lat = samples[from + 3]!;
  for (const { rings, south, north } of shape.polygons)
    if (lat >= south && lat <= north && pointInRings(lat, samples[from + 4]!, rings)) return true;
  return false;
}

function closenessOf(
  { centres, count }: PlaceColumns,
  { circles }: PreparedShape,
  isInside: Uint8Array,
): Float32Array {
  const closeness = new Float32Array(count);
  for (let place = 0; place < count; place++) {
    if (isInside[place] === 0) continue;
    for (const { x, y, z, radiusMeters } of circles) {
      const dx = centres[3 * place]! - x;
      const dy = centres[3 * place + 1]! - y;
      const dz = centres[3 * place + 2]! - z;
      const meters = metersOfChordSquared(dx * dx + dy * dy + dz * dz);
      closeness[place] = Math.max(closeness[place]!, 1 - meters / radiusMeters);
    }
  }
  return closeness;
}
