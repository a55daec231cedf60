import { createHash } from "node:crypto";
import { lstat, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SetupError } from "../setupError.ts";

/** Where things go that an unprivileged user must reach when the data folder lies under a private home. Always the same for a data folder. */
export function shelterPath(dataDir: string): string {
  const name = createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 12);
  return join("/var/tmp", `atelier-${name}`);
}

/**
 * Makes the shelter of a data folder. /var/tmp is open to everybody: a folder that somebody else put there is refused.
 * @throws SetupError
 */
export async function createShelter(dataDir: string): Promise<string> {
  const path = shelterPath(dataDir);
  await mkdir(path, { mode: 0o711 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new SetupError(
      `${path} belongs to somebody else: remove it, or choose another data folder with ATELIER_DATA_DIR.`,
    );
  }
  return path;
}
