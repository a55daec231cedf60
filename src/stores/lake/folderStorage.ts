import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { LakeStorage, StoredObject } from "../../jobs/lakePorts.ts";

/** A lake in a folder of this machine; made when it is first written to. One process writes at a time. */
export function createFolderStorage(folder: string): LakeStorage {
  const manifestFile = (schema: string): string => join(folder, schema, "manifest.json");
  const addressOf = (key: string): string => join(folder, key);
  return {
    addressOf,
    fetch: () => Promise.resolve(),
    forgetOthers: () => Promise.resolve(),
    async readManifest(schema) {
      return readFile(manifestFile(schema), "utf8").catch(ifAbsent(null));
    },
    async replaceManifest(schema, text) {
      const file = manifestFile(schema);
      await mkdir(dirname(file), { recursive: true });
      const draft = `${file}.draft`;
      const handle = await open(draft, "w");
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
      await syncPath(dirname(file));
    },
    async put(key, localFile) {
      const file = addressOf(key);
      await syncPath(localFile);
      await mkdir(dirname(file), { recursive: true });
      await rename(localFile, file);
      await syncPath(dirname(file));
    },
    async list(prefix) {
      const root = join(folder, prefix);
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(
        ifAbsent([]),
      );
      const files = entries.filter((entry) => entry.isFile());
      const found = await Promise.all(
        files.map(({ parentPath, name }) => objectOf(folder, join(parentPath, name))),
      );
      return found.filter((object) => object !== null);
    },
    remove: (key) => rm(addressOf(key), { force: true }),
  };
}

/** A new folder for files on their way into the lake, on the same disk. Whoever makes it removes it. */
export async function makeWorkFolder(folder: string): Promise<string> {
  const work = join(folder, "_work", randomUUID());
  await mkdir(work, { recursive: true });
  return work;
}

async function objectOf(folder: string, file: string): Promise<StoredObject | null> {
  const stats = await stat(file).catch(ifAbsent(null));
  return stats === null
    ? null
    : { key: relative(folder, file), modifiedMs: stats.mtimeMs, bytes: stats.size };
}

/** A rename that is not followed by this may be forgotten when the power goes. */
async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ifAbsent<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return instead;
    throw error;
  };
}
