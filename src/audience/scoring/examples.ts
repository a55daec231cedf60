/**
 * Examples in files: a record a visitor and date, in words of 4 bytes, little-endian, so that its parts can be read without
 * being copied:
 * length in words · flags and earlier weeks · labels and past entries · departement · key (24 bytes, padded with zeros) ·
 * label × segment index · past × (segment index << 8 | weeks) · bucket × n · value (32-bit float) × n.
 */

/** What is known of a visitor as of a date. Its arrays are views into what was read: use them at once. */
export interface Example {
  /** A stable number of the visitor, evenly spread: what is held out, and what is sampled. */
  readonly lot: number;
  readonly isActive: boolean;
  /** In how many earlier weeks the visitor was among those who could have come; 0 = new. */
  readonly earlierWeeks: number;
  /** A number of the departement where the visitor looks; 0 = unknown. Below 1,000. */
  readonly departement: number;
  /** Indices of the segments that the visitor turned out to be in. */
  readonly labels: Uint32Array;
  /** Segment index × 256 + in how many of the earlier weeks. */
  readonly past: Uint32Array;
  readonly buckets: Uint32Array;
  readonly values: Float32Array;
}

export const keyBytes = 24;
const headWords = 4;
const keyWords = keyBytes / 4;
const firstWord = headWords + keyWords;
export const departementCount = 1_000;

/** The number of a departement for `Example.departement`: "87" → 87, "2A" → 501, "971" → 971, unknown → 0. */
export function departementNumber(code: string | null): number {
  if (code === null) return 0;
  if (/^2[AB]$/.test(code)) return code === "2A" ? 501 : 502;
  const number = Number(code);
  return Number.isInteger(number) && number > 0 && number < departementCount ? number : 0;
}

export interface ExampleFields {
  /** Up to 24 ASCII characters. */
  readonly key: string;
  readonly isActive: boolean;
  readonly earlierWeeks: number;
  readonly departement: number;
  readonly labels: readonly number[];
  readonly past: readonly number[];
  readonly buckets: readonly number[];
  readonly values: readonly number[];
}

/** Bytes that a record takes. */
export function exampleBytes({ labels, past, buckets }: ExampleFields): number {
  return 4 * (firstWord + labels.length + past.length + 2 * buckets.length);
}

/** Writes a record at a multiple of 4; answers where the next one begins. Throws a RangeError where it does not fit. */
export function writeExample(target: DataView, at: number, fields: ExampleFields): number {
  const { key, labels, past, buckets, values } = fields;
  if (key.length > keyBytes) throw new RangeError("A visitor's key has at most 24 characters");
  const bytes = exampleBytes(fields);
  target.setUint32(at, bytes / 4, true);
  target.setUint32(at + 4, (fields.isActive ? 1 : 0) | (fields.earlierWeeks << 8), true);
  target.setUint32(at + 8, labels.length | (past.length << 16), true);
  target.setUint32(at + 12, fields.departement, true);
  for (let index = 0; index < keyBytes; index++)
    target.setUint8(at + 16 + index, index < key.length ? key.charCodeAt(index) : 0);
  let next = at + 4 * firstWord;
  for (const words of [labels, past, buckets])
    for (const word of words) {
      target.setUint32(next, word, true);
      next += 4;
    }
  for (const value of values) {
    target.setFloat32(next, value, true);
    next += 4;
  }
  return next;
}

/**
 * Reads the whole records among the first `endWord` words of a buffer; answers at which word the first begins that is not
 * whole. `keyOf` of `visit` reads the key, which most readers do without.
 */
export function readExamples(
  buffer: ArrayBuffer,
  endWord: number,
  visit: (example: Example, keyOf: () => string) => void,
): number {
  const words = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  const bytes = Buffer.from(buffer);
  let at = 0;
  while (at < endWord) {
    const length = words[at] ?? 0;
    if (length < firstWord) throw new Error("The file of examples is damaged");
    if (at + length > endWord) break;
    const begin = at;
    visit(exampleAt(words, floats, at, length), () => {
      const from = (begin + headWords) * 4;
      return bytes.toString("latin1", from, from + keyBytes).replace(/\0+$/, "");
    });
    at += length;
  }
  return at;
}

function exampleAt(words: Uint32Array, floats: Float32Array, at: number, length: number): Example {
  const flags = words[at + 1] ?? 0;
  const counts = words[at + 2] ?? 0;
  const labelCount = counts & 0xffff;
  const pastCount = counts >>> 16;
  const featureCount = (length - firstWord - labelCount - pastCount) / 2;
  const labelsAt = at + firstWord;
  const pastAt = labelsAt + labelCount;
  const bucketsAt = pastAt + pastCount;
  const valuesAt = bucketsAt + featureCount;
  return {
    lot: lotOf(words, at + headWords),
    isActive: (flags & 1) === 1,
    earlierWeeks: (flags >>> 8) & 0xff,
    departement: words[at + 3] ?? 0,
    labels: words.subarray(labelsAt, pastAt),
    past: words.subarray(pastAt, bucketsAt),
    buckets: words.subarray(bucketsAt, valuesAt),
    values: floats.subarray(valuesAt, valuesAt + featureCount),
  };
}

/** FNV-1a over the words of the key, mixed once more: its low bits alone are not even. */
function lotOf(words: Uint32Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < keyWords; index++)
    hash = Math.imul(hash ^ (words[at + index] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
