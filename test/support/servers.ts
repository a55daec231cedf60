import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { startRedis } from "../../src/embedded/redis.ts";
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
  close(): Promise<void>;
}

/** An empty Redis server of its own. */
export async function freshRedis(): Promise<TestRedis> {
  const dataDir = await mkdtemp(join(inject("testDir"), "redis-"));
  const options = {
    dataDir,
    logFile: join(dataDir, "redis.log"),
    durable: false,
    log: () => undefined,
  };
  const server = await startRedis(options, inject("redisBinary"));
  return {
    url: server.url,
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
