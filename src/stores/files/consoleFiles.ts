import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Beside `src`, in the repository and in the image alike. */
const built = fileURLToPath(new URL("../../../console/dist", import.meta.url));

/** A file of the built console as browsers get it; `gzip` and `br` are the same, packed, where the build has made them. */
export interface ConsoleFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer | null;
  readonly br: Buffer | null;
}

export interface ConsoleFiles {
  /** The page, as it was built; null = nothing was built. */
  readonly readPage: () => Promise<string | null>;
  /** A file by its name below the folder ("icon.svg", "assets/index-a1b2.js"); null = there is none. */
  readonly readFile: (name: string) => Promise<ConsoleFile | null>;
}

const contentTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};
/** At most one folder, and no dot begins a name: nothing leads out. */
const nameShape = /^(?:[a-z]{1,20}\/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}\.([a-z0-9]{2,5})$/;

/**
 * Reads what `vite build` has left in `console/dist`. Files that carry a hash of their content are kept in memory once they
 * were asked for (some megabytes in all); the page is read each time: a new build counts at once.
 */
export function createConsoleFiles(folder = built): ConsoleFiles {
  const known = new Map<string, Promise<ConsoleFile | null>>();
  return {
    readPage: () => readOrNull(join(folder, "index.html")).then((page) => page?.toString() ?? null),
    async readFile(name) {
      const contentType = contentTypes[nameShape.exec(name)?.[1] ?? ""];
      if (contentType === undefined) return null;
      const reading = known.get(name) ?? readPacked(join(folder, name), contentType);
      if (name.startsWith("assets/")) known.set(name, reading);
      const file = await reading;
      // What is not there may be there after the next build, and is not remembered.
      if (file === null) known.delete(name);
      return file;
    },
  };
}

async function readPacked(path: string, contentType: string): Promise<ConsoleFile | null> {
  const [bytes, gzip, br] = await Promise.all(
    [path, `${path}.gz`, `${path}.br`].map((one) => readOrNull(one)),
  );
  return bytes == null ? null : { contentType, bytes, gzip: gzip ?? null, br: br ?? null };
}

/** Null for what is not there; any other fault is one. */
async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}
