import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import { newApiKey } from "../../src/campaigns/apiKey.ts";
import { type AtelierServer, composeServer, listen } from "../../src/compose/server.ts";
import { parseConfig } from "../../src/config.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { dynamodbEndpoint, freshDatabase, freshRedis } from "./servers.ts";

/** The whole ad server on Postgres, Redis and a DynamoDB emulator of its own. */
export interface System {
  readonly server: AtelierServer;
  readonly port: number;
  readonly url: string;
  readonly adminKey: string;
  /** A new key of a manager of the given advertisers. */
  readonly managerKey: (advertiserIds: readonly number[]) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Starts one, on a free port unless `settings` name one. `settings` are environment variables over those of a test. */
export async function startSystem(
  settings: Readonly<Record<string, string>> = {},
): Promise<System> {
  const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  const dataDir = await mkdtemp(join(inject("testDir"), "system-"));
  const scoresTable = `scores-${randomBytes(6).toString("hex")}`;
  const environment = {
    PORT: "0",
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://ads.example",
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    AWS_REGION: "eu-west-3",
    DYNAMODB_ENDPOINT: dynamodbEndpoint(),
    SCORES_TABLE: scoresTable,
    TOKEN_SECRET: randomBytes(32).toString("hex"),
    VISITOR_SECRET: randomBytes(32).toString("hex"),
    TCF_VENDOR_ID: "1",
    TRUST_PROXY: "1",
    REQUIRE_SITE_KEY: "false",
    REQUIRE_SIGNED_VISITORS: "false",
    REQUEST_DEADLINE_MS: "2000",
    ATELIER_DATA_DIR: dataDir,
    LOG_LEVEL: "silent",
    ...settings,
  };
  await createTable(scoresTable);
  const options = { dynamodbCredentials: emulatorCredentials, demoRouters: [] };
  const server = await composeServer(parseConfig(environment, "serve"), options);
  const port = await listen(server.http, "127.0.0.1", Number(environment.PORT));
  const url = `http://127.0.0.1:${port}`;
  const adminKey = await saveKey(server, "admin", []);
  return {
    server,
    port,
    url,
    adminKey,
    managerKey: (advertiserIds) => saveKey(server, "manager", advertiserIds),
    async close() {
      await server.stop();
      await Promise.all([redis.close(), database.drop()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function createTable(name: string): Promise<void> {
  const client = createDynamoDbClient({
    region: "eu-west-3",
    endpoint: dynamodbEndpoint(),
    credentials: emulatorCredentials,
    use: "batch",
  });
  try {
    await ensureScoresTable(client, name);
  } finally {
    client.destroy();
  }
}

async function saveKey(
  server: AtelierServer,
  role: "admin" | "manager",
  advertiserIds: readonly number[],
): Promise<string> {
  const { key, keyHash } = newApiKey(randomBytes(32));
  const fields = { keyHash, role, advertiserIds, label: `test ${role}` };
  await createApiKeyStore(server.stores.db).save(fields, { apiKeyId: null, label: "test" });
  return key;
}
