import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MediaFile, MediaStore } from "../../media/mediaStore.ts";

/**
 * Pictures in a folder, in 256 folders by the first digits of their names. A file appears whole or not at all: it is
 * written beside its place and renamed.
 */
export function createMediaFiles(directory: string): MediaStore {
  const folderOf = (name: string): string => join(directory, name.slice(0, 2));
  const pathOf = (name: string): string => join(folderOf(name), checked(name));
  const write = async ({ name, bytes }: MediaFile): Promise<void> => {
    const path = pathOf(name);
    const draft = `${path}.${randomUUID()}.part`;
    await mkdir(folderOf(name), { recursive: true });
    try {
      await writeFile(draft, bytes, { flush: true });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  };
  return {
    async put(files) {
      for (const file of files) await write(file);
    },
    async get(name) {
      try {
        return await readFile(pathOf(name));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
    },
    async delete(names) {
      await Promise.all(names.map((name) => rm(pathOf(name), { force: true })));
    },
  };
}

/** Whoever asks has checked it already; a name that leads elsewhere must not get here all the same. */
function checked(name: string): string {
  if (!/^[0-9a-f]{32}-\d{1,4}x\d{1,4}\.(jpg|webp)$/.test(name)) {
    throw new Error("this is not the name of a picture");
  }
  return name;
}
