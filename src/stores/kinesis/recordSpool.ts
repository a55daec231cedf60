import { mkdirSync, readdirSync, statSync } from "node:fs";
import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
  readonly waitingBytes: () => number;
}

const segmentShape = /^\d{9}\.ndjson$/;
const segmentBytes = 4_194_304;
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
  const append = async (text: string): Promise<boolean> => {
    try {
      await segments.append(text);
      return true;
    } catch (error) {
      waitingBytes -= text.length;
      onError(error);
      return false;
    }
  };
  const closed = () => adding.then(segments.closed);
  const replayAll = async (send: Send): Promise<number> => {
    let events = 0;
    for (let files = await closed(); files.length > 0; files = await closed()) {
      for (const file of files) {
        const outcome = await replaySegment(file, send);
        events += outcome.events;
        waitingBytes -= outcome.freedBytes;
        if (!outcome.isDone) return events;
      }
    }
    return events;
  };
  return {
    add(records) {
      const text = records.map(lineOf).join("");
      if (waitingBytes + text.length > maxBytes) return Promise.resolve(false);
      waitingBytes += text.length;
      const added = adding.then(() => append(text));
      adding = added;
      return added;
    },
    replay(send) {
      const failed = (error: unknown): number => {
        onError(error);
        return 0;
      };
      replaying ??= replayAll(send)
        .catch(failed)
        .finally(() => {
          replaying = null;
        });
      return replaying;
    },
    waitingBytes: () => waitingBytes,
  };
}

interface Segments {
  /** On the disk when it resolves. */
  readonly append: (text: string) => Promise<void>;
  /** Files that nobody writes to any more, oldest first. Not to be asked while something is appended: it would be read in half. */
  readonly closed: () => readonly string[];
  readonly bytes: () => number;
}

function openSegments(directory: string): Segments {
  mkdirSync(directory, { recursive: true });
  const numbers = (): number[] =>
    readdirSync(directory)
      .filter((name) => segmentShape.test(name))
      .map(Number.parseFloat)
      .sort((a, b) => a - b);
  const path = (number: number): string =>
    join(directory, `${String(number).padStart(9, "0")}.ndjson`);
  // Nobody writes on where another process has stopped: its last line may be torn.
  let current = (numbers().at(-1) ?? 0) + 1;
  let currentBytes = 0;
  const next = (): void => {
    current++;
    currentBytes = 0;
  };
  return {
    async append(text) {
      if (currentBytes >= segmentBytes) next();
      currentBytes += text.length;
      await appendDurably(path(current), text).catch((error: unknown) => {
        next();
        throw error;
      });
    },
    closed() {
      const older = (): number[] => numbers().filter((number) => number < current);
      // One that is still written to is let go only when nothing older waits: not one more a second.
      if (older().length === 0 && currentBytes > 0) next();
      return older().map(path);
    },
    bytes: () => numbers().reduce((sum, number) => sum + statSync(path(number)).size, 0),
  };
}

async function appendDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, "a");
  try {
    await handle.appendFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
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
    const kept = rest.map(lineOf).join("");
    await writeFile(`${file}.tmp`, kept, { flush: true });
    await rename(`${file}.tmp`, file);
    return { events, freedBytes: text.length - kept.length, isDone: false };
  }
  await rm(file);
  return { events, freedBytes: text.length, isDone: true };
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
