import type { Commune } from "./commune.ts";
import {
  chordSquared,
  chordSquaredOfMeters,
  metersOfChordSquared,
  toUnitVector,
} from "./sphere.ts";
import type { AreaKey, LatLon } from "./types.ts";

/**
 * A point that stands for one commune, or for several that share an approximate point: then what lies nearest to it
 * counts as inside all of them. `communes` is empty for a town abroad, whose surroundings are no part of France.
 */
export interface Site {
  readonly lat: number;
  readonly lon: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Largest first. */
  readonly communes: readonly Commune[];
  readonly areaKeys: readonly AreaKey[];
  /** Beyond this distance a point belongs to no commune at all: it is at sea or far abroad. */
  readonly reachMeters: number;
}

/** Sites on a grid of a tenth of a degree. */
export interface SiteIndex {
  readonly sites: readonly Site[];
  readonly siteByCommune: ReadonlyMap<string, Site>;
  readonly squares: ReadonlyMap<number, readonly Site[]>;
}

const defaultReachMeters = 25_000;
/** Communes of Guyane are as large as départements. */
const guyaneReachMeters = 150_000;
const squareDegrees = 0.1;
const columns = 3600;
const rows = 1800;

export function createSiteIndex(
  communes: readonly Commune[],
  abroad: readonly LatLon[],
): SiteIndex {
  const byPoint = new Map<number, Commune[]>();
  for (const commune of communes) {
    const key = pointKey(commune);
    const list = byPoint.get(key);
    if (list === undefined) byPoint.set(key, [commune]);
    else list.push(commune);
  }
  const sites = [...byPoint.values()].map((list) => toSite(list[0] as LatLon, list));
  const siteByCommune = new Map<string, Site>();
  for (const site of sites) for (const it of site.communes) siteByCommune.set(it.inseeCode, site);
  const foreign = abroad.filter((it) => !byPoint.has(pointKey(it))).map((it) => toSite(it, []));
  const squares = new Map<number, Site[]>();
  for (const site of [...sites, ...foreign]) {
    const key = rowOf(site.lat) * columns + columnOf(site.lon);
    const list = squares.get(key);
    if (list === undefined) squares.set(key, [site]);
    else list.push(site);
  }
  return { sites, siteByCommune, squares };
}

/** Points come with four decimals: one integer tells them apart. */
function pointKey({ lat, lon }: LatLon): number {
  return Math.round((lat + 90) * 1e4) * 4e6 + Math.round((lon + 180) * 1e4);
}

function toSite(point: LatLon, communes: readonly Commune[]): Site {
  const { x, y, z } = toUnitVector(point.lat, point.lon);
  return {
    lat: point.lat,
    lon: point.lon,
    x,
    y,
    z,
    communes,
    areaKeys:
      communes.length === 1
        ? (communes[0] as Commune).areaKeys
        : [...new Set(communes.flatMap((it) => it.areaKeys))],
    reachMeters: communes[0]?.departementCode === "973" ? guyaneReachMeters : defaultReachMeters,
  };
}

const rowOf = (lat: number): number =>
  Math.min(rows - 1, Math.max(0, Math.floor((lat + 90) / squareDegrees)));
const columnOf = (lon: number): number =>
  ((Math.floor((lon + 180) / squareDegrees) % columns) + columns) % columns;

/**
 * The site nearest to a point, abroad or not, or null when there is none within `withinMeters` (150 km when not given).
 * `accept` narrows the choice. Walks rings of squares outwards until no nearer site can follow: 1 to 2 µs in
 * inhabited country.
 */
export function nearestSite(
  index: SiteIndex,
  lat: number,
  lon: number,
  withinMeters = guyaneReachMeters,
  accept?: (site: Site) => boolean,
): Site | null {
  const point = toUnitVector(lat, lon);
  const row = rowOf(lat);
  const column = columnOf(lon);
  const squareHeight = 111_194 * squareDegrees;
  const squareWidth =
    squareHeight * Math.max(0.01, Math.cos((Math.abs(lat) * Math.PI) / 180) - 0.02);
  let best: Site | null = null;
  let bestChord = chordSquaredOfMeters(withinMeters);
  let reach = withinMeters;
  for (let ring = 0; ring < 400; ring++) {
    // What the rings so far have left out is at least this far away.
    if (ring > 0 && (ring - 1) * Math.min(squareHeight, squareWidth) > reach) break;
    for (let dRow = -ring; dRow <= ring; dRow++) {
      const edge = dRow === -ring || dRow === ring;
      for (let dColumn = -ring; dColumn <= ring; dColumn += edge ? 1 : 2 * ring || 1) {
        const key = (row + dRow) * columns + ((column + dColumn + columns) % columns);
        const found = index.squares.get(key);
        if (found === undefined) continue;
        for (const site of found) {
          const chord = chordSquared(point, site);
          if (chord > bestChord || (accept !== undefined && !accept(site))) continue;
          best = site;
          bestChord = chord;
        }
      }
    }
    if (best !== null) reach = metersOfChordSquared(bestChord);
  }
  return best;
}

/** The French site whose surroundings a point is in; null abroad, at sea, or beyond the site's reach. */
export function siteOfPoint(index: SiteIndex, lat: number, lon: number): Site | null {
  const site = nearestSite(index, lat, lon);
  if (site === null || site.communes.length === 0) return null;
  const chord = chordSquared(toUnitVector(lat, lon), site);
  return chord <= chordSquaredOfMeters(site.reachMeters) ? site : null;
}

/** Calls `visit` with every site within `radiusMeters` of a point, in no particular order. */
export function forEachSiteWithin(
  index: SiteIndex,
  lat: number,
  lon: number,
  radiusMeters: number,
  visit: (site: Site) => void,
): void {
  const point = toUnitVector(lat, lon);
  const limit = chordSquaredOfMeters(radiusMeters);
  const height = radiusMeters / 111_194;
  const steepest = Math.min(89.9, Math.abs(lat) + height);
  const width = Math.min(180, height / Math.cos((steepest * Math.PI) / 180));
  const firstRow = rowOf(lat - height);
  const lastRow = rowOf(lat + height);
  const columnCount = Math.min(columns, Math.ceil((2 * width) / squareDegrees) + 2);
  const firstColumn = columnOf(lon - width);
  for (let row = firstRow; row <= lastRow; row++)
    for (let step = 0; step < columnCount; step++) {
      const found = index.squares.get(row * columns + ((firstColumn + step) % columns));
      if (found === undefined) continue;
      for (const site of found) if (chordSquared(point, site) <= limit) visit(site);
    }
}
