import { existsSync } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startDynamoDb } from "../../src/embedded/dynamodb.ts";
import { startPostgres } from "../../src/embedded/postgres.ts";
import { findRedis } from "../../src/embedded/redisBinary.ts";
import type { RedisBinary } from "../../src/embedded/redisFromApt.ts";
import type { EmbeddedServer } from "../../src/embedded/server.ts";
import { makeTestFolder } from "./testFolder.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A database of the test Postgres; new databases are cloned from `templateDatabase`. */
    readonly postgresUrl: string;
    readonly dynamodbUrl: string;
    readonly redisBinary: RedisBinary;
    readonly testDir: string;
  }
}

export const templateDatabase = "atelier_template";
const repository = join(import.meta.dirname, "..", "..");

/** Starts one Postgres and one DynamoDB emulator for the whole run, and prepares the migrated template. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const testDir = await makeTestFolder();
  // Postgres runs as nobody when the tests run as root.
  await chmod(testDir, 0o711);
  const started: EmbeddedServer[] = [];
  const teardown = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
    await rm(testDir, { recursive: true, force: true });
  };
  const keep = async (starting: Promise<EmbeddedServer>): Promise<EmbeddedServer> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  const options = (name: string) => ({
    dataDir: testDir,
    logFile: join(testDir, `${name}.log`),
    durable: false,
    log: () => undefined,
  });
  try {
    const outcomes = await Promise.allSettled([
      keep(startPostgres(options("postgres"))),
      keep(startDynamoDb(options("dynamodb"))),
      findRedis({
        searchPath: process.env.PATH ?? "",
        cacheDir: join(repository, ".cache"),
        log: console.log,
      }),
    ]);
    const [postgres, dynamodb, redisBinary] = outcomes.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    }) as [EmbeddedServer, EmbeddedServer, RedisBinary];
    await createTemplate(postgres.url);
    project.provide("postgresUrl", postgres.url);
    project.provide("dynamodbUrl", dynamodb.url);
    project.provide("redisBinary", redisBinary);
    project.provide("testDir", testDir);
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

async function createTemplate(postgresUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(`create database ${templateDatabase}`);
  await client.end();
  const migrate = join(repository, "src", "stores", "postgres", "migrate.ts");
  if (!existsSync(migrate)) return;
  const { migrateToLatest } = (await import(migrate)) as {
    migrateToLatest: (url: string) => Promise<unknown>;
  };
  const url = new URL(postgresUrl);
  url.pathname = `/${templateDatabase}`;
  await migrateToLatest(url.href);
}
