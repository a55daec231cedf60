import { open, readFile, rename, rm } from "node:fs/promises";
import { z } from "zod";

const count = z.number().int().nonnegative();
const checkpointSchema = z.object({
  format: z.literal(1),
  /** The state of the file that was being read: another state is another file. */
  file: z.object({ bytes: count, modifiedMs: z.number() }),
  modelVersion: z.number().int().positive(),
  /** Whether the version was reserved for this load, which then makes it the active one. */
  activates: z.boolean(),
  position: z.object({ offset: count, line: z.number().int().positive() }),
  rows: count,
  rejected: count,
  /** The length of the file of rejects at that moment; what stands after it is written again. */
  rejectsBytes: count,
});

/** How far a load had come: everything before `position` is stored, and its rejects are written. */
export type LoadCheckpoint = Readonly<z.infer<typeof checkpointSchema>>;

/** Null when there is none, or when it is not one (it is only ever replaced whole). */
export async function readCheckpoint(file: string): Promise<LoadCheckpoint | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "null";
    throw error;
  });
  try {
    return checkpointSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Replaces the checkpoint in one step: a process killed at any moment leaves the old one or the new one. */
export async function writeCheckpoint(file: string, checkpoint: LoadCheckpoint): Promise<void> {
  const draft = `${file}.draft`;
  const handle = await open(draft, "w");
  try {
    await handle.writeFile(JSON.stringify(checkpoint));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}
