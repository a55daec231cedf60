import type { LatLon } from "./types.ts";

/** Mean radius of the Earth (IUGG), metres; the one that h3-js uses too. */
export const earthRadiusMeters = 6_371_007.180918475;

const radians = Math.PI / 180;

export interface UnitVector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A point on the unit sphere from degrees. */
export function toUnitVector(lat: number, lon: number): UnitVector {
  const phi = lat * radians;
  const lambda = lon * radians;
  const cosPhi = Math.cos(phi);
  return { x: cosPhi * Math.cos(lambda), y: cosPhi * Math.sin(lambda), z: Math.sin(phi) };
}

/** Degrees from a unit vector. */
export function toLatLon({ x, y, z }: UnitVector): LatLon {
  return { lat: Math.atan2(z, Math.hypot(x, y)) / radians, lon: Math.atan2(y, x) / radians };
}

/**
 * The squared straight-line (chord) distance on the unit sphere that a great-circle distance amounts to.
 * Comparing squared chords costs no trigonometry. Radii beyond half the Earth's turn count as the whole sphere.
 */
export function chordSquaredOfMeters(meters: number): number {
  const half = Math.sin(Math.min(meters / (2 * earthRadiusMeters), Math.PI / 2));
  return 4 * half * half;
}

/** The great-circle metres of a squared chord on the unit sphere (0 to 4). */
export function metersOfChordSquared(chordSquared: number): number {
  return 2 * earthRadiusMeters * Math.asin(Math.min(1, Math.sqrt(chordSquared) / 2));
}

export function chordSquared(a: UnitVector, b: UnitVector): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  const dz = a.z - b.z;
  return dx * dx + dy * dy + dz * dz;
}

/** Great-circle metres between two points. */
export function distanceMeters(a: LatLon, b: LatLon): number {
  return metersOfChordSquared(chordSquared(toUnitVector(a.lat, a.lon), toUnitVector(b.lat, b.lon)));
}

/** The point `meters` away from `from`, `bearing` degrees clockwise from north. */
export function destination(from: LatLon, meters: number, bearing: number): LatLon {
  const angle = meters / earthRadiusMeters;
  const phi = from.lat * radians;
  const theta = bearing * radians;
  const sinLat =
    Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(theta);
  const east = Math.sin(theta) * Math.sin(angle) * Math.cos(phi);
  const north = Math.cos(angle) - Math.sin(phi) * sinLat;
  const lon = from.lon + Math.atan2(east, north) / radians;
  return { lat: Math.asin(Math.max(-1, Math.min(1, sinLat))) / radians, lon: wrapLongitude(lon) };
}

/** A longitude brought into [-180, 180). */
export function wrapLongitude(lon: number): number {
  return lon - 360 * Math.floor((lon + 180) / 360);
}
