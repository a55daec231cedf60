import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

/** Beside `src`, in the repository and in the image alike. */
const built = fileURLToPath(new URL("../../../tag/page/dist", import.meta.url));
const tagName = /^atelier-([\d.]+[0-9a-f]{8})\.js$/;

/** A script as browsers get it, and the same packed. */
export interface PackedScript {
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  readonly br: Buffer;
  /** Changes with the content. */
  readonly etag: string;
}

export interface PageTag {
  /** Of the tag, and part of its address: another content has another one. */
  readonly version: string;
  /** What pages load; it brings the tag. */
  readonly loader: PackedScript;
  readonly tag: PackedScript;
}

/** Gives the function that reads what `scripts/tag-build.ts` has left, once; null = nothing was built. */
export function createReadPageTag(folder: string = built): () => Promise<PageTag | null> {
  let reading: Promise<PageTag | null> | null = null;
  return async () => {
    reading ??= readPageTag(folder);
    try {
      const found = await reading;
      // It may be there after the next build.
      if (found === null) reading = null;
      return found;
    } catch (error) {
      reading = null;
      throw error;
    }
  };
}

async function readPageTag(folder: string): Promise<PageTag | null> {
  const names = await namesIn(folder);
  const name = names.find((one) => tagName.test(one));
  const version = tagName.exec(name ?? "")?.[1];
  if (name === undefined || version === undefined) return null;
  const [loader, tag] = await Promise.all(
    ["atelier.js", name].map((one) => readPacked(join(folder, one))),
  );
  return loader === undefined || tag === undefined ? null : { version, loader, tag };
}

/** None where there is no such folder; any other fault is one. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

async function readPacked(path: string): Promise<PackedScript> {
  const bytes = await readFile(path);
  const [gzipped, br] = await Promise.all([
    promisify(gzip)(bytes, { level: 9 }),
    promisify(brotliCompress)(bytes),
  ]);
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { bytes, gzip: gzipped, br, etag: `"${hash}"` };
}
