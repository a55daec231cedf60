import { createReadStream } from "node:fs";

/** Longer lines are rejected without being kept in memory; a decision with the most ads takes some 20 KB. */
export const maxLineBytes = 262_144;

const chunkBytes = 256 * 1_024;
const newline = 10;
const nothing = Buffer.alloc(0);

/** One line of an event file. */
export interface EventLine {
  /** Where it begins, in bytes. */
  readonly offset: number;
  /** Where the next one begins. */
  readonly endOffset: number;
  /** Without its newline. Null = too long, or not UTF-8. */
  readonly text: string | null;
  /** False = the file ends without a newline: somebody may still be writing it. */
  readonly isWhole: boolean;
}

/** The lines of a file from a byte on, at most up to its byte `toOffset`. */
export async function* readEventLines(
  file: string,
  from: number,
  toOffset: number,
): AsyncGenerator<EventLine> {
  if (from >= toOffset) return;
  let started = nothing;
  let startedBytes = 0;
  let offset = from;
  const lineOf = (bytes: Buffer, length: number, isWhole: boolean): EventLine => {
    const endOffset = offset + length + (isWhole ? 1 : 0);
    const text = length > maxLineBytes ? null : decode(bytes);
    return { offset, endOffset, text, isWhole };
  };
  const range = { start: from, end: toOffset - 1, highWaterMark: chunkBytes };
  for await (const chunk of createReadStream(file, range)) {
    const bytes: Buffer = chunk;
    let at = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, at)) {
      const length = startedBytes + end - at;
      const tooLong = length > maxLineBytes;
      const line = lineOf(
        tooLong ? nothing : Buffer.concat([started, bytes.subarray(at, end)]),
        length,
        true,
      );
      yield line;
      offset = line.endOffset;
      started = nothing;
      startedBytes = 0;
      at = end + 1;
    }
    startedBytes += bytes.length - at;
    started = startedBytes > maxLineBytes ? nothing : Buffer.concat([started, bytes.subarray(at)]);
  }
  if (startedBytes > 0) yield lineOf(started, startedBytes, false);
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
