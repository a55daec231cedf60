import { cellToChildren } from "h3-js";
import { type BoundedCache, createBoundedCache } from "../boundedCache.ts";
import { areaToKey, communesOfKey } from "./areas.ts";
import {
  bucketKeyOfParts,
  bucketKeyToCell,
  bucketLevels,
  cellHigh,
  cellLow,
  resolutionOfHigh,
} from "./cells.ts";
import { type Contours, coarseContourOf } from "./contours.ts";
import { circleToCover, polygonsToCover, sitesToCover } from "./cover.ts";
import type { Places } from "./places.ts";
import { polygonsOf } from "./rings.ts";
import type { Site } from "./sites.ts";
import type { AreaKey, BucketLevel, CellId, PolygonRings, ZoneArea } from "./types.ts";

/** A zone is posted at the finest level where it touches at most this many cells. */
export const maxBucketCells = 64;

/** A zone is compiled, measured and drawn one after the other, and the cover of 10,000 vertices takes 150 ms. */
const keptCovers = new WeakMap<
  readonly ZoneArea[],
  { readonly owner: object; readonly cells: ReadonlySet<CellId> }
>();

/**
 * Cells of mixed resolutions that hold every point of the areas (see cover.ts for what "hold" means). Kept as long as
 * the list of areas lives, which nobody changes.
 */
export function areasToCoverCells(
  areas: readonly ZoneArea[],
  places: Places,
  contours: Contours | null,
): ReadonlySet<CellId> {
  const owner = contours ?? places;
  const known = keptCovers.get(areas);
  if (known?.owner === owner) return known.cells;
  const cells = coverOf(areas, places, contours);
  keptCovers.set(areas, { owner, cells });
  return cells;
}

function coverOf(
  areas: readonly ZoneArea[],
  places: Places,
  contours: Contours | null,
): ReadonlySet<CellId> {
  const cells = new Set<CellId>();
  const add = (more: Iterable<CellId>) => {
    for (const cell of more) cells.add(cell);
  };
  const polygons: PolygonRings[] = [];
  for (const area of areas) {
    if (area.type === "circle") add(circleToCover(area).cells);
    else if (area.type === "polygon") polygons.push(...polygonsOf(area.geometry));
    else add(namedAreaCells(areaToKey(area) as AreaKey, places, contours));
  }
  if (polygons.length > 0) add(polygonsToCover(polygons).cells);
  return cells;
}

/** Covers of named areas are asked for again and again, and cost up to 50 ms for a region: they are kept by table and contours. */
const kept = new WeakMap<object, BoundedCache<readonly CellId[]>>();
const keptAreas = 2_000;

function namedAreaCells(
  key: AreaKey,
  places: Places,
  contours: Contours | null,
): readonly CellId[] {
  const owner = contours ?? places;
  let covers = kept.get(owner);
  if (covers === undefined) {
    covers = createBoundedCache(keptAreas);
    kept.set(owner, covers);
  }
  const known = covers.get(`${key}`);
  if (known !== undefined) return known;
  const cells: CellId[] = [];
  const sites = new Set<Site>();
  const communes = communesOfKey(places, key);
  const resolution = communes.length <= 30 ? 9 : communes.length <= 1200 ? 6 : 5;
  const seen = new Set<CellId>();
  for (const commune of communes) {
    const outline = contours && coarseContourOf(contours, commune.inseeCode, resolution);
    const site = places.sites.siteByCommune.get(commune.inseeCode);
    if (outline !== null) for (const cell of outline) seen.add(cell);
    else if (site !== undefined) sites.add(site);
  }
  for (const cell of seen) cells.push(cell);
  if (sites.size > 0) for (const cell of sitesToCover(places.sites, sites).cells) cells.push(cell);
  covers.set(`${key}`, cells);
  return cells;
}

/** The bucket cells of a cover at the finest level that needs at most 64 of them; level 1 takes what it needs. */
export function coverToBuckets(cells: ReadonlySet<CellId>): {
  readonly level: BucketLevel;
  readonly cells: readonly CellId[];
} {
  for (const level of bucketLevels) {
    const keys = bucketKeysAtLevel(
      cells,
      level,
      level === 1 ? Number.POSITIVE_INFINITY : maxBucketCells,
    );
    if (keys === null) continue;
    return { level, cells: [...keys].sort((a, b) => a - b).map(bucketKeyToCell) };
  }
  throw new Error("unreachable: level 1 has no limit");
}

function bucketKeysAtLevel(
  cells: ReadonlySet<CellId>,
  level: BucketLevel,
  limit: number,
): ReadonlySet<number> | null {
  const keys = new Set<number>();
  for (const cell of cells) {
    const high = cellHigh(cell);
    if (resolutionOfHigh(high) >= level) keys.add(bucketKeyOfParts(high, cellLow(cell), level));
    else
      for (const child of cellToChildren(cell, level))
        keys.add(bucketKeyOfParts(cellHigh(child), cellLow(child), level));
    if (keys.size > limit) return null;
  }
  return keys;
}
