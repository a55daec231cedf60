/**
 * People counted without listing them: a HyperLogLog of 2^14 registers (Flajolet et al. 2007; the estimator is Ertl's of 2017,
 * arXiv:1702.01284, which needs no correction for small or large counts). The standard error is 1.04 / √16,384 = 0.8 %.
 * Sketches are merged and nothing else: an intersection of two would be off by more than it counts.
 *
 * A code is register × 64 + rank (see `reachCodeOf`). A sketch is kept as bytes: 0 and sorted codes of three bytes each while
 * that is shorter, else 1 and 2^14 ranks of six bits; or 2 and a number of people under 50, who cannot be merged any more.
 */
export interface Sketch {
  /** Highest rank seen by register; 0 = none. */
  readonly ranks: Uint8Array;
}

const registerCount = 16_384;
const highestRank = 35;
/** 12,288 bytes of ranks hold as much as 4,096 codes. */
const mostCodes = 4_095;
const sparse = 0;
const dense = 1;
const numberOnly = 2;
export const denseSketchBytes = 1 + (registerCount * 6) / 8;

export function createSketch(): Sketch {
  return { ranks: new Uint8Array(registerCount) };
}

/** Adds a code to a sketch; answers whether it changed. Junk is left out. */
export function addCode({ ranks }: Sketch, code: number): boolean {
  const register = code >>> 6;
  const rank = code & 63;
  const known = ranks[register];
  if (known === undefined || rank > highestRank || rank <= known) return false;
  ranks[register] = rank;
  return true;
}

/** Adds everybody of a kept sketch. Throws a RangeError for bytes that are none, and for a number without codes. */
export function addSketch(into: Sketch, bytes: Uint8Array): void {
  if (bytes[0] === sparse && (bytes.length - 1) % 3 === 0) addSparse(into, bytes);
  else if (bytes[0] === dense && bytes.length === denseSketchBytes) addDense(into, bytes);
  else throw new RangeError("not a sketch of people");
}

function addSparse(into: Sketch, bytes: Uint8Array): void {
  for (let at = 1; at < bytes.length; at += 3)
    addCode(into, (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!);
}

function addDense({ ranks }: Sketch, bytes: Uint8Array): void {
  for (let register = 0, at = 1; register < registerCount; register += 4, at += 3) {
    const four = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    for (let i = 0; i < 4; i++) {
      const rank = (four >>> (18 - 6 * i)) & 63;
      if (rank > ranks[register + i]!) ranks[register + i] = rank;
    }
  }
}

/** The bytes to keep; the same people give the same bytes in whatever order they came. */
export function encodeSketch({ ranks }: Sketch): Uint8Array {
  let codes = 0;
  for (const rank of ranks) if (rank > 0) codes++;
  if (codes > mostCodes) return encodeDense(ranks);
  const bytes = new Uint8Array(1 + 3 * codes);
  bytes[0] = sparse;
  let at = 1;
  for (let register = 0; register < registerCount; register++) {
    const rank = ranks[register]!;
    if (rank === 0) continue;
    const code = register * 64 + rank;
    bytes[at++] = code >>> 16;
    bytes[at++] = (code >>> 8) & 255;
    bytes[at++] = code & 255;
  }
  return bytes;
}

function encodeDense(ranks: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(denseSketchBytes);
  bytes[0] = dense;
  for (let register = 0, at = 1; register < registerCount; register += 4) {
    let four = 0;
    for (let i = 0; i < 4; i++) four = (four << 6) | Math.min(63, ranks[register + i]!);
    bytes[at++] = four >>> 16;
    bytes[at++] = (four >>> 8) & 255;
    bytes[at++] = four & 255;
  }
  return bytes;
}

/** How many different people a sketch stands for, ≥ 0, not rounded (Ertl's improved estimator). */
export function countPeople({ ranks }: Sketch): number {
  const byRank = new Float64Array(highestRank + 1);
  for (const rank of ranks) byRank[rank]!++;
  return estimate(byRank);
}

/** The same of a kept sketch, without unpacking it. Throws a RangeError for bytes that are none. */
export function countKept(bytes: Uint8Array): number {
  if (isNumberOnly(bytes)) return bytes[1]!;
  const byRank = new Float64Array(64);
  if (bytes[0] === sparse && (bytes.length - 1) % 3 === 0) {
    for (let at = 3; at < bytes.length; at += 3) byRank[bytes[at]! & 63]!++;
    byRank[0] = registerCount - (bytes.length - 1) / 3;
  } else if (bytes[0] === dense && bytes.length === denseSketchBytes) {
    for (let at = 1; at < bytes.length; at += 3) {
      const four = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      byRank[four >>> 18]!++;
      byRank[(four >>> 12) & 63]!++;
      byRank[(four >>> 6) & 63]!++;
      byRank[four & 63]!++;
    }
  } else throw new RangeError("not a sketch of people");
  return estimate(byRank);
}

/** From how many registers have each rank. */
function estimate(byRank: Float64Array): number {
  const q = highestRank - 1;
  let z = registerCount * tau(1 - byRank[q + 1]! / registerCount);
  for (let rank = q; rank >= 1; rank--) z = 0.5 * (z + byRank[rank]!);
  z += registerCount * sigma(byRank[0]! / registerCount);
  return z === Number.POSITIVE_INFINITY ? 0 : registerCount ** 2 / (2 * Math.LN2 * z);
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let [x, y, z, before] = [share, 1, share, -1];
  while (z !== before) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [x, y, z, before] = [share, 1, 1 - share, -1];
  while (z !== before) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}

/** Fewer people than this are not told, nor is a difference that could be of fewer. */
export const fewestPeople = 50;

/** Whether only the number of its people is left of a kept sketch. */
export function isNumberOnly(bytes: Uint8Array): boolean {
  return bytes[0] === numberOnly && bytes.length === 2;
}

/** What may be kept for long: of fewer than 50 people no codes, only how many there were. Other sketches stay as they are. */
export function forgetFew(bytes: Uint8Array): Uint8Array {
  const codes = (bytes.length - 1) / 3;
  return bytes[0] === sparse && codes > 0 && codes < fewestPeople
    ? Uint8Array.of(numberOnly, codes)
    : bytes;
}

/** People as reports tell them: to the nearest 50, so that two reports differ by 50 or by nothing; null = under 50. */
export function tellablePeople(people: number): number | null {
  return people < fewestPeople ? null : Math.round(people / fewestPeople) * fewestPeople;
}
