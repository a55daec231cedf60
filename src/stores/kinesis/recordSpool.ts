import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { withoutLines } from "./packedRecord.ts";
import { openSegments } from "./spoolSegments.ts";
import type { OutRecord } from "./streamApi.ts";

export interface RecordSpoolOptions {
  /** Created when missing; this process's own. */
  readonly directory: string;
  /** The most bytes kept on disk; records beyond it are not taken. */
  readonly maxBytes: number;
  readonly onError?: (error: unknown) => void;
}

type Send = (records: readonly OutRecord[]) => Promise<{ readonly left: readonly OutRecord[] }>;

export interface RecordSpool {
  /** On the disk when it resolves. False = they do not fit, or the disk failed: they are lost. Never rejects. */
  readonly add: (records: readonly OutRecord[]) => Promise<boolean>;
  /**
   * Hands what waits to `send`, oldest first, in requests of at most 500 records, until some are left over or none waits.
   * Answers how many events went through. A record may be handed over twice, after a crash. Never rejects.
   */
  readonly replay: (send: Send) => Promise<number>;
  /** Takes out the lines of events that `isErased` says; answers how many. Never rejects. */
  readonly forget: (isErased: (line: string) => boolean) => Promise<number>;
  readonly waitingBytes: () => number;
}

export const requestLimits = { records: 500, bytes: 4_194_304 } as const;

/**
 * Records that wait for Kinesis on this machine's disk, as lines of numbered files: they outlive this process, however it ends.
 * New ones go to a file of their own while older files are replayed.
 */
export function createRecordSpool(options: RecordSpoolOptions): RecordSpool {
  const { directory, maxBytes, onError = () => undefined } = options;
  const segments = openSegments(directory);
  let waitingBytes = segments.bytes();
  let adding: Promise<unknown> = Promise.resolve();
  let replaying: Promise<number> | null = null;
  let forgetting: Promise<number> | null = null;
  const free = (bytes: number): void => {
    waitingBytes -= bytes;
  };
  const failed = (error: unknown): number => {
    onError(error);
    return 0;
  };
  const append = async (text: string): Promise<boolean> => {
    try {
      await segments.append(text);
      return true;
    } catch (error) {
      free(text.length);
      onError(error);
      return false;
    }
  };
  const files: SpoolFiles = { closed: () => adding.then(segments.closed), free };
  return {
    add(records) {
      const text = records.map(lineOf).join("");
      if (waitingBytes + text.length > maxBytes) return Promise.resolve(false);
      waitingBytes += text.length;
      const added = adding.then(() => append(text));
      adding = added;
      return added;
    },
    forget(isErased) {
      // One of the two at a time has the files.
      const turn = Promise.all([replaying, forgetting]);
      forgetting = turn.then(() => forgetAll(files, isErased)).catch(failed);
      return forgetting;
    },
    replay(send) {
      replaying ??= Promise.resolve(forgetting)
        .then(() => replayAll(files, send))
        .catch(failed)
        .finally(() => {
          replaying = null;
        });
      return replaying;
    },
    waitingBytes: () => waitingBytes,
  };
}

interface SpoolFiles {
  /** Files that nobody writes to any more, oldest first. */
  readonly closed: () => Promise<readonly string[]>;
  readonly free: (bytes: number) => void;
}

async function replayAll({ closed, free }: SpoolFiles, send: Send): Promise<number> {
  let events = 0;
  for (let files = await closed(); files.length > 0; files = await closed()) {
    for (const file of files) {
      const outcome = await replaySegment(file, send);
      events += outcome.events;
      free(outcome.freedBytes);
      if (!outcome.isDone) return events;
    }
  }
  return events;
}

async function forgetAll(
  { closed, free }: SpoolFiles,
  isErased: (line: string) => boolean,
): Promise<number> {
  let lines = 0;
  for (const file of await closed()) {
    const outcome = await forgetIn(file, isErased);
    lines += outcome.lines;
    free(outcome.freedBytes);
  }
  return lines;
}

async function replaySegment(
  file: string,
  send: Send,
): Promise<{ readonly events: number; readonly freedBytes: number; readonly isDone: boolean }> {
  const text = await readFile(file, "utf8");
  let rest = text.split("\n").flatMap(parseLine);
  let events = 0;
  while (rest.length > 0) {
    const request = firstRequest(rest);
    const { left } = await send(request);
    rest = [...left, ...rest.slice(request.length)];
    events += eventsOf(request) - eventsOf(left);
    if (left.length === 0) continue;
    const kept = await replaceWith(file, rest);
    return { events, freedBytes: text.length - kept, isDone: false };
  }
  await rm(file);
  return { events, freedBytes: text.length, isDone: true };
}

async function forgetIn(
  file: string,
  isErased: (line: string) => boolean,
): Promise<{ readonly lines: number; readonly freedBytes: number }> {
  const text = await readFile(file, "utf8");
  const records: OutRecord[] = [];
  let lines = 0;
  for (const record of text.split("\n").flatMap(parseLine)) {
    const without = await withoutLines(record, isErased);
    lines += record.events - (without?.events ?? 0);
    if (without !== null) records.push(without);
    // Unpacking takes its time: requests come between.
    await setImmediate();
  }
  if (lines === 0) return { lines, freedBytes: 0 };
  return { lines, freedBytes: text.length - (await replaceWith(file, records)) };
}

/** Replaces a file in one step; answers its new length. */
async function replaceWith(file: string, records: readonly OutRecord[]): Promise<number> {
  const kept = records.map(lineOf).join("");
  await writeFile(`${file}.tmp`, kept, { flush: true });
  await rename(`${file}.tmp`, file);
  return kept.length;
}

/** As many of the first records as one request may have; one at least. */
export function firstRequest<R extends Pick<OutRecord, "data">>(
  records: readonly R[],
): readonly R[] {
  let bytes = 0;
  const end = records.findIndex(({ data }, index) => {
    bytes += data.length;
    return index > 0 && (index >= requestLimits.records || bytes > requestLimits.bytes);
  });
  return end === -1 ? records : records.slice(0, end);
}

export const eventsOf = (records: readonly Pick<OutRecord, "events">[]): number =>
  records.reduce((sum, { events }) => sum + events, 0);

function lineOf({ data, hashKey, events }: OutRecord): string {
  return `${JSON.stringify({ hashKey, events, data: data.toString("base64") })}\n`;
}

/** A line cut short by a crash is left out: whoever wrote it was not told that it is safe. */
function parseLine(line: string): readonly OutRecord[] {
  if (line === "") return [];
  try {
    const { hashKey, events, data } = JSON.parse(line);
    const isRecord = /^\d{1,39}$/.test(hashKey) && Number.isInteger(events);
    if (!isRecord || typeof data !== "string") return [];
    return [{ hashKey, events, data: Buffer.from(data, "base64") }];
  } catch {
    return [];
  }
}
