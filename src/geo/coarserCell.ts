import { cellToParent, latLngToCell } from "h3-js";
import { cellHigh, resolutionOfHigh } from "./cells.ts";
import type { CellId } from "./types.ts";

/** The cell at `resolution` (0–15) that holds a cell; a cell that is as coarse already stays itself. About 1 µs. */
export function coarserCell(cell: CellId, resolution: number): CellId {
  return resolutionOfHigh(cellHigh(cell)) <= resolution ? cell : cellToParent(cell, resolution);
}

/** The cell at `resolution` (0–15) that holds a point. */
export function cellOfPoint(lat: number, lon: number, resolution: number): CellId {
  return latLngToCell(lat, lon, resolution);
}
