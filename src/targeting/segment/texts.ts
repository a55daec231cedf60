import { createGrowingUint32, resized } from "./growing.ts";

/** Many texts, by number, as UTF-8 in one block: the garbage collector has nothing to walk. */
export interface Texts {
  /** Text n is bytes[starts[n] … starts[n + 1] − 1]. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const mostBytes = 2 ** 32 - 1;
const firstBytes = 4_096;

export interface TextBuilder {
  /** Throws RangeError beyond 4 GB in all. */
  add(text: string): void;
  finish(): Texts;
}

export function createTextBuilder(): TextBuilder {
  const starts = createGrowingUint32();
  let bytes = new Uint8Array(firstBytes);
  let used = 0;
  starts.push(0);
  return {
    add(text) {
      const room = used + text.length * 3; // no UTF-16 unit takes more bytes
      if (room > bytes.length) {
        bytes = new Uint8Array(resized(bytes, Math.max(2 * bytes.length, room)));
      }
      used += encoder.encodeInto(text, bytes.subarray(used)).written;
      if (used > mostBytes) throw new RangeError("a segment holds at most 4 GB of texts");
      starts.push(used);
    },
    finish: () => ({ starts: starts.finish(), bytes: new Uint8Array(resized(bytes, used)) }),
  };
}

/** How long text `number` is. */
export function textBytes({ starts }: Texts, number: number): number {
  return starts[number + 1]! - starts[number]!;
}

export function readText({ starts, bytes }: Texts, number: number): string {
  return decoder.decode(bytes.subarray(starts[number], starts[number + 1]));
}
