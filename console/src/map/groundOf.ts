import { getResolution } from "h3-js";
import type { CellId } from "../../../src/geo/types.ts";
import { disk1Of, parentOf } from "./h3Memo.ts";

/** What is told of a piece of ground. */
export interface Ground {
  readonly people: number;
  readonly opportunitiesPerDay: number;
}

/** A hexagon of any resolution: coarser where there were too few to tell. */
export interface ToldCell extends Ground {
  readonly cell: CellId;
}

/** Four levels up is more than any count is rolled up. */
const mostLevelsUp = 4;
/** How far, in rings of cells, ground that nothing is told of is taken to be like the ground beside it. */
const mostRings = 6;

/**
 * What these cells (of one resolution) hold, by what was told of cells of the same or other resolutions: coarser ones are
 * shared among their parts, finer ones added up; ground outside of all of them is like the ground beside it. It only adds up
 * what was told already. Null = nothing is told of any of them. Pure; some milliseconds for 700 cells.
 */
export function groundOf(cells: readonly CellId[], told: readonly ToldCell[]): Ground | null {
  const [first] = cells;
  if (first === undefined || told.length === 0) return null;
  const resolution = getResolution(first);
  const sums = keptSums(resolution, told);
  const known = new Map<CellId, Ground>();
  let open: CellId[] = [];
  for (const cell of cells) {
    const ground = groundIn(cell, resolution, sums);
    if (ground === null) open.push(cell);
    else known.set(cell, ground);
  }
  if (known.size === 0) return null;
  for (let ring = 0; ring < mostRings && open.length > 0; ring++) open = fill(open, known);
  return addUp(known.values());
}

/** Gives cells beside known ones the mean of these; answers the cells that are farther out. */
function fill(open: readonly CellId[], known: Map<CellId, Ground>): CellId[] {
  const found: (readonly [CellId, Ground])[] = [];
  const left: CellId[] = [];
  for (const cell of open) {
    const beside = disk1Of(cell).flatMap((near) => known.get(near) ?? []);
    if (beside.length === 0) left.push(cell);
    else found.push([cell, divide(addUp(beside), beside.length)]);
  }
  for (const [cell, ground] of found) known.set(cell, ground);
  return left;
}

/** What was told stays the same for many frames. */
const kept = new WeakMap<readonly ToldCell[], Map<number, ReadonlyMap<CellId, Ground>>>();

function keptSums(resolution: number, told: readonly ToldCell[]): ReadonlyMap<CellId, Ground> {
  const known = kept.get(told) ?? new Map<number, ReadonlyMap<CellId, Ground>>();
  kept.set(told, known);
  const sums = known.get(resolution) ?? sumsIn(resolution, told);
  known.set(resolution, sums);
  return sums;
}

function sumsIn(resolution: number, told: readonly ToldCell[]): ReadonlyMap<CellId, Ground> {
  const sums = new Map<CellId, Ground>();
  for (const one of told) {
    const isFiner = getResolution(one.cell) > resolution;
    const key = isFiner ? parentOf(one.cell, resolution) : one.cell;
    sums.set(key, addUp([one, sums.get(key) ?? nothing]));
  }
  return sums;
}

function groundIn(
  cell: CellId,
  resolution: number,
  sums: ReadonlyMap<CellId, Ground>,
): Ground | null {
  for (let up = 0; up <= Math.min(mostLevelsUp, resolution); up++) {
    const sum = sums.get(up === 0 ? cell : parentOf(cell, resolution - up));
    if (sum !== undefined) return divide(sum, 7 ** up);
  }
  return null;
}

const nothing: Ground = { people: 0, opportunitiesPerDay: 0 };

function addUp(grounds: Iterable<Ground>): Ground {
  let { people, opportunitiesPerDay } = nothing;
  for (const one of grounds) {
    people += one.people;
    opportunitiesPerDay += one.opportunitiesPerDay;
  }
  return { people, opportunitiesPerDay };
}

const divide = ({ people, opportunitiesPerDay }: Ground, by: number): Ground => ({
  people: people / by,
  opportunitiesPerDay: opportunitiesPerDay / by,
});
