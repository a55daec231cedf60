import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EmitEvent, ServingEvent } from "../../serving/ports.ts";

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

export interface EventFile {
  readonly emit: EmitEvent;
  readonly counts: () => { readonly written: number; readonly dropped: number };
  /** Writes what is buffered now. Never rejects. */
  readonly flush: () => Promise<void>;
  /** Writes what is buffered; later events are dropped and counted. Never rejects. */
  readonly close: () => Promise<void>;
}

interface Batch {
  lines: string[];
  bytes: number;
}

const defaultBufferedBytes = 8_388_608;
const defaultFlushMs = 500;

/**
 * The event stream of an embedded start: one JSON line an event, by schema and hour. `emit` only appends to memory; it
 * never waits and never throws. A process that is killed loses what it emitted in the last half second.
 */
export function createEventFile(options: EventFileOptions): EventFile {
  const maxBytes = options.maxBufferedBytes ?? defaultBufferedBytes;
  const knownFolders = new Set<string>();
  let batches = new Map<string, Batch>();
  let bufferedBytes = 0;
  let counts = { written: 0, dropped: 0 };
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const writeBatch = async (file: string, batch: Batch): Promise<void> => {
    try {
      await writeLines(options.directory, file, batch.lines, knownFolders);
      counts = { ...counts, written: counts.written + batch.lines.length };
    } catch (error) {
      counts = { ...counts, dropped: counts.dropped + batch.lines.length };
      options.onError?.(error);
    }
    bufferedBytes -= batch.bytes;
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
  const emit: EmitEvent = (event) => {
    const line = toLine(event);
    if (closed || line === null || bufferedBytes + line.length > maxBytes) {
      counts = { ...counts, dropped: counts.dropped + 1 };
      return;
    }
    addLine(batches, fileOf(event), line);
    bufferedBytes += line.length;
    timer ??= setTimeout(() => void flush(), options.flushAfterMs ?? defaultFlushMs).unref();
  };
  const close = (): Promise<void> => {
    closed = true;
    return flush();
  };
  return { emit, counts: () => counts, flush, close };
}

/** The line of an event: its envelope, without a line break; null when it cannot be written as JSON. */
function toLine(event: ServingEvent): string | null {
  const { schema, eventId, occurredAtMs, payload } = event;
  try {
    const occurredAt = new Date(occurredAtMs).toISOString();
    return `${JSON.stringify({ schema, eventId, occurredAt, payload })}\n`;
  } catch {
    return null;
  }
}

function fileOf(event: ServingEvent): string {
  return `${event.schema}/${new Date(event.occurredAtMs).toISOString().slice(0, 13)}.ndjson`;
}

function addLine(batches: Map<string, Batch>, file: string, line: string): void {
  const batch = batches.get(file) ?? { lines: [], bytes: 0 };
  batch.lines.push(line);
  batch.bytes += line.length;
  batches.set(file, batch);
}

async function writeLines(
  directory: string,
  file: string,
  lines: readonly string[],
  knownFolders: Set<string>,
): Promise<void> {
  const folder = join(directory, file.slice(0, file.indexOf("/")));
  if (!knownFolders.has(folder)) await mkdir(folder, { recursive: true });
  knownFolders.add(folder);
  await appendFile(join(directory, file), lines.join(""));
}
