import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Tallies } from "./tally.ts";

const count = z.number().int().nonnegative();
const tallies = z.record(
  z.string(),
  z.object({
    read: count,
    imported: count,
    duplicates: count,
    rejected: count,
    readMicros: z.number(),
    importedMicros: z.number(),
    duplicateMicros: z.number(),
  }),
);

const chunkShape = {
  /** Bytes of a CSV, rows of a Parquet. */
  endOffset: count,
  endLine: count,
  tallies,
  reasons: z.record(z.string(), count),
};

const progressSchema = z.object({
  file: z.string(),
  schema: z.string(),
  /** SHA-256 of what is imported: of the first `offset` bytes, of a Parquet of all. */
  checksum: z.string(),
  checkedBytes: count,
  offset: count,
  line: count,
  chunks: count,
  tallies,
  reasons: z.record(z.string(), count),
});

const pendingSchema = z.object({ startOffset: count, ...chunkShape });

/** How far a file is imported, and what became of its lines so far. */
export type Progress = Readonly<z.infer<typeof progressSchema>> & { readonly tallies: Tallies };
/** What a chunk comes to, written before it is in the lake: it comes to that whether the first or a second try put it there. */
export type PendingChunk = Readonly<z.infer<typeof pendingSchema>> & { readonly tallies: Tallies };

/** Where an import keeps what it knows of a file: beside the table, in the lake's own folder. */
export function progressFolder(lakeFolder: string, schema: string, file: string): string {
  const name = createHash("sha256").update(file).digest("hex").slice(0, 16);
  return join(lakeFolder, "imports", schema, name);
}

export function readProgress(file: string): Promise<Progress | null> {
  return readState(file, progressSchema);
}

export function readPending(folder: string): Promise<PendingChunk | null> {
  return readState(join(folder, "pending.json"), pendingSchema);
}

async function readState<Shape extends z.ZodType>(
  file: string,
  schema: Shape,
): Promise<z.output<Shape> | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return text === null ? null : schema.parse(JSON.parse(text));
}

/** Whole and durable, or not at all. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(`${file}.draft`, "w");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.draft`, file);
}

/** SHA-256 of the first bytes of a file: asked for more and more of them, it reads each once. */
export function createChecksum(file: string): (bytes: number) => Promise<string> {
  let hash = createHash("sha256");
  let hashed = 0;
  return async (bytes) => {
    if (bytes < hashed) [hash, hashed] = [createHash("sha256"), 0];
    if (bytes > hashed)
      for await (const chunk of createReadStream(file, { start: hashed, end: bytes - 1 }))
        hash.update(chunk);
    hashed = bytes;
    return hash.copy().digest("base64url");
  };
}
