import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createAppendLines } from "./appendLines.ts";

/** An event that came from a stream, as its line. */
export interface EventToWrite {
  readonly schema: string;
  readonly occurredAtMs: number;
  readonly line: string;
}

/**
 * Gives the function that writes events of a stream into event files (`<directory>/<schema>/<hour>.ndjson`), which the lake
 * takes in: on the disk when it resolves. Calls take turns. Rejects when the disk fails; some may be written then.
 */
export function createWriteStreamedEvents(
  directory: string,
): (events: readonly EventToWrite[]) => Promise<void> {
  const appendLines = createAppendLines(directory, { isDurable: true });
  let writing: Promise<unknown> = Promise.resolve();
  const writeAll = async (events: readonly EventToWrite[]): Promise<void> => {
    const byFile = Map.groupBy(events, fileOf);
    for (const [file, ones] of byFile)
      await appendLines(file, Buffer.from(ones.map(({ line }) => `${line}\n`).join("")));
  };
  return (events) => {
    const written = writing.catch(() => undefined).then(() => writeAll(events));
    writing = written;
    return written;
  };
}

function fileOf({ schema, occurredAtMs }: EventToWrite): string {
  return `${schema}/${new Date(occurredAtMs).toISOString().slice(0, 13)}.ndjson`;
}

/**
 * Gives the function that keeps what a stream had and is no event, a JSON object a line, in a file a day
 * (`<directory>/rejects/2026-06-01.ndjson`): on the disk when it resolves.
 */
export function createKeepRejects(
  directory: string,
  nowMs: () => number,
): (rejected: readonly object[]) => Promise<void> {
  const appendLines = createAppendLines(directory, { isDurable: true });
  let writing: Promise<unknown> = Promise.resolve();
  return (rejected) => {
    const at = new Date(nowMs()).toISOString();
    const lines = rejected.map((one) => `${JSON.stringify({ at, ...one })}\n`).join("");
    const file = `rejects/${at.slice(0, 10)}.ndjson`;
    const written = writing
      .catch(() => undefined)
      .then(() => appendLines(file, Buffer.from(lines)));
    writing = written;
    return written;
  };
}

/** Deletes files of rejects whose day began before: they may name visitors, and nobody looks at them so late. */
export async function pruneRejects(directory: string, beforeMs: number): Promise<void> {
  const folder = join(directory, "rejects");
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const name of names) {
    const [, day] = /^(\d{4}-\d{2}-\d{2})\.ndjson$/.exec(name) ?? [];
    if (day !== undefined && Date.parse(`${day}T00:00:00Z`) < beforeMs)
      await rm(join(folder, name));
  }
}
