import { isApproximate } from "./compileZone.ts";
import type { Contours } from "./contours.ts";
import type { Places } from "./places.ts";
import { forEachSiteWithin, type Site } from "./sites.ts";
import { distanceMeters } from "./sphere.ts";
import type { Zone, ZoneArea } from "./types.ts";

export type ZoneWarningCode = "pin_needed" | "outline_approximate" | "place_empty";

/** Something that a valid zone's owner should know. */
export interface ZoneWarning {
  readonly code: ZoneWarningCode;
  /** JSON pointer to the area within the zone. */
  readonly pointer: string;
  /** What a shopkeeper reads. */
  readonly french: string;
  readonly english: string;
}

/** A circle this near to a commune's own point was drawn from the commune and not from a street. */
const samePointMeters = 150;

/**
 * Warnings of a valid zone:
 * - `pin_needed`: a circle around a commune's approximate point whose radius is no larger than that point may be off;
 * - `outline_approximate`: a named area whose outline nobody imported;
 * - `place_empty`: a named area in which nobody lives.
 */
export function zoneWarnings(
  zone: Zone,
  places: Places,
  contours: Contours | null = null,
): readonly ZoneWarning[] {
  const sides = [
    ["include", zone.include],
    ["exclude", zone.exclude],
  ] as const;
  return sides.flatMap(([side, areas]) =>
    areas.flatMap((area, i) => {
      const pointer = `/${side}/${i}`;
      const warnings = [
        pinWarning(area, pointer, places),
        outlineWarning(area, pointer, places, contours),
        emptyWarning(area, pointer, places),
      ];
      return warnings.filter((it) => it !== null);
    }),
  );
}

function pinWarning(area: ZoneArea, pointer: string, places: Places): ZoneWarning | null {
  if (area.type !== "circle") return null;
  const commune = [...approximateNear(area, places)][0];
  if (commune === undefined) return null;
  const accuracy = approximateAccuracyMeters(commune, places);
  if (area.radiusMeters > accuracy) return null;
  const km = Math.ceil(accuracy / 1000);
  return {
    code: "pin_needed",
    pointer,
    french: `Le centre de ${commune.name} n'est connu qu'à ${km} km près : placez l'épingle sur votre adresse.`,
    english: `The centre of ${commune.name} is known to ${km} km only: put the pin on the shop's address.`,
  };
}

function* approximateNear(point: { readonly lat: number; readonly lon: number }, places: Places) {
  const found: Site[] = [];
  forEachSiteWithin(places.sites, point.lat, point.lon, samePointMeters, (it) => found.push(it));
  for (const site of found)
    for (const commune of site.communes) if (commune.approximate) yield commune;
}

/** How far off an approximate point may be: as far as the communes that it is the middle of lie apart; at least 3 km. */
export function approximateAccuracyMeters(
  commune: { readonly lat: number; readonly lon: number; readonly postalCodes: readonly string[] },
  places: Places,
): number {
  const sharing = commune.postalCodes.flatMap((it) => places.postalCodes.get(it)?.communes ?? []);
  const farthest = sharing.reduce((most, it) => Math.max(most, distanceMeters(it, commune)), 0);
  return Math.max(3_000, farthest);
}

function outlineWarning(
  area: ZoneArea,
  pointer: string,
  places: Places,
  contours: Contours | null,
): ZoneWarning | null {
  if (!isApproximate(area, places, contours)) return null;
  return {
    code: "outline_approximate",
    pointer,
    french:
      "Le contour de ce lieu est approché : à sa lisière, l'annonce peut manquer ou déborder.",
    english:
      "The outline of this place is approximate: near its edge ads may be missing or spill over.",
  };
}

function emptyWarning(area: ZoneArea, pointer: string, places: Places): ZoneWarning | null {
  const population =
    area.type === "commune"
      ? places.communes.get(area.inseeCode)?.population
      : area.type === "departement"
        ? places.departements.get(area.code)?.population
        : undefined;
  if (population !== 0) return null;
  return {
    code: "place_empty",
    pointer,
    french: "Personne n'habite ce lieu : l'annonce ne sera sans doute jamais vue.",
    english: "Nobody lives in this place: the ad will hardly be seen.",
  };
}
