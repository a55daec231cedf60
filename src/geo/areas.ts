import { latLngToCell } from "h3-js";
import { decodeAreaKey, encodeAreaKey, franceKey } from "./areaKeys.ts";
import type { Commune } from "./commune.ts";
import { type Contours, communeOfCell, hasContour } from "./contours.ts";
import type { Places } from "./places.ts";
import { siteOfPoint } from "./sites.ts";
import type { AreaKey, ZoneArea } from "./types.ts";

/** Named areas: which communes they are made of, and which of them a point lies in. */

const noKeys: readonly AreaKey[] = [];

/** The key of a named area; null for circles and polygons. */
export function areaToKey(area: ZoneArea): AreaKey | null {
  switch (area.type) {
    case "commune":
      return encodeAreaKey("commune", area.inseeCode);
    case "postalCode":
      return encodeAreaKey("postalCode", area.postalCode);
    case "departement":
      return encodeAreaKey("departement", area.code);
    case "region":
      return encodeAreaKey("region", area.code);
    case "france":
      return franceKey;
    default:
      return null;
  }
}

/** The communes of a key, arrondissements in place of Paris, Lyon and Marseille, largest first; none for an unknown code. */
export function communesOfKey(places: Places, key: AreaKey): readonly Commune[] {
  const { kind, code } = decodeAreaKey(key);
  if (kind === "postalCode") return places.postalCodes.get(code)?.communes ?? [];
  if (kind === "departement") return places.departements.get(code)?.communes ?? [];
  if (kind === "region") return places.regions.get(code)?.communes ?? [];
  if (kind === "france") return [...places.regions.values()].flatMap((it) => it.communes);
  const arrondissements = places.arrondissements.get(code);
  if (arrondissements !== undefined) return arrondissements;
  const commune = places.communes.get(code);
  return commune === undefined ? [] : [commune];
}

/**
 * The keys of the named areas that a point lies in, by contour where one was imported, else by the nearest commune's
 * point. Empty abroad and at sea. `cell10` spares the conversion where it is known.
 */
export function areaKeysOfPoint(
  places: Places,
  contours: Contours | null,
  lat: number,
  lon: number,
  cell10?: string,
): readonly AreaKey[] {
  if (contours === null) return siteOfPoint(places.sites, lat, lon)?.areaKeys ?? noKeys;
  const cell = cell10 ?? latLngToCell(lat, lon, 10);
  const code = communeOfCell(contours, cell);
  if (code !== null) return places.communes.get(code)?.areaKeys ?? noKeys;
  // Where no contour reaches, only communes without one can still claim the point.
  const without = siteOfPoint(places.sites, lat, lon)?.communes.filter(
    (it) => !hasContour(contours, it.inseeCode),
  );
  return without === undefined ? noKeys : [...new Set(without.flatMap((it) => it.areaKeys))];
}
