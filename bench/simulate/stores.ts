import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../src/embedded/postgres.ts";
import { startRedis } from "../../src/embedded/redis.ts";
import { findRedis } from "../../src/embedded/redisBinary.ts";
import { launchTethered } from "../../src/embedded/tether.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";

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
    cacheDir: new URL("../../.cache", import.meta.url).pathname,
    log: (line) => console.error(line),
  });
  const [postgres, firstRedis] = await Promise.all([
    startPostgres(options("postgres", crashes)),
    startRedis(options("redis", true), binary),
  ]);
  let redis: Pick<typeof firstRedis, "exited" | "stop"> = firstRedis;
  await migrateToLatest(postgres.url);
  const redisFolder = join(folder, "redis");
  const redisPidFile = join(redisFolder, "redis.pid");
  return {
    folder,
    redisUrl: firstRedis.url,
    databaseUrl: postgres.url,
    async killRedis() {
      process.kill(Number(await readFile(redisPidFile, "utf8")), "SIGKILL");
      await redis.exited;
    },
    async restartRedis() {
      redis = launchTethered({
        command: binary.command,
        args: [join(redisFolder, "redis.conf")],
        env: { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: binary.libraryPath },
        cwd: redisFolder,
        logFile: join(folder, "redis.log"),
        pidFile: redisPidFile,
        stopSignal: "TERM",
        graceMs: 20_000,
      });
      const client = connectRedis({ url: firstRedis.url });
      await redisReady(client).finally(() => client.disconnect());
    },
    crashPostgres: () => crashPostgres(join(folder, "postgres")),
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Kills the writer of the log: the postmaster then ends all other processes, recovers, and serves on the same port. */
export async function crashPostgres(clusterFolder: string): Promise<void> {
  const [pid = ""] = (await readFile(join(clusterFolder, "postmaster.pid"), "utf8")).split("\n");
  const children = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...args]) => parent === pid && args.join(" ").includes("walwriter"));
  const [writer] = children[0] ?? [];
  if (writer === undefined) throw new Error(`no writer of Postgres ${pid} found`);
  process.kill(Number(writer), "SIGKILL");
}
