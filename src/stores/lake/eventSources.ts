import { createHash } from "node:crypto";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hourEndMs, hourOfEventFile, type LakeHour } from "./hours.ts";
import type { Manifest, SourceMark } from "./manifest.ts";

/** A folder of event files (`<directory>/<schema>/<hour>.ndjson`), and a short name for it that stays. */
export interface EventSource {
  readonly name: string;
  readonly directory: string;
}

/** One event file as it is now, and how far it is in the lake. */
export interface SourceFile {
  /** The key of its mark in the manifest: "node-1/2026-06-01T10.ndjson". */
  readonly key: string;
  readonly path: string;
  readonly hour: LakeHour;
  readonly bytes: number;
  /** When it was last written to. */
  readonly modifiedMs: number;
  /** When it was last written to or renamed. */
  readonly changedMs: number;
  readonly offset: number;
}

const headBytes = 512;
const retiredEnd = ".retired";

/** The event files of a schema, oldest hour first. Other files are left alone. */
export async function listSourceFiles(
  sources: readonly EventSource[],
  schema: string,
  marks: Manifest["sources"],
): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for (const { name: source, directory } of sources) {
    const folder = join(directory, schema);
    for (const name of (await readdir(folder).catch(ifAbsent)).sort()) {
      const hour = hourOfEventFile(name);
      if (hour === null) continue;
      const path = join(folder, name);
      const key = `${source}/${name}`;
      const { size, mtimeMs, ctimeMs } = await stat(path);
      const mark = marks[key] ?? marks[key.slice(0, -retiredEnd.length)];
      const offset = (await isMarked(path, size, mark)) ? (mark?.offset ?? 0) : 0;
      const times = { modifiedMs: mtimeMs, changedMs: ctimeMs };
      files.push({ key, path, hour, bytes: size, ...times, offset });
    }
  }
  return files.sort((a, b) => (a.hour < b.hour ? -1 : a.hour > b.hour ? 1 : 0));
}

/** No event of that schema was told yet. */
function ifAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}

/**
 * Whether the file is the one that was marked: a deleted one may have come back under its name. Read from its beginning it
 * only costs time, as the lake knows its events.
 */
async function isMarked(
  path: string,
  bytes: number,
  mark: SourceMark | undefined,
): Promise<boolean> {
  if (mark === undefined || mark.offset > bytes || mark.headBytes > bytes) return false;
  return (await digestOfHead(path, mark.headBytes)) === mark.head;
}

/** What the manifest keeps of a file that is in the lake up to `offset`. */
export async function markOf({ path }: SourceFile, offset: number): Promise<SourceMark> {
  const bytes = Math.min(offset, headBytes);
  return { offset, headBytes: bytes, head: await digestOfHead(path, bytes) };
}

async function digestOfHead(path: string, bytes: number): Promise<string> {
  const handle = await open(path, "r");
  try {
    const head = Buffer.alloc(bytes);
    await handle.read(head, 0, bytes, 0);
    return createHash("sha256").update(head).digest("base64url");
  } finally {
    await handle.close();
  }
}

/** Nothing more is expected at its end: a line without a newline there is torn. */
export function isClosed({ hour, modifiedMs }: SourceFile, nowMs: number, quietMs: number) {
  return nowMs - hourEndMs(hour) >= quietMs && nowMs - modifiedMs >= quietMs;
}

/**
 * Deletes an event file that is in the lake to its end and was quiet for `keptMs`, in two passes: first it is set aside under
 * another name, so that whoever still writes begins a new file; what was written in that moment is read before the second
 * pass deletes it. Answers whether it is gone.
 */
export async function retire(
  file: SourceFile,
  nowMs: number,
  { keptMs, quietMs }: { readonly keptMs: number; readonly quietMs: number },
): Promise<boolean> {
  const { path, bytes, offset } = file;
  if (offset < bytes) return false;
  if (path.endsWith(retiredEnd)) {
    const { size } = await stat(path);
    if (size > offset || nowMs - file.changedMs < quietMs) return false;
    await rm(path);
    return true;
  }
  if (!isClosed(file, nowMs, keptMs)) return false;
  const aside = `${path}${retiredEnd}`;
  const isTaken = await stat(aside).then(
    () => true,
    () => false,
  );
  if (!isTaken) await rename(path, aside);
  return false;
}
