import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { type ApiKeyRole, newApiKey } from "../../src/campaigns/apiKey.ts";
import type { Environment } from "../../src/config.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable, type ScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { testActor } from "./campaignStore.ts";
import { type FaultProxy, startFaultProxy } from "./proxy.ts";
import {
  dynamodbEndpoint,
  freshDatabase,
  freshPostgres,
  freshRedis,
  type TestDatabase,
  type TestPostgres,
  type TestRedis,
} from "./servers.ts";

/** The stores of a system, each behind a proxy that can cut, freeze or slow it. */
export interface ProxiedStores {
  readonly postgres: FaultProxy;
  readonly redis: FaultProxy;
  readonly dynamodb: FaultProxy;
  /** The Redis server itself, to be killed, or asked past the proxy. */
  readonly redisServer: TestRedis;
  /** Crashes Postgres under its clients; only of stores that were opened as durable. */
  crashPostgres(): Promise<void>;
  /** The database past the proxy. */
  readonly databaseUrl: string;
  /** The scores table, not through the proxy. */
  readonly scores: ScoresTable;
  readonly visitorKeyOf: (visitorId: string) => string;
  /** What `serve` reads, for any number of nodes on the same stores. */
  readonly environment: Environment;
  giveKey(role: ApiKeyRole, advertiserIds?: readonly number[]): Promise<string>;
  close(): Promise<void>;
}

const secret = "a secret that is long enough for every test";

/**
 * A migrated database, an empty Redis and a scores table of their own. `durable`: what Redis and Postgres have acknowledged
 * outlives their processes, as in production; the Postgres is then one of their own, which takes some seconds.
 */
export async function openProxiedStores({ durable = false } = {}): Promise<ProxiedStores> {
  const opening: Promise<TestDatabase & Partial<Pick<TestPostgres, "crash">>> = durable
    ? freshPostgres()
    : freshDatabase();
  const [database, redisServer] = await Promise.all([opening, freshRedis({ durable })]);
  const [postgres, redis, dynamodb] = await Promise.all([
    startFaultProxy(database.url),
    startFaultProxy(redisServer.url),
    startFaultProxy(dynamodbEndpoint()),
  ]);
  const dataDir = await mkdtemp(join(inject("testDir"), "system-"));
  const table = `scores-${randomBytes(6).toString("hex")}`;
  const client = createDynamoDbClient({
    endpoint: dynamodbEndpoint(),
    region: "eu-west-3",
    credentials: emulatorCredentials,
    use: "batch",
  });
  await ensureScoresTable(client, table);
  const environment: Environment = {
    PORT: "0",
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://ads.example",
    DATABASE_URL: postgres.through(database.url),
    REDIS_URL: redis.through(redisServer.url),
    DYNAMODB_ENDPOINT: dynamodb.through(dynamodbEndpoint()),
    AWS_REGION: "eu-west-3",
    SCORES_TABLE: table,
    TOKEN_SECRET: secret,
    VISITOR_SECRET: secret,
    TCF_VENDOR_ID: "1",
    TRUST_PROXY: "1",
    REQUIRE_SITE_KEY: "false",
    REQUIRE_SIGNED_VISITORS: "false",
    REQUEST_DEADLINE_MS: "2000",
    // Readers of a test share one address and are in a hurry; whoever tests the filter switches it on.
    INVALID_TRAFFIC: "off",
    // The landing pages of tests are nobody's.
    LINK_CHECKS: "off",
    ATELIER_DATA_DIR: dataDir,
    LOG_LEVEL: "silent",
  };
  return {
    postgres,
    redis,
    dynamodb,
    redisServer,
    async crashPostgres() {
      if (database.crash === undefined) throw new Error("this Postgres is also that of others");
      await database.crash();
    },
    databaseUrl: database.url,
    scores: createScoresTable(client, table),
    visitorKeyOf: createVisitorKeyOf(secret),
    environment,
    giveKey: (role, advertiserIds) => giveKey(database.url, role, advertiserIds),
    async close() {
      client.destroy();
      await Promise.all([postgres, redis, dynamodb].map((proxy) => proxy.close()));
      await Promise.all([database.drop(), redisServer.close()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function giveKey(
  databaseUrl: string,
  role: ApiKeyRole,
  advertiserIds: readonly number[] = [],
): Promise<string> {
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 5_000 });
  const { key, keyHash } = newApiKey(randomBytes(32));
  await createApiKeyStore(db).save({ keyHash, role, advertiserIds, label: role }, testActor);
  await db.destroy();
  return key;
}
