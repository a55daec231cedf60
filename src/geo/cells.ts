import type { BucketLevel, CellId } from "./types.ts";

/**
 * H3 indexes on the hot path. An index is 64 bits: resolution in bits 52–55, base cell in 45–51, then three bits a
 * digit from resolution 1 (42–44) down. As two unsigned 32-bit halves, a bucket is read off with shifts and masks.
 */

/** The upper and lower halves of a cell's index. */
export interface CellParts {
  readonly high: number;
  readonly low: number;
}

export const bucketLevels: readonly BucketLevel[] = [5, 3, 1];

/** Upper 32 bits of a canonical H3 index (15 or 16 hexadecimal digits). No allocation; junk gives junk. */
export function cellHigh(cell: CellId): number {
  return hexToUint32(cell, 0, cell.length - 8);
}

/** Lower 32 bits of a canonical H3 index. */
export function cellLow(cell: CellId): number {
  return hexToUint32(cell, cell.length - 8, cell.length);
}

export function cellToParts(cell: CellId): CellParts {
  return { high: cellHigh(cell), low: cellLow(cell) };
}

function hexToUint32(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    value = (value << 4) | (code > 57 ? (code & 0xdf) - 55 : code - 48);
  }
  return value >>> 0;
}

/** Resolution 0–15 of an index by its upper half. */
export function resolutionOfHigh(high: number): number {
  return (high >>> 20) & 15;
}

/**
 * The bucket of a cell at a level, as an integer below 2^24: level tag (1, 2, 3 for levels 1, 3, 5), base cell, digits.
 * It names the same cell as h3's `cellToParent(cell, level)`. The cell must be at that resolution or finer:
 * a coarser one has no such parent and throws RangeError.
 */
export function bucketKeyOfParts(high: number, low: number, level: BucketLevel): number {
  if (resolutionOfHigh(high) < level) throw new RangeError(`a cell coarser than level ${level}`);
  if (level === 5) return (3 << 22) | ((high & 0xfffff) << 2) | (low >>> 30);
  if (level === 3) return (2 << 22) | ((high >>> 4) & 0xffff);
  return (1 << 22) | ((high >>> 10) & 0x3ff);
}

/** `bucketKeyOfParts` from the text of a cell: about 30 ns, nothing allocated. */
export function bucketKey(cell: CellId, level: BucketLevel): number {
  return bucketKeyOfParts(cellHigh(cell), cellLow(cell), level);
}

/** The cell that a bucket key names. */
export function bucketKeyToCell(key: number): CellId {
  const level = key >>> 22 === 3 ? 5 : key >>> 22 === 2 ? 3 : 1;
  const bits = BigInt(key & 0x3fffff) << BigInt(45 - 3 * level);
  const unusedDigits = (1n << BigInt(45 - 3 * level)) - 1n;
  return ((1n << 59n) | (BigInt(level) << 52n) | bits | unusedDigits).toString(16);
}
