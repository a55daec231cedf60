import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newApiKey } from "../../src/campaigns/apiKey.ts";
import type { Environment } from "../../src/config.ts";
import { type Embedded, startEmbedded } from "../../src/embedded/startEmbedded.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";

/** Real stores of a benchmark's own, as `npm start` has them: Postgres writes what it commits to the disk. */
export interface BenchStores extends Pick<Embedded, "databaseUrl" | "redisUrl"> {
  readonly folder: string;
  /** An administrator's key. */
  readonly key: string;
  /** What `serve` needs to run on them. */
  readonly environment: Environment;
  readonly stop: () => Promise<void>;
}

/** Holds lapse soon, so that what nobody sees is not kept for five minutes. */
const holdSeconds = 30;

/** Starts them on the second core, with this process and all that it starts without saying otherwise. */
export async function openStoresOnSecondCore(name: string): Promise<BenchStores> {
  execFileSync("taskset", ["-acp", "1", `${process.pid}`], { stdio: "ignore" });
  return openBenchStores(name);
}

export async function openBenchStores(name: string): Promise<BenchStores> {
  const folder = await mkdtemp(join(tmpdir(), `atelier-${name}-`));
  // Postgres runs as nobody where we are root.
  await chmod(folder, 0o711);
  const stores = await startEmbedded({
    dataDir: folder,
    cacheDir: join(import.meta.dirname, "../../.cache"),
    searchPath: process.env.PATH ?? "",
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const key = await prepare(stores);
  return {
    databaseUrl: stores.databaseUrl,
    redisUrl: stores.redisUrl,
    folder,
    key,
    environment: environmentOf(stores, folder),
    async stop() {
      await stores.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function environmentOf(stores: Embedded, folder: string): Environment {
  return {
    PATH: process.env.PATH,
    HOST: "127.0.0.1",
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    DYNAMODB_ENDPOINT: stores.dynamodbEndpoint,
    AWS_REGION: "eu-west-3",
    AWS_ACCESS_KEY_ID: emulatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulatorCredentials.secretAccessKey,
    TOKEN_SECRET: stores.tokenSecret,
    VISITOR_SECRET: stores.visitorSecret,
    TCF_VENDOR_ID: "1",
    TRUST_PROXY: "1",
    PUBLIC_URL: "https://ads.example.fr",
    REQUIRE_SITE_KEY: "false",
    REQUIRE_SIGNED_VISITORS: "false",
    API_REQUESTS_PER_MINUTE: "0",
    HOLD_SECONDS: `${holdSeconds}`,
    LOG_LEVEL: "error",
    ATELIER_DATA_DIR: folder,
  };
}

async function prepare({ databaseUrl, dynamodbEndpoint }: Embedded): Promise<string> {
  await migrateToLatest(databaseUrl);
  const dynamodb = createDynamoDbClient({
    endpoint: dynamodbEndpoint,
    region: "eu-west-3",
    credentials: emulatorCredentials,
    use: "batch",
  });
  await ensureScoresTable(dynamodb, "atelier-scores");
  dynamodb.destroy();
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 0 });
  const { key, keyHash } = newApiKey(randomBytes(32));
  const fields = { keyHash, role: "admin", advertiserIds: [], label: "bench" } as const;
  await createApiKeyStore(db).save(fields, { apiKeyId: null, label: "bench" });
  await db.destroy();
  return key;
}
