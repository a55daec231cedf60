import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { SetupError } from "../setupError.ts";
import { type RedisBinary, runsAsRedis, unpackRedisFromApt } from "./redisFromApt.ts";
import { runCommand } from "./runCommand.ts";

export interface FindRedisOptions {
  /** The search path for programs (PATH). */
  readonly searchPath: string;
  /** Where a Redis is unpacked when the machine has none. */
  readonly cacheDir: string;
  readonly log: (line: string) => void;
}

const byHand =
  "install Redis 7 or later (for example `apt-get install redis-server` or `brew install redis`) so that `redis-server` is on the PATH, or set REDIS_URL with the other stores and use `npm run serve`";

/**
 * A Redis server to run: the one on the search path, else the one unpacked before, else from the distribution's
 * packages into the cache folder (nothing is installed, no root needed), else from Homebrew.
 * @throws SetupError saying what to do, when there is none to be had
 */
export async function findRedis(options: FindRedisOptions): Promise<RedisBinary> {
  const installed = await findOnPath(["redis-server", "valkey-server"], options.searchPath);
  if (installed !== undefined) return { command: installed, libraryPath: "" };
  const systemPath = `${options.searchPath}${delimiter}/usr/bin${delimiter}/bin${delimiter}/opt/homebrew/bin${delimiter}/usr/local/bin`;
  if ((await findOnPath(["apt-get"], systemPath)) !== undefined) {
    return unpackRedisFromApt(options.cacheDir, options.log).catch((error: unknown) => {
      throw noRedis(`its package could not be fetched; is there a network? (${reason(error)})`);
    });
  }
  const brew = await findOnPath(["brew"], systemPath);
  if (brew !== undefined) return installWithHomebrew(brew, options.log);
  throw noRedis("this system has neither apt-get nor brew");
}

async function installWithHomebrew(
  brew: string,
  log: (line: string) => void,
): Promise<RedisBinary> {
  log("installing Redis with Homebrew");
  try {
    await runCommand(brew, ["install", "--quiet", "redis"]);
    const prefix = (await runCommand(brew, ["--prefix", "redis"])).trim();
    const binary = { command: join(prefix, "bin", "redis-server"), libraryPath: "" };
    if (await runsAsRedis(binary)) return binary;
  } catch (error) {
    throw noRedis(`Homebrew could not install it: ${reason(error)}`);
  }
  throw noRedis("the Redis that Homebrew installed does not run");
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

function noRedis(because: string): SetupError {
  return new SetupError(`There is no Redis on this machine and ${because}. What to do: ${byHand}.`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
