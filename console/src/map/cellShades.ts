import { getResolution } from "h3-js";
import type { CellId } from "../../../src/geo/types.ts";
import { parentOf } from "./h3Memo.ts";

/** A hexagon to draw. `shade`: 0 (few) to 1 (most); null = not known yet. */
export interface MapCell {
  readonly cell: CellId;
  readonly shade: number | null;
}

/** What was counted in a hexagon, of any resolution: coarser where there were too few to tell. */
export interface CountedCell {
  readonly cell: CellId;
  readonly people: number;
}

/**
 * Shades cells of one resolution by people, from counts in cells of the same or other resolutions: a coarser count is
 * shared among its parts, finer ones are added up. By the root of people, as towns are so much denser than land. Pure.
 */
export function shadeCells(
  cells: readonly CellId[],
  counted: readonly CountedCell[],
): readonly MapCell[] {
  const [first] = cells;
  if (first === undefined) return [];
  if (counted.length === 0) return cells.map((cell) => ({ cell, shade: null }));
  const resolution = getResolution(first);
  const people = countsIn(resolution, counted);
  const found = cells.map((cell) => ({ cell, people: peopleOf(cell, resolution, people) }));
  const most = Math.max(1, ...found.map((it) => it.people ?? 0));
  return found.map((it) => ({
    cell: it.cell,
    shade: it.people === null ? null : Math.sqrt(it.people / most),
  }));
}

function countsIn(
  resolution: number,
  counted: readonly CountedCell[],
): ReadonlyMap<CellId, number> {
  const counts = new Map<CellId, number>();
  for (const { cell, people } of counted) {
    const key = getResolution(cell) > resolution ? parentOf(cell, resolution) : cell;
    counts.set(key, (counts.get(key) ?? 0) + people);
  }
  return counts;
}

/** Four levels up is more than any count is rolled up. */
const levels = [0, 1, 2, 3, 4];

function peopleOf(
  cell: CellId,
  resolution: number,
  counts: ReadonlyMap<CellId, number>,
): number | null {
  for (const up of levels) {
    if (up > resolution) return null;
    const people = counts.get(up === 0 ? cell : parentOf(cell, resolution - up));
    if (people !== undefined) return people / 7 ** up;
  }
  return null;
}
