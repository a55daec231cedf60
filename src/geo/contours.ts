import { cellHigh, cellLow, resolutionOfHigh } from "./cells.ts";
import type { CellId } from "./types.ts";

/** The finest cells that a commune's outline is kept in: edges of 200 m. */
export const contourResolution = 9;

/** Outlines of communes as compacted cells: the plain form that is imported and stored, some 65 cells a commune. */
export interface ContourCells {
  /** INSEE codes. */
  readonly codes: readonly string[];
  /** Cells of `codes[i]` are those from `offsets[i]` to `offsets[i + 1]`. */
  readonly offsets: Uint32Array;
  /** H3 indexes of resolution 9 and coarser. */
  readonly cells: BigUint64Array;
}

/**
 * Contours ready for look-up. A cell of resolution r is an interval of resolution-9 cells: base cell and nine digits,
 * three bits each, as one integer below 2^34. Intervals are sorted and disjoint. All of France takes about 45 MB.
 */
export interface Contours extends ContourCells {
  readonly indexByCode: ReadonlyMap<string, number>;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly owners: Uint16Array;
}

/** The first number of the interval that a cell (resolution 9 or coarser) or a finer cell's ancestor spans. */
export function intervalStart(high: number, low: number): number {
  const resolution = Math.min(resolutionOfHigh(high), contourResolution);
  const spare = 3 * (contourResolution - resolution);
  const digits = ((high & 0x1fff) << 14) | ((low >>> 30) << 12) | ((low >>> 18) & 0xfff);
  return ((high >>> 13) & 0x7f) * 2 ** 27 + ((digits >>> spare) << spare);
}

/** Packs the cells of each commune. Throws RangeError for more than 65,535 communes. */
export function packContourCells(
  cellsByCommune: ReadonlyMap<string, readonly CellId[]>,
): ContourCells {
  const codes = [...cellsByCommune.keys()];
  if (codes.length > 0xffff) throw new RangeError("more communes than contours can hold");
  const offsets = new Uint32Array(codes.length + 1);
  for (const [i, code] of codes.entries())
    offsets[i + 1] = offsets[i]! + (cellsByCommune.get(code)?.length ?? 0);
  const cells = new BigUint64Array(offsets[codes.length]!);
  let at = 0;
  for (const list of cellsByCommune.values())
    for (const cell of list) cells[at++] = BigInt(`0x${cell}`);
  return { codes, offsets, cells };
}

/** The cells of each commune as text; the reverse of `packContourCells`. */
export function unpackContourCells(packed: ContourCells): Map<string, readonly CellId[]> {
  return new Map(packed.codes.map((code, i) => [code, cellsAt(packed, i)]));
}

function cellsAt({ cells, offsets }: ContourCells, index: number): readonly CellId[] {
  return Array.from(cells.subarray(offsets[index], offsets[index + 1]), (it) => it.toString(16));
}

/** Makes contours ready for look-up. Of cells that overlap, the larger one keeps its ground. About 1 s for all of France. */
export function createContours(packed: ContourCells): Contours {
  const { codes, offsets, cells } = packed;
  // Start, resolution and owner in one integer, so that sorting needs no comparison function; coarse cells come first.
  const keys = new BigUint64Array(cells.length);
  for (let owner = 0; owner < codes.length; owner++)
    for (let i = offsets[owner]!; i < offsets[owner + 1]!; i++) {
      const high = Number(cells[i]! >> 32n);
      const start = intervalStart(high, Number(cells[i]! & 0xffffffffn));
      keys[i] = (BigInt(start) << 20n) | BigInt((resolutionOfHigh(high) << 16) | owner);
    }
  keys.sort();
  const starts = new Float64Array(cells.length);
  const ends = new Float64Array(cells.length);
  const owners = new Uint16Array(cells.length);
  let count = 0;
  for (const key of keys) {
    const start = Number(key >> 20n);
    if (count > 0 && start < ends[count - 1]!) continue;
    const rest = Number(key & 0xfffffn);
    starts[count] = start;
    ends[count] = start + 8 ** (contourResolution - (rest >>> 16));
    owners[count] = rest & 0xffff;
    count++;
  }
  return {
    ...packed,
    indexByCode: new Map(codes.map((code, i) => [code, i])),
    starts: starts.subarray(0, count),
    ends: ends.subarray(0, count),
    owners: owners.subarray(0, count),
  };
}

/** Whether a contour was imported for a commune. */
export function hasContour(contours: Contours, inseeCode: string): boolean {
  return contours.indexByCode.has(inseeCode);
}

/** The cells of a commune's contour, of mixed resolutions up to 9; null when none was imported. */
export function contourOf(contours: Contours, inseeCode: string): readonly CellId[] | null {
  const index = contours.indexByCode.get(inseeCode);
  return index === undefined ? null : cellsAt(contours, index);
}

/**
 * Cells of a resolution that hold a commune's contour, coarser ones as they are; null when none was imported. For areas
 * of hundreds of communes, whose outlines in full would be hundreds of thousands of cells.
 */
export function coarseContourOf(
  contours: Contours,
  inseeCode: string,
  resolution: number,
): ReadonlySet<CellId> | null {
  const index = contours.indexByCode.get(inseeCode);
  if (index === undefined) return null;
  const digits = BigInt(3 * (15 - resolution));
  const unused = (1n << digits) - 1n;
  const parents = new Set<bigint>();
  for (const cell of contours.cells.subarray(
    contours.offsets[index],
    contours.offsets[index + 1],
  )) {
    const own = Number((cell >> 52n) & 15n);
    const parent = (cell & ~(15n << 52n)) | (BigInt(resolution) << 52n) | unused;
    parents.add(own <= resolution ? cell : parent);
  }
  return new Set(Array.from(parents, (it) => it.toString(16)));
}

/** The INSEE code of the commune whose contour holds a cell of resolution 9 or finer; null when none does. */
export function communeOfCell(contours: Contours, cell: CellId): string | null {
  const key = intervalStart(cellHigh(cell), cellLow(cell));
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
