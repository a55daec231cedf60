import type { FieldProblem } from "../errors.ts";
import { isFranceWithin, surroundsFrance } from "./franceNearby.ts";
import type { Places } from "./places.ts";
import { polygonsOf } from "./rings.ts";
import type { PolygonRings, Zone, ZoneArea } from "./types.ts";
import {
  isRecord,
  maxZonePolygons,
  maxZoneVertices,
  type PolygonBudget,
  parsePolygonArea,
  type Report,
} from "./validatePolygon.ts";
import { exclusionsRemoveAll } from "./zoneLeft.ts";

export const minRadiusMeters = 1_000;
export const maxRadiusMeters = 200_000;
/** Areas on each side of a zone. */
export const maxZoneAreas = 50;
/** How far from the nearest commune a zone may lie: border towns and seas are welcome, other continents are slips. */
export const maxDistanceFromFranceMeters = 300_000;
const maxProblems = 50;

export type ZoneValidation =
  | { readonly ok: true; readonly zone: Zone }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * Reads a zone from unknown input, e.g. a request's body, and reports all that is wrong with it at once (up to 50
 * problems). `pointer` is the JSON pointer of the input in the body, e.g. "/zone". Never throws.
 */
export function validateZone(input: unknown, places: Places, pointer = ""): ZoneValidation {
  const problems: FieldProblem[] = [];
  const report: Report = (at, rule) => {
    if (problems.length < maxProblems) problems.push({ pointer: at, rule });
  };
  const zone = parseZone(input, places, pointer, report);
  if (zone !== null && problems.length === 0 && exclusionsRemoveAll(zone, places))
    report(`${pointer}/exclude`, "the exclusions leave nothing of the zone");
  if (zone === null || problems.length > 0) return { ok: false, problems };
  return { ok: true, zone };
}

function parseZone(input: unknown, places: Places, pointer: string, report: Report): Zone | null {
  if (!isRecord(input)) {
    report(pointer, "must be an object with include and, if wanted, exclude");
    return null;
  }
  reportUnknownKeys(input, ["include", "exclude"], pointer, report);
  const budget: PolygonBudget = { vertices: 0, polygons: 0 };
  const parse = (list: unknown, at: string) => {
    budget.polygons = 0;
    return parseAreas(list, places, at, budget, report);
  };
  const include = parse(input.include, `${pointer}/include`);
  const exclude = input.exclude == null ? [] : parse(input.exclude, `${pointer}/exclude`);
  if (Array.isArray(input.include) && input.include.length === 0)
    report(`${pointer}/include`, "must name at least one area");
  return include === null || exclude === null ? null : { include, exclude };
}

function parseAreas(
  input: unknown,
  places: Places,
  pointer: string,
  budget: PolygonBudget,
  report: Report,
): readonly ZoneArea[] | null {
  if (!Array.isArray(input)) {
    report(pointer, "must be a list of areas");
    return null;
  }
  if (input.length > maxZoneAreas) {
    report(pointer, `must have at most ${maxZoneAreas} areas`);
    return null;
  }
  const areas = input.map((one, i) => parseArea(one, places, `${pointer}/${i}`, budget, report));
  return areas.filter((it) => it !== null);
}

function parseArea(
  input: unknown,
  places: Places,
  pointer: string,
  budget: PolygonBudget,
  report: Report,
): ZoneArea | null {
  if (!isRecord(input)) {
    report(pointer, "must be an object with a type");
    return null;
  }
  const only = (keys: readonly string[]) =>
    reportUnknownKeys(input, ["type", ...keys], pointer, report);
  switch (input.type) {
    case "circle":
      only(["lat", "lon", "radiusMeters"]);
      return parseCircle(input, places, pointer, report);
    case "polygon": {
      only(["geometry"]);
      if (budget.vertices > maxZoneVertices || budget.polygons > maxZonePolygons) return null;
      const area = parsePolygonArea(input.geometry, `${pointer}/geometry`, budget, report);
      if (area !== null)
        checkPolygonsNearFrance(area.geometry, places, `${pointer}/geometry`, report);
      return area;
    }
    case "france":
      only([]);
      return { type: "france" };
    default:
      return parseNamedArea(input, places, pointer, report, only);
  }
}

function parseNamedArea(
  input: Readonly<Record<string, unknown>>,
  places: Places,
  pointer: string,
  report: Report,
  only: (keys: readonly string[]) => void,
): ZoneArea | null {
  const known = (
    field: string,
    table: ReadonlyMap<string, unknown>,
    what: string,
  ): string | null => {
    only([field]);
    const code = input[field];
    if (typeof code !== "string") report(`${pointer}/${field}`, `must be a text: ${what}`);
    else if (table.has(code)) return code;
    else report(`${pointer}/${field}`, `unknown: ${what}`);
    return null;
  };
  switch (input.type) {
    case "commune": {
      const inseeCode = known("inseeCode", places.communes, "an INSEE code, not a postal code");
      return inseeCode === null ? null : { type: "commune", inseeCode };
    }
    case "postalCode": {
      const postalCode = known("postalCode", places.postalCodes, "a French postal code");
      return postalCode === null ? null : { type: "postalCode", postalCode };
    }
    case "departement": {
      const code = known("code", places.departements, 'a département such as "87", "2A" or "974"');
      return code === null ? null : { type: "departement", code };
    }
    case "region": {
      const code = known("code", places.regions, 'an INSEE region code such as "75" or "04"');
      return code === null ? null : { type: "region", code };
    }
    default:
      report(
        `${pointer}/type`,
        "must be circle, commune, postalCode, departement, region, polygon or france",
      );
      return null;
  }
}

function parseCircle(
  input: Readonly<Record<string, unknown>>,
  places: Places,
  pointer: string,
  report: Report,
): ZoneArea | null {
  const number = (field: string, low: number, high: number, unit: string): number | null => {
    const value = input[field];
    if (typeof value === "number" && value >= low && value <= high) return value;
    report(`${pointer}/${field}`, `must be a number from ${low} to ${high} ${unit}`);
    return null;
  };
  const lat = number("lat", -90, 90, "degrees");
  const lon = number("lon", -180, 180, "degrees");
  const radiusMeters = number("radiusMeters", minRadiusMeters, maxRadiusMeters, "metres");
  if (lat === null || lon === null) return null;
  if (!isNearFrance(lat, lon, places)) report(`${pointer}/lat`, farAwayRule(lat, lon, places));
  return radiusMeters === null ? null : { type: "circle", lat, lon, radiusMeters };
}

function checkPolygonsNearFrance(
  geometry: Extract<ZoneArea, { type: "polygon" }>["geometry"],
  places: Places,
  pointer: string,
  report: Report,
): void {
  for (const [p, rings] of polygonsOf(geometry).entries()) {
    const outer = rings[0] ?? [];
    const first = outer[0];
    if (first === undefined || polygonTouchesFrance(rings, places)) continue;
    const at = geometry.type === "Polygon" ? "0/0" : `${p}/0/0`;
    report(`${pointer}/coordinates/${at}`, farAwayRule(first[1], first[0], places));
  }
}

function polygonTouchesFrance(rings: PolygonRings, places: Places): boolean {
  // A hundred vertices tell as much as ten thousand.
  const outer = rings[0] ?? [];
  const step = Math.max(1, Math.floor(outer.length / 100));
  for (let i = 0; i < outer.length; i += step)
    if (isNearFrance(outer[i]![1], outer[i]![0], places)) return true;
  return surroundsFrance(places, rings);
}

function isNearFrance(lat: number, lon: number, places: Places): boolean {
  return isFranceWithin(places, lat, lon, maxDistanceFromFranceMeters);
}

function farAwayRule(lat: number, lon: number, places: Places): string {
  const rule = `is more than ${maxDistanceFromFranceMeters / 1000} km from any French commune`;
  const swapped = Math.abs(lon) <= 90 && isNearFrance(lon, lat, places);
  return swapped ? `${rule}: did you swap latitude and longitude?` : rule;
}

function reportUnknownKeys(
  input: Readonly<Record<string, unknown>>,
  known: readonly string[],
  pointer: string,
  report: Report,
): void {
  for (const key of Object.keys(input))
    if (!known.includes(key))
      report(
        `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1").slice(0, 60)}`,
        "is not known here",
      );
}
