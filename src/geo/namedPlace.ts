import { latLngToCell } from "h3-js";
import { encodeAreaKey, type NamedAreaKind } from "./areaKeys.ts";
import { communesOfKey } from "./areas.ts";
import type { Commune } from "./commune.ts";
import type { Places } from "./places.ts";
import { communesToSamples, communeToSamples, type Geography, postalCodeKeys } from "./samples.ts";
import type { LatLon, PlaceSample, PlaceSource, VisitorPlace } from "./types.ts";
import { farthest, resolutionFor, toPlace } from "./visitorPlace.ts";
import { postalCodeLabel } from "./zoneLabel.ts";

/** No place is finer than a resolution-7 cell without precise consent. */
export const coarseResolution = 7;
/** Radius of such a cell, metres, rounded up. */
export const coarseMeters = 1_500;

/** A commune, postal code, département or region as a place; null when no table knows the code. */
export function namedPlace(
  geo: Geography,
  source: PlaceSource,
  kind: NamedAreaKind,
  code: string,
): VisitorPlace | null {
  const communes = communesOfKind(geo.places, kind, code);
  const only = communes.length === 1 ? communes[0] : undefined;
  const keysOf = (it: Commune) => (kind === "postalCode" ? postalCodeKeys(it, code) : it.areaKeys);
  if (communes.length === 0) return null;
  const sampled =
    only === undefined
      ? communesToSamples(geo, communes, keysOf)
      : communeToSamples(geo, only, keysOf(only));
  const centre = only ?? parentPoint(geo.places, kind, code) ?? middleOf(sampled.samples);
  const accuracy = Math.max(coarseMeters, farthest(centre, sampled.samples));
  const cell = latLngToCell(
    centre.lat,
    centre.lon,
    Math.min(coarseResolution, resolutionFor(accuracy)),
  );
  const point = { lat: centre.lat, lon: centre.lon };
  return toPlace(
    source,
    cell,
    Math.round(accuracy),
    point,
    sampled,
    nameOf(geo.places, kind, code),
  );
}

/** Codes come from outside: anything that is in no table is an unknown place. */
function communesOfKind(places: Places, kind: NamedAreaKind, code: string): readonly Commune[] {
  const isKnown =
    (kind === "commune" && places.communes.has(code)) ||
    (kind === "postalCode" && places.postalCodes.has(code)) ||
    (kind === "departement" && places.departements.has(code)) ||
    (kind === "region" && places.regions.has(code));
  return isKnown ? communesOfKey(places, encodeAreaKey(kind, code)) : [];
}

/** Paris, Lyon and Marseille have a point of their own above their arrondissements'. */
function parentPoint(places: Places, kind: NamedAreaKind, code: string): LatLon | undefined {
  return kind === "commune" ? places.communes.get(code) : undefined;
}

function nameOf(places: Places, kind: NamedAreaKind, code: string): string | null {
  if (kind === "commune") return places.communes.get(code)?.name ?? null;
  if (kind === "postalCode") return postalCodeLabel(code, places);
  if (kind === "departement") return places.departements.get(code)?.name ?? null;
  return places.regions.get(code)?.name ?? null;
}

function middleOf(samples: readonly PlaceSample[]): LatLon {
  let [x, y, z] = [0, 0, 0];
  for (const sample of samples) {
    x += sample.weight * sample.x;
    y += sample.weight * sample.y;
    z += sample.weight * sample.z;
  }
  const radians = Math.PI / 180;
  return { lat: Math.atan2(z, Math.hypot(x, y)) / radians, lon: Math.atan2(y, x) / radians };
}
