import {
  getHexagonAreaAvg,
  getHexagonEdgeLengthAvg,
  getResolution,
  latLngToCell,
  polygonToCells,
} from "h3-js";
import { pointInRings, ringAreaM2 } from "../../../src/geo/rings.ts";
import { distanceMeters } from "../../../src/geo/sphere.ts";
import type { CellId, PolygonRings, Zone, ZoneArea } from "../../../src/geo/types.ts";
import { centreOf, diskOf, parentOf } from "./h3Memo.ts";

/**
 * The hexagons of a zone while it is being drawn, without asking the server. For circles and polygons they are the ones
 * that the server draws at the same resolution (cells whose centre is inside, measured by the same functions); communes
 * and postal codes are known by the server only, and come as the cells that its preview has answered.
 */

type Circle = Extract<ZoneArea, { readonly type: "circle" }>;
type Shape = Circle | Extract<ZoneArea, { readonly type: "polygon" }>;

/** Hexagons in one picture, at most: what is drawn again within a frame under a hand that drags. */
export const mostHexagons = 700;
const finest = 9;
const coarsest = 3;

export const isShape = (area: ZoneArea): area is Shape =>
  area.type === "circle" || area.type === "polygon";

/** The finest resolution (3 to 9) in which so many square metres take at most `most` hexagons. */
export function resolutionFor(areaM2: number, most: number = mostHexagons): number {
  let resolution = finest;
  while (resolution > coarsest && areaM2 / getHexagonAreaAvg(resolution, "m2") > most) resolution--;
  return resolution;
}

/** Square metres of an area that was drawn; overlaps of several count twice. */
export function shapeAreaM2(area: Shape): number {
  if (area.type === "circle") return Math.PI * area.radiusMeters ** 2;
  return polygonsOf(area).reduce((sum, [outer]) => sum + (outer ? ringAreaM2(outer) : 0), 0);
}

const polygonsOf = ({ geometry }: Extract<Shape, { type: "polygon" }>): readonly PolygonRings[] =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;

/** Cells whose centre is in a circle or polygon; where no centre is, the one cell in its middle. */
export function shapeCells(area: Shape, resolution: number): ReadonlySet<CellId> {
  if (area.type === "circle") return circleCells(area, resolution);
  return new Set(polygonsOf(area).flatMap((rings) => polygonCells(rings, resolution)));
}

function circleCells(circle: Circle, resolution: number): ReadonlySet<CellId> {
  const middle = latLngToCell(circle.lat, circle.lon, resolution);
  // Rows of cells are 1.5 edges apart on average and never under 1.1.
  const rings =
    Math.ceil(circle.radiusMeters / (1.1 * getHexagonEdgeLengthAvg(resolution, "m"))) + 1;
  const inside = diskOf(middle, rings).filter(
    (cell) => distanceMeters(centreOf(cell), circle) <= circle.radiusMeters,
  );
  return new Set(inside.length === 0 ? [middle] : inside);
}

function polygonCells(rings: PolygonRings, resolution: number): readonly CellId[] {
  const loops = rings.map((ring) => ring.map(([lon, lat]) => [lon, lat]));
  const found = polygonToCells(loops, resolution, true);
  const first = rings[0]?.[0];
  if (found.length > 0 || first === undefined) return found;
  return [latLngToCell(first[1], first[0], resolution)];
}

/** Cells that the server has answered for one area that only it knows. */
export type KnownCells = (area: ZoneArea) => readonly CellId[];

/** All cells of a zone in one resolution: what is included minus what is excluded. Pure; some milliseconds. */
export function zoneCells(zone: Zone, resolution: number, known: KnownCells): readonly CellId[] {
  const cellsOf = (area: ZoneArea): Iterable<CellId> =>
    isShape(area) ? shapeCells(area, resolution) : coarsened(known(area), resolution);
  const cells = new Set(zone.include.flatMap((area) => [...cellsOf(area)]));
  for (const area of zone.exclude) {
    if (isShape(area))
      for (const cell of cells) cells.has(cell) && isIn(cell, area) && cells.delete(cell);
    else for (const cell of cellsOf(area)) cells.delete(cell);
  }
  return [...cells];
}

/** A centre is in or out, however small the shape: what is excluded takes no cell along that it only touches. */
function isIn(cell: CellId, area: Shape): boolean {
  const centre = centreOf(cell);
  if (area.type === "circle") return distanceMeters(centre, area) <= area.radiusMeters;
  return polygonsOf(area).some((rings) => pointInRings(centre.lat, centre.lon, rings));
}

function coarsened(cells: readonly CellId[], resolution: number): Iterable<CellId> {
  const usable = cells.filter((cell) => getResolution(cell) >= resolution);
  return new Set(usable.map((cell) => parentOf(cell, resolution)));
}
