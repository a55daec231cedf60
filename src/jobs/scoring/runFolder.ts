import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { z } from "zod";

/**
 * Where runs keep what they have made:
 * run/            of the run that is under way, or was: activity/ (slices), examples/, trained/, scores.bin
 * models/ID.json  the model that a segment's scores come from
 * published.json  what was published last
 */
export interface RunFolder {
  readonly root: string;
  readonly run: string;
  readonly activity: string;
  readonly spill: string;
  readonly scores: string;
  readonly examples: (dateIndex: number, slice: number) => string;
  readonly model: (segmentId: number) => string;
  readonly trained: (segmentId: number) => string;
}

export function runFolderOf(root: string): RunFolder {
  const run = join(root, "run");
  return {
    root,
    run,
    activity: join(run, "activity"),
    spill: join(run, "spill"),
    scores: join(run, "scores.bin"),
    examples: (dateIndex, slice) => join(run, "examples", `${dateIndex}-${slice}.bin`),
    model: (segmentId) => join(root, "models", `${segmentId}.json`),
    trained: (segmentId) => join(run, "trained", `${segmentId}.json`),
  };
}

/** Replaces a file in one step: a process killed at any moment leaves the old one or the new one. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.draft`;
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(JSON.stringify(value));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

/** Null when it is not there, or is not what the schema describes. */
export async function readJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Forgets the run: its files name visitors, and are not kept longer than they are needed. */
export async function clearRun({ run }: RunFolder): Promise<void> {
  await rm(run, { recursive: true, force: true });
}
