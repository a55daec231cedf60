import type { EventStream } from "../../serving/eventStream.ts";
import type { ServingEvent } from "../../serving/ports.ts";
import { createAppendLines } from "./appendLines.ts";

export interface EventFileOptions {
  /** Created when missing. Files are `<directory>/<schema>/<YYYY-MM-DDTHH>.ndjson`, hours in UTC. */
  readonly directory: string;
  /** The most bytes that wait in memory; events beyond it are dropped and counted. Default 8 MB. */
  readonly maxBufferedBytes?: number;
  /** The longest that an event waits in memory. Default 500 ms. */
  readonly flushAfterMs?: number;
  /** Told of a failed write; its events are dropped and counted. */
  readonly onError?: (error: unknown) => void;
}

/** Lines as bytes: strings that wait half a second would be copied by each collection of garbage meanwhile. */
interface Chunk {
  readonly bytes: Buffer;
  used: number;
  lines: number;
}

const defaultBufferedBytes = 8_388_608;
const chunkBytes = 262_144;
/** Memory that was written before: fresh memory costs more than what is written into it. */
const mostSpareChunks = 16;
const defaultFlushMs = 500;

/**
 * The event stream as files: one JSON line an event, by schema and hour. `emit` only appends to memory; it
 * never waits and never throws. A process that is killed loses what it emitted in the last half second.
 */
export function createEventFile(options: EventFileOptions): EventStream {
  const maxBytes = options.maxBufferedBytes ?? defaultBufferedBytes;
  const appendLines = createAppendLines(options.directory, { isDurable: false });
  let waiting = new Map<string, Chunk[]>();
  const spare: Buffer[] = [];
  let bufferedBytes = 0;
  let counts = { written: 0, dropped: 0 };
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const writeChunk = async (file: string, { bytes, used, lines }: Chunk): Promise<void> => {
    try {
      await appendLines(file, bytes.subarray(0, used));
      counts = { ...counts, written: counts.written + lines };
    } catch (error) {
      counts = { ...counts, dropped: counts.dropped + lines };
      options.onError?.(error);
    }
    bufferedBytes -= used;
    if (bytes.length === chunkBytes && spare.length < mostSpareChunks) spare.push(bytes);
  };
  const flush = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const full = waiting;
    waiting = new Map();
    writing = writing.then(async () => {
      for (const [file, chunks] of full) for (const chunk of chunks) await writeChunk(file, chunk);
    });
    return writing;
  };
  const emit = (event: ServingEvent): void => {
    const written = closed ? null : writtenEvent(event);
    const lineBytes =
      written === null || written.line.length > maxBytes - bufferedBytes
        ? 0
        : addLine(chunkFor(waiting, written, spare), written.line, maxBytes - bufferedBytes);
    if (lineBytes === 0) {
      counts = { ...counts, dropped: counts.dropped + 1 };
      return;
    }
    bufferedBytes += lineBytes;
    timer ??= setTimeout(() => void flush(), options.flushAfterMs ?? defaultFlushMs).unref();
  };
  const close = (): Promise<void> => {
    closed = true;
    return flush();
  };
  return { emit, counts: () => counts, flush, close };
}

/** The line of an event (its envelope) and the file it belongs to; null when it cannot be written as JSON. */
function writtenEvent(
  event: ServingEvent,
): { readonly file: string; readonly line: string } | null {
  const { schema, eventId, occurredAtMs, payload } = event;
  try {
    const { occurredAt, hour } = timeOf(occurredAtMs);
    return {
      file: `${schema}/${hour}.ndjson`,
      line: `${JSON.stringify({ schema, eventId, occurredAt, payload })}\n`,
    };
  } catch {
    return null;
  }
}

// Several events fall into one millisecond, and dates cost as much as the rest of a line.
let latest = { atMs: Number.NaN, occurredAt: "", hour: "" };
function timeOf(atMs: number): { readonly occurredAt: string; readonly hour: string } {
  if (atMs !== latest.atMs) {
    const occurredAt = new Date(atMs).toISOString();
    latest = { atMs, occurredAt, hour: occurredAt.slice(0, 13) };
  }
  return latest;
}

/** The chunk of the line's file that the line is sure to fit into. */
function chunkFor(
  waiting: Map<string, Chunk[]>,
  { file, line }: { readonly file: string; readonly line: string },
  spare: Buffer[],
): Chunk {
  let chunks = waiting.get(file);
  if (chunks === undefined) {
    chunks = [];
    waiting.set(file, chunks);
  }
  // No character takes more than three bytes: its exact length is known once it is written.
  const mostBytes = 3 * line.length;
  const last = chunks.at(-1);
  if (last !== undefined && last.used + mostBytes <= last.bytes.length) return last;
  const bytes =
    mostBytes > chunkBytes
      ? Buffer.allocUnsafeSlow(mostBytes)
      : (spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes));
  const chunk = { bytes, used: 0, lines: 0 };
  chunks.push(chunk);
  return chunk;
}

/** Answers the line's bytes; 0 = it has more than `maxBytes` and was left out. */
function addLine(chunk: Chunk, line: string, maxBytes: number): number {
  const lineBytes = chunk.bytes.write(line, chunk.used);
  if (lineBytes > maxBytes) return 0;
  chunk.used += lineBytes;
  chunk.lines++;
  return lineBytes;
}
