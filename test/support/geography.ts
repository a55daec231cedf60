import { compileZone } from "../../src/geo/compileZone.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { CompiledZone, VisitorPlace, ZoneArea } from "../../src/geo/types.ts";
import { readPlaces } from "../../src/stores/files/places.ts";

/** The real table of French places, read once per test process. */
export const frenchPlaces = readPlaces();
export const frenchLocator = createLocator(frenchPlaces);

/** A zone compiled as the campaigns room does, from plain areas. */
export function zoneOf(
  include: readonly ZoneArea[],
  exclude: readonly ZoneArea[] = [],
): CompiledZone {
  return compileZone({ include, exclude }, frenchPlaces);
}

export function circle(lat: number, lon: number, radiusMeters: number): ZoneArea {
  return { type: "circle", lat, lon, radiusMeters };
}

/** A place that must exist: `known(frenchLocator.locateSearch({ postalCode: "87000" }))`. */
export function known(place: VisitorPlace | null): VisitorPlace {
  if (place === null) throw new Error("the test names a place that does not exist");
  return place;
}

/** Well-known points of the tests. */
export const limoges = { lat: 45.8336, lon: 1.2611 };
export const bordeaux = { lat: 44.8378, lon: -0.5792 };
