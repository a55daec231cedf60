const european = 2;
const longest = 16_384;

/**
 * Takes the European TCF section (id 2) out of a Global Privacy Platform string; null when the string has none, or is not
 * one. Only the header is decoded: it lists the ids of the sections that follow, in their order.
 * Source: IAB Tech Lab, Global Privacy Platform String 1.0 (header: int 6 type 3, int 6 version, Fibonacci range).
 */
export function europeanSectionOf(gpp: string): string | null {
  if (gpp.length > longest || !gpp.startsWith("D")) return null;
  const sections = gpp.split("~", 100);
  const ids = readHeader(sections[0] ?? "");
  const index = ids.indexOf(european);
  return index === -1 ? null : sections[index + 1] || null;
}

/** Section ids in the order of the string; empty when the header is broken. */
function readHeader(header: string): readonly number[] {
  if (header.length > 200 || !/^[A-Za-z0-9_-]+$/.test(header)) return [];
  const cursor: Cursor = { header, position: 12, failed: false };
  const count = readInteger(cursor, 12);
  const ids: number[] = [];
  let last = 0;
  for (let item = 0; item < count && !cursor.failed; item++) {
    const isGroup = readBit(cursor) === 1;
    const start = last + readFibonacci(cursor);
    last = isGroup ? start + readFibonacci(cursor) : start;
    if (cursor.failed || last - start > 100 || ids.length > 100) return [];
    for (let id = start; id <= last; id++) ids.push(id);
  }
  return cursor.failed ? [] : ids;
}

interface Cursor {
  readonly header: string;
  /** In bits. */
  position: number;
  failed: boolean;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function readBit(cursor: Cursor): number {
  const char = Math.trunc(cursor.position / 6);
  if (char >= cursor.header.length) {
    cursor.failed = true;
    return 0;
  }
  const sextet = alphabet.indexOf(cursor.header.charAt(char));
  const bit = (sextet >> (5 - (cursor.position % 6))) & 1;
  cursor.position++;
  return bit;
}

function readInteger(cursor: Cursor, bits: number): number {
  let value = 0;
  for (let i = 0; i < bits; i++) value = value * 2 + readBit(cursor);
  return value;
}

/** The sum of the Fibonacci numbers (1, 2, 3, 5 …) whose bits are set, up to the first two set bits in a row. */
function readFibonacci(cursor: Cursor): number {
  let value = 0;
  let [current, next] = [1, 2];
  let before = 0;
  for (let i = 0; i < 40; i++) {
    const bit = readBit(cursor);
    if (cursor.failed) return 0;
    if (bit === 1 && before === 1) return value;
    if (bit === 1) value += current;
    [current, next] = [next, current + next];
    before = bit;
  }
  cursor.failed = true;
  return 0;
}
