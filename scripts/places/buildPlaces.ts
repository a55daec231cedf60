import { arrondissementCode, bestPoint, type GeoNamesPoint, isFrench } from "./geonames.ts";
import { handPoints, timeZoneByCommune, timeZoneByDepartement } from "./handPoints.ts";

/** A row of Etalab's communes.json, as far as it is used. */
export interface EtalabCommune {
  readonly code: string;
  readonly nom: string;
  readonly type: string;
  readonly departement: string;
  readonly region: string;
  readonly arrondissement?: string;
  /** The commune that an arrondissement municipal belongs to. */
  readonly commune?: string;
  /** The commune that a former one was merged into. */
  readonly chefLieu?: string;
  readonly codesPostaux?: readonly string[];
  readonly population?: number;
}

export interface EtalabArea {
  readonly code: string;
  readonly nom: string;
  readonly region?: string;
}

export interface PlaceSources {
  readonly communes: readonly EtalabCommune[];
  readonly departements: readonly EtalabArea[];
  readonly regions: readonly EtalabArea[];
  readonly geoNames: readonly GeoNamesPoint[];
}

interface Point {
  readonly lat: number;
  readonly lon: number;
  readonly approximate: boolean;
}

/**
 * Joins communes and points into the text of `src/geo/data/places.tsv` (its README describes the lines).
 * The same sources give the same bytes.
 */
export function buildPlaces(sources: PlaceSources): string {
  const communes = sources.communes
    .filter((it) => it.type === "commune-actuelle" || it.type === "arrondissement-municipal")
    .sort((a, b) => (a.code < b.code ? -1 : 1));
  const points = placeAll(communes, knownPoints(communes, sources));
  const byCode = (a: EtalabArea, b: EtalabArea) => (a.code < b.code ? -1 : 1);
  const lines = [
    ...[...sources.regions].sort(byCode).map((it) => ["R", it.code, it.nom]),
    ...[...sources.departements].sort(byCode).map((it) => departementRow(it)),
    ...communes.map((it) => communeRow(it, points)),
    ...foreignRows(sources.geoNames, [...points.values()]),
  ];
  return `${lines.map((fields) => fields.join("\t")).join("\n")}\n`;
}

function departementRow(it: EtalabArea): readonly string[] {
  const timeZone = timeZoneByDepartement.get(it.code) ?? "Europe/Paris";
  return ["D", it.code, it.nom, it.region ?? "", timeZone];
}

function communeRow(it: EtalabCommune, points: ReadonlyMap<string, Point>): readonly string[] {
  const point = points.get(it.code);
  if (point === undefined) throw new Error(`no point for ${it.code} ${it.nom}`);
  return [
    "C",
    it.code,
    it.nom,
    it.departement,
    [...(it.codesPostaux ?? [])].sort().join(","),
    String(it.population ?? 0),
    decimal(point.lat),
    decimal(point.lon),
    point.approximate ? "1" : "0",
    it.commune ?? "",
    timeZoneByCommune.get(it.code) ?? "",
  ];
}

const decimal = (degrees: number): string => String(Math.round(degrees * 1e4) / 1e4);

/** Points by INSEE code: the hand table, then GeoNames by code (through mergers), then by name within Polynesia. */
function knownPoints(
  communes: readonly EtalabCommune[],
  sources: PlaceSources,
): ReadonlyMap<string, Point> {
  const current = new Set(communes.map((it) => it.code));
  const mergedInto = new Map(sources.communes.map((it) => [it.code, it.chefLieu ?? it.code]));
  const candidates = new Map<string, GeoNamesPoint[]>();
  for (const point of sources.geoNames.filter(isFrench)) {
    const code = arrondissementCode(point) ?? codeOf(point, current, mergedInto, communes);
    if (code === undefined) continue;
    const list = candidates.get(code);
    if (list === undefined) candidates.set(code, [point]);
    else list.push(point);
  }
  const points = new Map<string, Point>();
  for (const commune of communes) {
    const hand = handPoints.get(commune.code);
    const best = hand ?? bestPoint(candidates.get(commune.code) ?? [], commune.nom);
    if (best !== undefined)
      points.set(commune.code, {
        lat: best.lat,
        lon: best.lon,
        approximate: hand?.approximate ?? false,
      });
  }
  return points;
}

function codeOf(
  point: GeoNamesPoint,
  current: ReadonlySet<string>,
  mergedInto: ReadonlyMap<string, string>,
  communes: readonly EtalabCommune[],
): string | undefined {
  if (current.has(point.inseeCode)) return point.inseeCode;
  if (point.inseeCode !== "") return mergedInto.get(point.inseeCode);
  if (point.country !== "PF") return undefined;
  return communes.find((it) => it.departement === "987" && it.nom === point.name)?.code;
}

/**
 * A commune without a point takes the population-weighted middle of those sharing its postal code,
 * else its arrondissement, else its département, and is marked approximate.
 */
function placeAll(
  communes: readonly EtalabCommune[],
  known: ReadonlyMap<string, Point>,
): ReadonlyMap<string, Point> {
  const levels: readonly ((it: EtalabCommune) => readonly string[])[] = [
    (it) => it.codesPostaux ?? [],
    (it) => (it.arrondissement ? [it.arrondissement] : []),
    (it) => [it.departement],
  ];
  const middles = levels.map((groupsOf) => groupMiddles(communes, known, groupsOf));
  const all = new Map(known);
  for (const commune of communes) {
    if (known.has(commune.code)) continue;
    for (const [level, groupsOf] of levels.entries()) {
      const middle = groupsOf(commune)
        .map((group) => middles[level]?.get(group))
        .find((it) => it !== undefined);
      if (middle === undefined) continue;
      all.set(commune.code, middle);
      break;
    }
  }
  return all;
}

function groupMiddles(
  communes: readonly EtalabCommune[],
  known: ReadonlyMap<string, Point>,
  groupsOf: (it: EtalabCommune) => readonly string[],
): ReadonlyMap<string, Point> {
  const sums = new Map<string, { weight: number; lat: number; lon: number }>();
  for (const commune of communes) {
    const point = known.get(commune.code);
    if (point === undefined) continue;
    const weight = Math.max(commune.population ?? 0, 1);
    for (const group of groupsOf(commune)) {
      const sum = sums.get(group) ?? { weight: 0, lat: 0, lon: 0 };
      sum.weight += weight;
      sum.lat += weight * point.lat;
      sum.lon += weight * point.lon;
      sums.set(group, sum);
    }
  }
  return new Map(
    [...sums].map(([group, sum]) => [
      group,
      { lat: sum.lat / sum.weight, lon: sum.lon / sum.weight, approximate: true },
    ]),
  );
}

const borderKm = 40;

/** Towns abroad within 40 km of a commune: they keep Geneva from being taken for the nearest French village. */
function foreignRows(
  geoNames: readonly GeoNamesPoint[],
  french: readonly Point[],
): readonly (readonly string[])[] {
  const square = (degrees: number) => Math.floor(degrees * 2);
  const squareKey = (row: number, column: number) => row * 1000 + column;
  const grid = new Map<number, Point[]>();
  for (const point of french) {
    const key = squareKey(square(point.lat), square(point.lon));
    const list = grid.get(key);
    if (list === undefined) grid.set(key, [point]);
    else list.push(point);
  }
  const isNear = (it: GeoNamesPoint) => {
    for (let dLat = -1; dLat <= 1; dLat++)
      for (let dLon = -2; dLon <= 2; dLon++) {
        const near = grid.get(squareKey(square(it.lat) + dLat, square(it.lon) + dLon));
        if (near?.some((point) => roughKm(point, it) <= borderKm)) return true;
      }
    return false;
  };
  return geoNames
    .filter((it) => !isFrench(it) && it.featureCode !== "PPLX" && isNear(it))
    .map((it) => ["X", decimal(it.lat), decimal(it.lon)])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

function roughKm(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const eastKm = (a.lon - b.lon) * 111.3 * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot((a.lat - b.lat) * 111.3, eastKm);
}
