/** Many texts, by number, as UTF-8 in one block: the garbage collector has nothing to walk. */
export interface Texts {
  /** Text n is bytes[starts[n] … starts[n + 1] − 1]. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const mostBytes = 2 ** 32 - 1;

/** Packs `count` texts. Throws RangeError beyond 4 GB. */
export function packTexts(count: number, textOf: (number: number) => string): Texts {
  const starts = new Uint32Array(count + 1);
  let bytes = new Uint8Array(Math.max(1_024, count * 256));
  let used = 0;
  for (let number = 0; number < count; number++) {
    const text = textOf(number);
    const room = text.length * 3; // no UTF-16 unit takes more bytes
    if (bytes.length - used < room) bytes = enlarge(bytes, used, room);
    used += encoder.encodeInto(text, bytes.subarray(used)).written;
    if (used > mostBytes) throw new RangeError("a segment holds at most 4 GB of texts");
    starts[number + 1] = used;
  }
  return { starts, bytes: bytes.slice(0, used) };
}

export function readText({ starts, bytes }: Texts, number: number): string {
  return decoder.decode(bytes.subarray(starts[number], starts[number + 1]));
}

function enlarge(bytes: Uint8Array, used: number, room: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2 + room);
  larger.set(bytes.subarray(0, used));
  return larger;
}
