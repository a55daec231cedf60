import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { startRedis } from "../../src/embedded/redis.ts";
import { launchTethered } from "../../src/embedded/tether.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { templateDatabase } from "./globalSetup.ts";

export interface TestDatabase {
  readonly url: string;
  /** Closes every connection to it and removes it. */
  drop(): Promise<void>;
}

/** A migrated, empty database of its own on the run's Postgres, cloned from the template. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${name} template ${templateDatabase}`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) };
}

export interface TestRedis {
  readonly url: string;
  /** Kills the server (SIGKILL). Resolves when it is gone, with all that it knew. */
  crash(): Promise<void>;
  /** Starts it again, empty, on the same port. Resolves when it answers. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** An empty Redis server of its own. */
export async function freshRedis(): Promise<TestRedis> {
  const dataDir = await mkdtemp(join(inject("testDir"), "redis-"));
  const folder = join(dataDir, "redis");
  const pidFile = join(folder, "redis.pid");
  const logFile = join(dataDir, "redis.log");
  const options = { dataDir, logFile, durable: false, log: () => undefined };
  const binary = inject("redisBinary");
  const first = await startRedis(options, binary);
  let server: Pick<typeof first, "exited" | "stop"> = first;
  return {
    url: first.url,
    async crash() {
      process.kill(Number(await readFile(pidFile, "utf8")), "SIGKILL");
      await server.exited;
    },
    async restart() {
      server = launchTethered({
        command: binary.command,
        args: [join(folder, "redis.conf")],
        env: { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: binary.libraryPath },
        cwd: folder,
        logFile,
        pidFile,
        stopSignal: "TERM",
        graceMs: 20_000,
      });
      const client = connectRedis({ url: first.url });
      await redisReady(client).finally(() => client.disconnect());
    },
    async close() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The run's DynamoDB emulator. It is shared: name your tables uniquely. Any region and credentials will do. */
export function dynamodbEndpoint(): string {
  return inject("dynamodbUrl");
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
