import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { startPostgres } from "../../src/embedded/postgres.ts";
import { startRedisCluster } from "../../src/embedded/redisCluster.ts";
import type { RedisClusterNode } from "../../src/embedded/redisClusterNode.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { crashPostgres } from "./crashPostgres.ts";
import { templateDatabase } from "./globalSetup.ts";
import { type KillableRedis, startKillableRedis } from "./killableRedis.ts";

export interface TestDatabase {
  readonly url: string;
  /** Closes every connection to it and removes it. */
  drop(): Promise<void>;
}

/** A migrated, empty database of its own on the run's Postgres, cloned from the template: by its files, which is half the work. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${name} template ${templateDatabase} strategy file_copy`);
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) };
}

/** A Postgres server of its own, to be crashed. */
export interface TestPostgres extends TestDatabase {
  /** Crashes it under its clients; it recovers with all that it had committed. Resolves at once. */
  crash(): Promise<void>;
}

/** A durable Postgres with a migrated, empty database: some seconds. Prefer {@link freshDatabase}. */
export async function freshPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(inject("testDir"), "postgres-"));
  // Postgres runs as nobody when the tests run as root.
  await chmod(dataDir, 0o711);
  const logFile = join(dataDir, "postgres.log");
  const server = await startPostgres({ dataDir, logFile, durable: true, log: () => undefined });
  await migrateToLatest(server.url);
  return {
    url: server.url,
    crash: () => crashPostgres(dataDir),
    async drop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface TestRedis extends Omit<KillableRedis, "stop"> {
  close(): Promise<void>;
}

/** An empty Redis server of its own (with `TEST_REDIS_CLUSTER=1` a cluster). `durable`: a restart finds all that it had acknowledged, as in production. */
export async function freshRedis({ durable = false } = {}): Promise<TestRedis> {
  const dataDir = await mkdtemp(join(inject("testDir"), "redis-"));
  if (process.env.TEST_REDIS_CLUSTER === "1") return freshCluster(dataDir);
  const logFile = join(dataDir, "redis.log");
  const options = { dataDir, logFile, durable, log: () => undefined };
  const { stop, ...server } = await startKillableRedis(options, inject("redisBinary"));
  return {
    ...server,
    async close() {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same questions to a cluster, of one node: it refuses what is not of one slot, and one FLUSHALL empties it. */
async function freshCluster(folder: string): Promise<TestRedis> {
  const binary = inject("redisBinary");
  const { url, nodes, stop } = await startRedisCluster({ folder, binary, masters: 1, replicas: 0 });
  const all = async (act: (node: RedisClusterNode) => Promise<void>): Promise<void> => {
    await Promise.all(nodes.map(act));
  };
  return {
    url,
    crash: () => all((node) => node.crash()),
    restart: () => all((node) => node.start()),
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The run's DynamoDB emulator. It is shared: name your tables uniquely. Any region and credentials will do. */
export function dynamodbEndpoint(): string {
  return inject("dynamodbUrl");
}

let administrators: pg.Pool | undefined;

/** The connections are kept for the tests that follow; they keep no process from ending. */
async function administer(statement: string): Promise<void> {
  administrators ??= new pg.Pool({
    connectionString: inject("postgresUrl"),
    max: 2,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  }).on("error", () => undefined);
  await administrators.query(statement);
}
