/**
 * Trials in columns: who (visitor) was shown what (item, of a category) how (kind), where (place) and when, and whether the
 * outcome came. Names are numbers from 0 without gaps; a trial without a place has the place named "".
 */
export interface TrialBatch {
  readonly rows: number;
  readonly visitor: Int32Array;
  readonly item: Int32Array;
  readonly category: Int32Array;
  readonly kind: Int32Array;
  readonly place: Int32Array;
  readonly timestampMs: Float64Array;
  /** 0 or 1. */
  readonly outcome: Uint8Array;
}

/** What a column of names has: the bucket (`featureHash.ts`) of `column=name`, by number. Its length is how many there are. */
export interface TrialNames {
  readonly visitor: Int32Array;
  readonly item: Int32Array;
  readonly category: Int32Array;
  readonly kind: Int32Array;
  readonly place: Int32Array;
}

export const nameColumns = ["visitor", "item", "category", "kind", "place"] as const;

/** Trials in the order of time, which can be gone through any number of times. */
export interface TrialSource {
  readonly rows: number;
  readonly names: TrialNames;
  /** Hands over one part after another; what is handed over holds only until `handle` returns. */
  readonly forEachBatch: (handle: (batch: TrialBatch, firstRow: number) => void) => void;
}

/** Goes through the trials of a source one by one, in the order of time. */
export function forEachTrial(
  source: TrialSource,
  handle: (batch: TrialBatch, at: number, row: number) => void,
): void {
  source.forEachBatch((batch, firstRow) => {
    for (let at = 0; at < batch.rows; at++) handle(batch, at, firstRow + at);
  });
}

const goldenPart = 0.618_033_988_75;

/**
 * Goes through the trials of a source, those of each part in an order in which neighbours in time are far apart: who
 * descends along gradients forgets what came long ago. The order is always the same.
 */
export function forEachScattered(
  source: TrialSource,
  handle: (batch: TrialBatch, at: number, row: number) => void,
): void {
  source.forEachBatch((batch, firstRow) => {
    const step = coprimeStep(batch.rows);
    for (let count = 0, at = 0; count < batch.rows; count++, at = (at + step) % batch.rows)
      handle(batch, at, firstRow + at);
  });
}

/** The step nearest above the golden part of a length that comes by every place before it comes back. */
function coprimeStep(length: number): number {
  const divisor = (one: number, other: number): number =>
    other === 0 ? one : divisor(other, one % other);
  let step = Math.max(1, Math.floor(length * goldenPart));
  while (divisor(length, step) !== 1) step += 1;
  return step;
}
