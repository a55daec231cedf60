import type { BucketLevel, CompiledZone, ExactShape } from "../../geo/types.ts";

type Unknown<T> = Readonly<Record<keyof T, unknown>>;

/** The leading digits of an H3 cell at each bucket level, then thirteen more. */
const cellsOfLevel: Readonly<Record<BucketLevel, RegExp>> = {
  1: /^81[0-9a-f]{13}$/,
  3: /^83[0-9a-f]{13}$/,
  5: /^85[0-9a-f]{13}$/,
};
const timeZones = new Map<string, boolean>();

/**
 * Whether a stored zone is whole, to its last number: the database only knows its outline, and a zone that is not
 * would fail where it is decided about, at every page that comes near. A few microseconds.
 */
export function isCompiledZone(value: unknown): value is CompiledZone {
  if (!isObject<CompiledZone>(value)) return false;
  const { bucketLevel, bucketCells, include, exclude, approximate, timeZone, label } = value;
  if (bucketLevel !== 1 && bucketLevel !== 3 && bucketLevel !== 5) return false;
  const cell = cellsOfLevel[bucketLevel];
  return (
    isListOf(bucketCells, (one) => typeof one === "string" && cell.test(one)) &&
    isShape(include) &&
    (exclude === null || isShape(exclude)) &&
    typeof approximate === "boolean" &&
    typeof timeZone === "string" &&
    isTimeZone(timeZone) &&
    typeof label === "string"
  );
}

function isShape(value: unknown): value is ExactShape {
  return (
    isObject<ExactShape>(value) &&
    isListOf(value.circles, isCircle) &&
    isListOf(value.polygons, (rings) => isListOf(rings, (ring) => isListOf(ring, isPosition))) &&
    isListOf(value.areaKeys, Number.isSafeInteger)
  );
}

function isCircle(value: unknown): boolean {
  if (!isObject<ExactShape["circles"][number]>(value)) return false;
  const { lat, lon, radiusMeters } = value;
  return isBetween(lat, -90, 90) && isBetween(lon, -180, 180) && isBetween(radiusMeters, 0, 1e7);
}

/** Rings over the antimeridian go on beyond 180 degrees. */
function isPosition(value: unknown): boolean {
  return Array.isArray(value) && isBetween(value[0], -540, 540) && isBetween(value[1], -90, 90);
}

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && value >= least && value <= most;
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isObject<T>(value: unknown): value is Unknown<T> {
  return typeof value === "object" && value !== null;
}

function isTimeZone(name: string): boolean {
  let known = timeZones.get(name);
  if (known === undefined) {
    if (timeZones.size > 1_000) timeZones.clear();
    known = isKnownTimeZone(name);
    timeZones.set(name, known);
  }
  return known;
}

function isKnownTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
