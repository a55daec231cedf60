import type { MapCell } from "../../map/cellShades.ts";
import type { LonLat } from "../../map/outlines.ts";
import type { ReportRow } from "../types.ts";
import { figureOf } from "./delivery.ts";

/**
 * Hexagons of a report by cell, shaded by the root of their impressions, as towns are so much denser than land. Rows that are
 * told of a commune or less precisely have no cell and are left out. Pure.
 */
export function seenCells(rows: readonly ReportRow[]): readonly MapCell[] {
  const located = rows.filter(({ cell }) => typeof cell === "string");
  const most = Math.max(1, ...located.map((row) => figureOf(row, "impressions")));
  return located.map((row) => ({
    cell: String(row.cell),
    shade: Math.sqrt(figureOf(row, "impressions") / most),
  }));
}

/** Corners of what is to be seen: of cells the points that are given, else of the zone. Pure. */
export function pointsToSee(
  cells: readonly LonLat[],
  rings: readonly (readonly LonLat[])[],
): readonly LonLat[] {
  return cells.length > 0 ? [...cells, ...rings.flat()] : rings.flat();
}
