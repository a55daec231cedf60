import { appendFile, mkdir, open } from "node:fs/promises";
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
export function createEventFile(options: EventFileOptions): EventFile {
  const maxBytes = options.maxBufferedBytes ?? defaultBufferedBytes;
  const known: KnownPaths = { folders: new Set(), soundFiles: new Set() };
  let batches = new Map<string, Batch>();
  let bufferedBytes = 0;
  let counts = { written: 0, dropped: 0 };
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const writeBatch = async (file: string, batch: Batch): Promise<void> => {
    try {
      await writeLines(options.directory, file, batch, known);
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
  const emit: EmitEvent = (event) => {
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

interface KnownPaths {
  readonly folders: Set<string>;
  /** Files that end with a whole line, as far as this process knows. */
  readonly soundFiles: Set<string>;
}

const mostSoundFiles = 1_000;

async function writeLines(
  directory: string,
  file: string,
  { bytes, used }: Batch,
  { folders, soundFiles }: KnownPaths,
): Promise<void> {
  const folder = join(directory, file.slice(0, file.indexOf("/")));
  if (!folders.has(folder)) await mkdir(folder, { recursive: true });
  folders.add(folder);
  const path = join(directory, file);
  const isSound = soundFiles.has(file) || (await endsWithNewline(path));
  // Unless it succeeds, the file may end in the middle of a line.
  soundFiles.delete(file);
  // Behind a torn line of somebody who was killed, the first event would be lost with it.
  if (!isSound) await appendFile(path, "\n");
  await appendFile(path, bytes.subarray(0, used));
  if (soundFiles.size >= mostSoundFiles) soundFiles.clear();
  soundFiles.add(file);
}

/** True for a file that is empty or not there, too. */
async function endsWithNewline(path: string): Promise<boolean> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return true;
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    return size === 0 || last[0] === newline;
  } finally {
    await handle.close();
  }
}

const newline = 10;
