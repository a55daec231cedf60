import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";

/** Appends whole lines to a file of the folder ("ad_event.v1/2026-06-01T10.ndjson"). Rejects when it cannot. */
export type AppendLines = (file: string, lines: Uint8Array) => Promise<void>;

interface KnownPaths {
  readonly folders: Set<string>;
  /** Files that end with a whole line, as far as this process knows. */
  readonly soundFiles: Set<string>;
}

const mostSoundFiles = 1_000;
const newline = 10;

/**
 * Gives the function that appends to the files of a folder, and makes what is not there. Calls for one file must not overlap.
 * With `isDurable` lines are on the disk when it resolves, else they are the system's to write.
 */
export function createAppendLines(
  directory: string,
  { isDurable }: { readonly isDurable: boolean },
): AppendLines {
  const known: KnownPaths = { folders: new Set(), soundFiles: new Set() };
  return async (file, lines) => {
    const folder = join(directory, file.slice(0, file.indexOf("/")));
    if (!known.folders.has(folder)) await mkdir(folder, { recursive: true });
    known.folders.add(folder);
    const path = join(directory, file);
    const isSound = known.soundFiles.has(file) || (await endsWithNewline(path));
    // Unless it succeeds, the file may end in the middle of a line.
    known.soundFiles.delete(file);
    // Behind a torn line of somebody who was killed, the first event would be lost with it.
    await append(path, isSound ? lines : Buffer.concat([Buffer.of(newline), lines]), isDurable);
    if (known.soundFiles.size >= mostSoundFiles) known.soundFiles.clear();
    known.soundFiles.add(file);
  };
}

async function append(path: string, bytes: Uint8Array, isDurable: boolean): Promise<void> {
  const handle = await open(path, "a");
  try {
    await handle.appendFile(bytes);
    if (isDurable) await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** True for a file that is empty or not there, too. */
async function endsWithNewline(path: string): Promise<boolean> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return true;
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    return size === 0 || last[0] === newline;
  } finally {
    await handle.close();
  }
}
