import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../src/embedded/postgres.ts";
import { findRedis } from "../../src/embedded/redisBinary.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { crashPostgres } from "../../test/support/crashPostgres.ts";
import { startKillableRedis } from "../../test/support/killableRedis.ts";

/** One real Redis, which keeps what it has acknowledged when it is killed, and one real Postgres. */
export interface SimulatedStores {
  readonly folder: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** Kills Redis (SIGKILL) and resolves when it is gone. */
  readonly killRedis: () => Promise<void>;
  /** Resolves when it answers again. */
  readonly restartRedis: () => Promise<void>;
  /** Kills a process of Postgres: all its others end without a word, and it recovers from its log. */
  readonly crashPostgres: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts both and brings the schema up. `crashes`: Postgres writes what it commits to the disk before it says so, as in
 * production; only then may it be crashed.
 */
export async function startStores(crashes: boolean): Promise<SimulatedStores> {
  const folder = await mkdtemp(join(tmpdir(), "atelier-simulate-"));
  // Postgres runs as nobody where we are root.
  await chmod(folder, 0o711);
  const options = (name: string, durable: boolean) => ({
    dataDir: folder,
    logFile: join(folder, `${name}.log`),
    durable,
    log: (line: string) => console.error(line),
  });
  const binary = await findRedis({
    searchPath: process.env.PATH ?? "",
    cacheDir: join(import.meta.dirname, "../../.cache"),
    log: (line) => console.error(line),
  });
  const [postgres, redis] = await Promise.all([
    startPostgres(options("postgres", crashes)),
    startKillableRedis(options("redis", true), binary),
  ]);
  await migrateToLatest(postgres.url);
  return {
    folder,
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    killRedis: redis.crash,
    restartRedis: redis.restart,
    crashPostgres: () => crashPostgres(folder),
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
