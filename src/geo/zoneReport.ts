import { cellArea, cellToChildren, cellToParent } from "h3-js";
import { areaKeysOfPoint } from "./areas.ts";
import { cellHigh, resolutionOfHigh } from "./cells.ts";
import { areasToShape } from "./compileZone.ts";
import type { Contours } from "./contours.ts";
import { cellCentre } from "./cover.ts";
import { shapeContains } from "./membership.ts";
import type { Places } from "./places.ts";
import { toUnitVector } from "./sphere.ts";
import type { BucketLevel, CellId, LatLon, Zone } from "./types.ts";
import { areasToCoverCells, coverToBuckets } from "./zoneCover.ts";
import { communesOfArea } from "./zoneTimeZone.ts";

/** How large a zone is, and by how much the cells that index and draw it are larger. */
export interface ZoneReport {
  /** Measured on cells: good to a few per cent, exclusions taken off. */
  readonly areaKm2: number;
  /** People of the communes whose point lies in the zone; a rough figure for small circles. */
  readonly population: number;
  readonly bucketLevel: BucketLevel;
  readonly bucketCellCount: number;
  readonly bucketAreaKm2: number;
  /** Area of the bucket cells over the zone's own: what the index looks at in vain before the exact test. 1 = nothing. */
  readonly overCoverRatio: number;
}

/** Hexagons to draw. */
export interface MapCells {
  readonly resolution: number;
  /** Cells whose centre is in the zone; for a zone between centres, the cells that it touches. */
  readonly cells: readonly CellId[];
  /** Area of `cells` over the zone's own. */
  readonly overCoverRatio: number;
}

/** Hexagons in one picture. */
export const maxMapCells = 20_000;
/** Enough cells for an area that is right to a few per cent. */
const measuringCells = 3_000;
/** Cells times vertices: 20 ms. */
const maxMeasuringWork = 10_000_000;

/** Measures a valid zone. Some milliseconds; for the console, not for serving. */
export function reportZone(
  zone: Zone,
  places: Places,
  contours: Contours | null = null,
): ZoneReport {
  return {
    ...measureZone(zone, places, contours),
    population: populationOf(zone, places, contours),
  };
}

/** The report without the population, which takes every commune of the zone: under 100 ms whatever the zone. */
export function measureZone(
  zone: Zone,
  places: Places,
  contours: Contours | null = null,
): Omit<ZoneReport, "population"> {
  const cover = areasToCoverCells(zone.include, places, contours);
  const buckets = coverToBuckets(cover);
  const areaKm2 = measureKm2(zone, cover, places, contours);
  const bucketAreaKm2 = sumKm2(buckets.cells);
  return {
    areaKm2: round(areaKm2),
    bucketLevel: buckets.level,
    bucketCellCount: buckets.cells.length,
    bucketAreaKm2: round(bucketAreaKm2),
    overCoverRatio: round(bucketAreaKm2 / areaKm2),
  };
}

/**
 * The hexagons of a zone at a resolution (0–10), or at the finest coarser one that needs at most `maxCells` of them
 * (20,000 when not given).
 */
export function zoneToMapCells(
  zone: Zone,
  places: Places,
  resolution: number,
  contours: Contours | null = null,
  maxCells = maxMapCells,
): MapCells {
  const cover = areasToCoverCells(zone.include, places, contours);
  const areaKm2 = measureKm2(zone, cover, places, contours);
  let drawn = Math.min(10, Math.max(0, Math.floor(resolution)));
  const counts = countByResolution(cover);
  while (drawn > 0 && countAt(counts, drawn) > 2 * maxCells) drawn--;
  let touched = cellsAt(cover, drawn);
  while (drawn > 0 && touched.size > maxCells) {
    drawn--;
    touched = cellsAt(cover, drawn);
  }
  const isInside = insideTest(zone, places, contours);
  const inside = [...touched].filter((cell) => isInside(cellCentre(cell)));
  const cells = inside.length > 0 ? inside : [...touched];
  return { resolution: drawn, cells, overCoverRatio: round(sumKm2(cells) / areaKm2) };
}

/** The area of a zone, by the cells whose centre is inside, as fine as a few thousand cells allow. */
function measureKm2(
  zone: Zone,
  cover: ReadonlySet<CellId>,
  places: Places,
  contours: Contours | null,
): number {
  const [circle] = zone.include;
  const alone = zone.include.length === 1 && zone.exclude.length === 0;
  if (alone && circle?.type === "circle") return (Math.PI * circle.radiusMeters ** 2) / 1e6;
  let resolution = 11;
  const counts = countByResolution(cover);
  const most = Math.max(400, Math.min(measuringCells, maxMeasuringWork / verticesOf(zone)));
  while (resolution > 1 && countAt(counts, resolution) > most) resolution--;
  const isInside = insideTest(zone, places, contours);
  let total = 0;
  for (const cell of cellsAt(cover, resolution))
    if (isInside(cellCentre(cell))) total += cellArea(cell, "km2");
  // A zone thinner than its cells still has some area.
  return Math.max(total, 0.01);
}

function insideTest(
  zone: Zone,
  places: Places,
  contours: Contours | null,
): (point: LatLon) => boolean {
  const include = areasToShape(zone.include);
  const exclude = areasToShape(zone.exclude);
  const named = include.areaKeys.length + exclude.areaKeys.length > 0;
  return ({ lat, lon }) => {
    const areaKeys = named ? areaKeysOfPoint(places, contours, lat, lon) : [];
    const sample = { lat, lon, ...toUnitVector(lat, lon), weight: 1, areaKeys };
    return shapeContains(include, sample) && !shapeContains(exclude, sample);
  };
}

/** Vertices that a point is held against at worst; at least 1. */
function verticesOf({ include, exclude }: Zone): number {
  let count = 1;
  for (const { polygons } of [areasToShape(include), areasToShape(exclude)])
    for (const rings of polygons) for (const ring of rings) count += ring.length;
  return count;
}

function countByResolution(cover: ReadonlySet<CellId>): readonly number[] {
  const counts = new Array<number>(16).fill(0);
  for (const cell of cover) counts[resolutionOfHigh(cellHigh(cell))]! += 1;
  return counts;
}

/** How many cells a cover is at a resolution, about. */
function countAt(counts: readonly number[], resolution: number): number {
  return counts.reduce((sum, count, own) => sum + count * 7 ** (resolution - own), 0);
}

function cellsAt(cover: ReadonlySet<CellId>, resolution: number): ReadonlySet<CellId> {
  const cells = new Set<CellId>();
  for (const cell of cover)
    if (resolutionOfHigh(cellHigh(cell)) >= resolution) cells.add(cellToParent(cell, resolution));
    else for (const child of cellToChildren(cell, resolution)) cells.add(child);
  return cells;
}

function populationOf(zone: Zone, places: Places, contours: Contours | null): number {
  const isInside = insideTest(zone, places, contours);
  const counted = new Set<string>();
  let population = 0;
  for (const area of zone.include)
    for (const commune of communesOfArea(area, places)) {
      if (counted.has(commune.inseeCode)) continue;
      counted.add(commune.inseeCode);
      if (isInside(commune)) population += commune.population;
    }
  return population;
}

function sumKm2(cells: readonly CellId[]): number {
  return cells.reduce((sum, cell) => sum + cellArea(cell, "km2"), 0);
}

const round = (value: number): number => Math.round(value * 100) / 100;
