import { cellToBoundary, cellToLatLng, cellToParent, gridDisk } from "h3-js";
import type { CellId, LatLon } from "../../../src/geo/types.ts";

/**
 * What H3 says of cells, remembered: a hand that drags asks about nearly the same hundreds of cells in every frame, and an
 * answer takes H3 a microsecond or more. Nothing of it ever changes.
 */

/** Cells of some zones in several resolutions; then it begins anew. */
const mostRemembered = 20_000;

function remembered<Answer>(
  ask: (cell: CellId) => Answer,
  most = mostRemembered,
): (cell: CellId) => Answer {
  const known = new Map<CellId, Answer>();
  return (cell) => {
    const found = known.get(cell);
    if (found !== undefined) return found;
    if (known.size >= most) known.clear();
    const answer = ask(cell);
    known.set(cell, answer);
    return answer;
  };
}

const parentsIn = Array.from({ length: 16 }, (_, resolution) =>
  remembered((cell) => cellToParent(cell, resolution)),
);

/** The cell of a coarser (or the same) resolution that it is in. */
export const parentOf = (cell: CellId, resolution: number): CellId =>
  parentsIn[resolution]?.(cell) ?? cellToParent(cell, resolution);

/** Itself and the cells beside it. */
export const disk1Of: (cell: CellId) => readonly CellId[] = remembered((cell) => gridDisk(cell, 1));

/** Whole disks are of thousands of cells each: some radii around some middles. */
const mostDisks = 8;
const disksOf = remembered((_middle) => new Map<number, readonly CellId[]>(), mostDisks);

/** The cells within so many rings around one. */
export function diskOf(middle: CellId, rings: number): readonly CellId[] {
  const disks = disksOf(middle);
  const found = disks.get(rings);
  if (found !== undefined) return found;
  if (disks.size >= mostDisks) disks.clear();
  const disk = gridDisk(middle, rings);
  disks.set(rings, disk);
  return disk;
}

export const centreOf: (cell: CellId) => LatLon = remembered((cell) => {
  const [lat, lon] = cellToLatLng(cell);
  return { lat, lon };
});

/** Its corners as [longitude, latitude], the first one again at the end. */
export const boundaryOf: (cell: CellId) => [number, number][] = remembered((cell) =>
  cellToBoundary(cell, true),
);
