import { createGrowingUint32 } from "./growing.ts";

/** Many texts, by number, as UTF-8 in one block: the garbage collector has nothing to walk. */
export interface Texts {
  /** Text n is bytes[starts[n] … starts[n + 1] − 1]. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const mostBytes = 2 ** 32 - 1;
const firstChunkBytes = 1 << 12;
const mostChunkBytes = 1 << 20;

export interface TextBuilder {
  /** Throws RangeError beyond 4 GB in all. */
  add(text: string): void;
  finish(): Texts;
}

export function createTextBuilder(): TextBuilder {
  const starts = createGrowingUint32();
  const full: Uint8Array[] = [];
  let chunk = new Uint8Array(firstChunkBytes);
  let used = 0;
  let fullBytes = 0;
  starts.push(0);
  return {
    add(text) {
      const room = text.length * 3; // no UTF-16 unit takes more bytes
      if (chunk.length - used < room) {
        full.push(chunk.subarray(0, used));
        fullBytes += used;
        used = 0;
        chunk = new Uint8Array(Math.max(Math.min(mostChunkBytes, 2 * chunk.length), room));
      }
      used += encoder.encodeInto(text, chunk.subarray(used)).written;
      if (fullBytes + used > mostBytes)
        throw new RangeError("a segment holds at most 4 GB of texts");
      starts.push(fullBytes + used);
    },
    finish: () => ({
      starts: starts.finish(),
      bytes: concatenated([...full, chunk.subarray(0, used)], fullBytes + used),
    }),
  };
}

function concatenated(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** How long text `number` is. */
export function textBytes({ starts }: Texts, number: number): number {
  return starts[number + 1]! - starts[number]!;
}

export function readText({ starts, bytes }: Texts, number: number): string {
  return decoder.decode(bytes.subarray(starts[number], starts[number + 1]));
}
