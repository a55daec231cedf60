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
interface Batch {
  bytes: Buffer;
  used: number;
  lines: number;
}

const defaultBufferedBytes = 8_388_608;
const firstBatchBytes = 65_536;
const defaultFlushMs = 500;

/**
 * The event stream as files: one JSON line an event, by schema and hour. `emit` only appends to memory; it
 * never waits and never throws. A process that is killed loses what it emitted in the last half second.
 */
export function createEventFile(options: EventFileOptions): EventStream {
  const maxBytes = options.maxBufferedBytes ?? defaultBufferedBytes;
  const appendLines = createAppendLines(options.directory, { isDurable: false });
  let batches = new Map<string, Batch>();
  let bufferedBytes = 0;
  let counts = { written: 0, dropped: 0 };
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const writeBatch = async (file: string, batch: Batch): Promise<void> => {
    try {
      await appendLines(file, batch.bytes.subarray(0, batch.used));
      counts = { ...counts, written: counts.written + batch.lines };
    } catch (error) {
      counts = { ...counts, dropped: counts.dropped + batch.lines };
      options.onError?.(error);
    }
    bufferedBytes -= batch.used;
  };
  const flush = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const full = batches;
    batches = new Map();
    writing = writing.then(async () => {
      for (const [file, batch] of full) await writeBatch(file, batch);
    });
    return writing;
  };
  const emit = (event: ServingEvent): void => {
    const written = closed ? null : writtenEvent(event);
    const lineBytes =
      written === null ? 0 : addLine(batches, written.file, written.line, maxBytes - bufferedBytes);
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

/** Answers the line's bytes; 0 = it has more than `maxBytes` and was left out. */
function addLine(
  batches: Map<string, Batch>,
  file: string,
  line: string,
  maxBytes: number,
): number {
  if (line.length > maxBytes) return 0;
  let batch = batches.get(file);
  if (batch === undefined) {
    batch = { bytes: Buffer.allocUnsafe(firstBatchBytes), used: 0, lines: 0 };
    batches.set(file, batch);
  }
  // No character takes more than three bytes: its exact length is known once it is written.
  const mostBytes = 3 * line.length;
  if (batch.used + mostBytes > batch.bytes.length) {
    const larger = Buffer.allocUnsafe(2 * (batch.used + mostBytes));
    batch.bytes.copy(larger, 0, 0, batch.used);
    batch.bytes = larger;
  }
  const lineBytes = batch.bytes.write(line, batch.used);
  if (lineBytes > maxBytes) return 0;
  batch.used += lineBytes;
  batch.lines++;
  return lineBytes;
}
