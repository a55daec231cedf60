import { createReadStream } from "node:fs";
import type { FilePosition, RowBatch, SourceRow } from "./rowBatch.ts";

/** A row with 256 scores takes some 10 KB; longer lines are rejected without being kept in memory. */
export const maxLineBytes = 65_536;

const chunkBytes = 256 * 1_024;
const newline = 10;
const nothing = Buffer.alloc(0);

interface Line {
  readonly bytes: Buffer;
  readonly tooLong: boolean;
  /** The offset after the line and its newline. */
  readonly endOffset: number;
}

/** Reads a file of one JSON value a line (LF or CRLF, UTF-8, a byte order mark is skipped, blank lines are passed over). */
export async function* readNdjsonBatches(
  file: string,
  from: FilePosition,
  batchRows: number,
): AsyncGenerator<RowBatch> {
  let rows: SourceRow[] = [];
  let next = from;
  for await (const line of linesOf(file, from.offset)) {
    const row = rowOf(line, next.line);
    if (row !== null) rows.push(row);
    next = { offset: line.endOffset, line: next.line + 1 };
    if (rows.length === batchRows) {
      yield { rows, next };
      rows = [];
    }
  }
  if (next.offset !== from.offset) yield { rows, next };
}

async function* linesOf(file: string, from: number): AsyncGenerator<Line> {
  let started = nothing;
  let startedBytes = 0;
  let offset = from;
  for await (const chunk of createReadStream(file, { start: from, highWaterMark: chunkBytes })) {
    const bytes: Buffer = chunk;
    let at = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, at)) {
      const length = startedBytes + end - at;
      const tooLong = length > maxLineBytes;
      offset += length + 1;
      const whole = tooLong ? nothing : Buffer.concat([started, bytes.subarray(at, end)]);
      yield { bytes: whole, tooLong, endOffset: offset };
      started = nothing;
      startedBytes = 0;
      at = end + 1;
    }
    startedBytes += bytes.length - at;
    started = startedBytes > maxLineBytes ? nothing : Buffer.concat([started, bytes.subarray(at)]);
  }
  if (startedBytes > 0)
    yield {
      bytes: started,
      tooLong: startedBytes > maxLineBytes,
      endOffset: offset + startedBytes,
    };
}

function rowOf({ bytes, tooLong }: Line, line: number): SourceRow | null {
  if (tooLong)
    return { line, problem: { field: "", rule: `must be at most ${maxLineBytes} bytes` } };
  const text = decode(bytes);
  if (text === null) return { line, problem: { field: "", rule: "must be valid UTF-8" } };
  if (text.trim() === "") return null;
  try {
    return { line, value: JSON.parse(text) };
  } catch {
    return { line, problem: { field: "", rule: "must be valid JSON" } };
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
