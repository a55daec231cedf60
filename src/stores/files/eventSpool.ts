import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SpooledEvent } from "../../serving/recordEvent.ts";

export interface EventSpoolOptions {
  /** Created when missing; this process's own. */
  readonly directory: string;
  /** The most bytes kept on disk; events beyond it are lost and counted. Default 64 MB (about 150,000 events). */
  readonly maxBytes?: number;
}

/** What waits on disk: tracked events, unless told otherwise. */
export interface EventSpool<Waiting = SpooledEvent> {
  /** False = it does not fit any more and is lost. */
  readonly spool: (event: Waiting) => boolean;
  /**
   * Hands the waiting events to `replay`, oldest first, until it answers false or none is left. Answers how many went
   * through. An event may be handed over twice, after a crash. Never rejects.
   */
  readonly replayAll: (replay: (event: Waiting) => Promise<boolean>) => Promise<number>;
  readonly counts: () => { readonly waitingBytes: number; readonly lost: number };
}

const defaultMaxBytes = 67_108_864;
const openFile = "open.ndjson";

/**
 * Tracked events that wait for Redis, on disk: they survive this process. An event is on its way to the disk when `spool`
 * returns; what is lost is what exceeds the bound, and what the machine itself had not written when it lost power.
 */
export function createEventSpool(options: EventSpoolOptions): EventSpool {
  return createSpool(options, isSpooledEvent);
}

/** The same for anything that JSON can hold; `isWaiting` knows it again. */
export function createSpool<Waiting>(
  options: EventSpoolOptions,
  isWaiting: (value: unknown) => value is Waiting,
): EventSpool<Waiting> {
  mkdirSync(options.directory, { recursive: true });
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const path = (name: string): string => join(options.directory, name);
  let waitingBytes = folderBytes(options.directory);
  let lost = 0;
  let replaying: Promise<number> | null = null;
  // Somebody who was killed, or a disk that was full, may have left a part of a line: what follows it would be lost with it.
  let mayBeTorn = openBytes(options.directory) > 0;

  const spool = (event: Waiting): boolean => {
    const line = `${mayBeTorn ? "\n" : ""}${JSON.stringify(event)}\n`;
    if (waitingBytes + line.length > maxBytes) {
      lost++;
      return false;
    }
    mayBeTorn = true;
    try {
      // The answer to the page does not depend on it, but the shop's money does: on disk before the call returns.
      appendFileSync(path(openFile), line);
      mayBeTorn = false;
      waitingBytes += line.length;
      return true;
    } catch {
      lost++;
      return false;
    }
  };
  const replayAll = async (replay: (event: Waiting) => Promise<boolean>): Promise<number> => {
    setOpenFileAside(options.directory);
    let replayed = 0;
    for (const name of readdirSync(options.directory).filter(isSetAside).sort()) {
      const outcome = await replayFile(path(name), replay, isWaiting);
      replayed += outcome.replayed;
      if (!outcome.done) break;
    }
    waitingBytes = folderBytes(options.directory);
    return replayed;
  };
  return {
    spool,
    replayAll(replay) {
      replaying ??= replayAll(replay)
        .catch(() => 0)
        .finally(() => {
          replaying = null;
        });
      return replaying;
    },
    counts: () => ({ waitingBytes, lost }),
  };
}

/** New events go to a new file while the old one is replayed. */
function setOpenFileAside(directory: string): void {
  if (openBytes(directory) === 0) return;
  const number =
    Math.max(0, ...readdirSync(directory).filter(isSetAside).map(Number.parseFloat)) + 1;
  renameSync(
    join(directory, openFile),
    join(directory, `${String(number).padStart(9, "0")}.ndjson`),
  );
}

function openBytes(directory: string): number {
  return statSync(join(directory, openFile), { throwIfNoEntry: false })?.size ?? 0;
}

function isSetAside(name: string): boolean {
  return /^\d{9}\.ndjson$/.test(name);
}

function folderBytes(directory: string): number {
  const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Replays one file and deletes it; what did not go through is written back. */
async function replayFile<Waiting>(
  file: string,
  replay: (event: Waiting) => Promise<boolean>,
  isWaiting: (value: unknown) => value is Waiting,
): Promise<{ readonly replayed: number; readonly done: boolean }> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  let replayed = 0;
  for (const [index, line] of lines.entries()) {
    const event = parseLine(line, isWaiting);
    if (event !== null && !(await replay(event))) {
      await writeFile(`${file}.tmp`, `${lines.slice(index).join("\n")}\n`);
      renameSync(`${file}.tmp`, file);
      return { replayed, done: false };
    }
    if (event !== null) replayed++;
  }
  await rm(file);
  rmSync(`${file}.tmp`, { force: true });
  return { replayed, done: true };
}

/** A line cut short by a crash, or written by somebody else, is left out. */
function parseLine<Waiting>(
  line: string,
  isWaiting: (value: unknown) => value is Waiting,
): Waiting | null {
  try {
    const event: unknown = JSON.parse(line);
    return isWaiting(event) ? event : null;
  } catch {
    return null;
  }
}

function isSpooledEvent(event: unknown): event is SpooledEvent {
  if (typeof event !== "object" || event === null) return false;
  const { kind, claims, occurredAtMs } = event as Partial<SpooledEvent>;
  const isKind = kind === "impression" || kind === "viewable" || kind === "click";
  return isKind && typeof claims === "object" && claims !== null && Number.isInteger(occurredAtMs);
}
