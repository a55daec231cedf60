import { cellHigh, cellLow, resolutionOfHigh } from "./cells.ts";
import type { CellId } from "./types.ts";

/** The finest cells that a commune's outline is kept in: edges of 200 m. */
export const contourResolution = 9;

/**
 * Outlines of communes as compacted cells, ready for look-up. A cell of resolution r is an interval of resolution-9 cells:
 * base cell and nine digits, three bits each, as one integer below 2^34. Intervals are sorted and disjoint.
 */
export interface Contours {
  /** INSEE codes; `owners` point into it. */
  readonly codes: readonly string[];
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly owners: Uint16Array;
  readonly cellsByCommune: ReadonlyMap<string, readonly CellId[]>;
}

/** The first number of the interval that a cell (resolution 9 or coarser) or a finer cell's ancestor spans. */
export function intervalStart(high: number, low: number): number {
  const resolution = Math.min(resolutionOfHigh(high), contourResolution);
  const spare = 3 * (contourResolution - resolution);
  const digits = ((high & 0x1fff) << 14) | ((low >>> 30) << 12) | ((low >>> 18) & 0xfff);
  return ((high >>> 13) & 0x7f) * 2 ** 27 + ((digits >>> spare) << spare);
}

/** Contours from the cells of each commune. A cell claimed twice goes to the commune that comes first. */
export function createContours(cellsByCommune: ReadonlyMap<string, readonly CellId[]>): Contours {
  const codes = [...cellsByCommune.keys()];
  const intervals = codes.flatMap((code, owner) =>
    (cellsByCommune.get(code) ?? []).map((cell) => {
      const high = cellHigh(cell);
      const start = intervalStart(high, cellLow(cell));
      return { start, end: start + 8 ** (contourResolution - resolutionOfHigh(high)), owner };
    }),
  );
  intervals.sort((a, b) => a.start - b.start || a.owner - b.owner);
  return {
    codes,
    starts: Float64Array.from(intervals, (it) => it.start),
    ends: Float64Array.from(intervals, (it) => it.end),
    owners: Uint16Array.from(intervals, (it) => it.owner),
    cellsByCommune,
  };
}

/** The INSEE code of the commune whose contour holds a cell of resolution 9 or finer; null when none does. */
export function communeOfCell(contours: Contours, high: number, low: number): string | null {
  const key = intervalStart(high, low);
  const { starts, ends } = contours;
  let from = 0;
  let to = starts.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (starts[middle]! <= key) from = middle + 1;
    else to = middle;
  }
  if (from === 0 || key >= ends[from - 1]!) return null;
  return contours.codes[contours.owners[from - 1]!] ?? null;
}
