import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { TrialBatch, TrialNames, TrialSource } from "../../audience/models/trials.ts";

/** Rows of a part of the file; a multiple of 8, so that columns of numbers begin where they may. */
const partRows = 65_536;
const rowBytes = 8 + 5 * 4 + 1;

type Part = { readonly [Column in keyof TrialBatch]: TrialBatch[Column] } & {
  readonly bytes: Uint8Array;
};

/** Room for a part: its columns one after another, over the bytes that are written and read. */
function createPart(): Part {
  const buffer = new ArrayBuffer(partRows * rowBytes);
  const numbers = (index: number): Int32Array =>
    new Int32Array(buffer, partRows * (8 + index * 4), partRows);
  return {
    rows: partRows,
    timestampMs: new Float64Array(buffer, 0, partRows),
    visitor: numbers(0),
    item: numbers(1),
    category: numbers(2),
    kind: numbers(3),
    place: numbers(4),
    outcome: new Uint8Array(buffer, partRows * 28, partRows),
    bytes: new Uint8Array(buffer),
  };
}

/** The columns of a trial as numbers, in the order in which they are appended. */
export type TrialNumbers = readonly [
  timestampMs: number,
  visitor: number,
  item: number,
  category: number,
  kind: number,
  place: number,
  outcome: number,
];

/** Writes trials one after another. */
export interface TrialFileWriter {
  readonly append: (...trial: TrialNumbers) => void;
  /** Completes the file. */
  readonly close: () => void;
}

/** Creates a file of trials in columns: 29 bytes a trial. It is for this process only, and has no header. */
export function createTrialFile(file: string): TrialFileWriter {
  const descriptor = openSync(file, "wx", 0o600);
  const part = createPart();
  let rows = 0;
  const flush = (): void => {
    for (let from = 0; rows > 0 && from < part.bytes.length; )
      from += writeSync(descriptor, part.bytes, from);
    rows = 0;
  };
  return {
    append(timestampMs, visitor, item, category, kind, place, outcome) {
      part.timestampMs[rows] = timestampMs;
      part.visitor[rows] = visitor;
      part.item[rows] = item;
      part.category[rows] = category;
      part.kind[rows] = kind;
      part.place[rows] = place;
      part.outcome[rows] = outcome;
      rows += 1;
      if (rows === partRows) flush();
    },
    close() {
      flush();
      closeSync(descriptor);
    },
  };
}

/** Goes through a file that `createTrialFile` made, holding one part of it in memory. */
export function openTrialFile(file: string, rows: number, names: TrialNames): TrialSource {
  return {
    rows,
    names,
    forEachBatch(handle) {
      const descriptor = openSync(file, "r");
      const part = createPart();
      try {
        for (let first = 0; first < rows; first += partRows) {
          let from = 0;
          while (from < part.bytes.length) {
            const read = readSync(descriptor, part.bytes, from, part.bytes.length - from, null);
            if (read === 0) throw new Error(`${file} ends before its ${rows} trials do`);
            from += read;
          }
          handle({ ...part, rows: Math.min(partRows, rows - first) }, first);
        }
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
