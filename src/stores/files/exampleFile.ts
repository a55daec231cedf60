import { closeSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import {
  type Example,
  type ExampleFields,
  exampleBytes,
  readExamples,
  writeExample,
} from "../../audience/scoring/examples.ts";

/** Examples on their way into a file. */
export interface ExampleFile {
  readonly write: (example: ExampleFields) => void;
  /** Writes what is left; only then the file is there under its name. */
  readonly finish: () => void;
}

const bufferBytes = 1_048_576;

/** Begins a file of examples. It is written by the process that has nothing else to do: without waiting. */
export function createExampleFile(file: string): ExampleFile {
  const draft = `${file}.draft`;
  const handle = openSync(draft, "w");
  let buffer = new DataView(new ArrayBuffer(bufferBytes));
  let filled = 0;
  const flush = (): void => {
    if (filled > 0) writeSync(handle, new Uint8Array(buffer.buffer, 0, filled));
    filled = 0;
  };
  return {
    write(example) {
      const bytes = exampleBytes(example);
      if (filled + bytes > buffer.byteLength) flush();
      if (bytes > buffer.byteLength) buffer = new DataView(new ArrayBuffer(bytes));
      filled = writeExample(buffer, filled, example);
    },
    finish() {
      flush();
      closeSync(handle);
      renameSync(draft, file);
    },
  };
}

/** Reads a file of examples from its start, some megabytes at a time. For threads that have nothing else to do. */
export function readExampleFile(
  file: string,
  visit: (example: Example, keyOf: () => string) => void,
): void {
  const handle = openSync(file, "r");
  let buffer = new ArrayBuffer(4 * bufferBytes);
  let left = 0;
  try {
    for (;;) {
      const room = new Uint8Array(buffer, left);
      const read = readSync(handle, room);
      const filled = left + read;
      const readBytes = readExamples(buffer, Math.floor(filled / 4), visit) * 4;
      left = filled - readBytes;
      if (read === 0) {
        if (left > 0) throw new Error(`${file} ends within an example`);
        return;
      }
      if (readBytes === 0 && left === buffer.byteLength) buffer = grown(buffer);
      else new Uint8Array(buffer).copyWithin(0, readBytes, filled);
    }
  } finally {
    closeSync(handle);
  }
}

function grown(buffer: ArrayBuffer): ArrayBuffer {
  const more = new ArrayBuffer(2 * buffer.byteLength);
  new Uint8Array(more).set(new Uint8Array(buffer));
  return more;
}
