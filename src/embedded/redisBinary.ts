import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { SetupError } from "./setupError.ts";

export interface RedisBinary {
  readonly command: string;
  /** For LD_LIBRARY_PATH; "" = the system's. */
  readonly libraryPath: string;
}

export interface FindRedisOptions {
  /** The search path for programs (PATH). */
  readonly searchPath: string;
  /** Where a Redis is unpacked when the machine has none. */
  readonly cacheDir: string;
  readonly log: (line: string) => void;
}

/** @throws SetupError */
export async function findRedis(options: FindRedisOptions): Promise<RedisBinary> {
  const installed = await findOnPath(["redis-server", "valkey-server"], options.searchPath);
  if (installed !== undefined) return { command: installed, libraryPath: "" };
  throw new SetupError("No Redis here.");
}

async function findOnPath(
  names: readonly string[],
  searchPath: string,
): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of searchPath.split(delimiter)) {
      const path = join(folder, name);
      const runs = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (folder !== "" && runs) return path;
    }
  }
  return undefined;
}
