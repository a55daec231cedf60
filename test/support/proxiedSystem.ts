import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import request from "supertest";
import { inject } from "vitest";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { type ApiKeyRole, newApiKey } from "../../src/campaigns/apiKey.ts";
import {
  type AtelierServer,
  composeServer,
  listen,
  type ServerOptions,
} from "../../src/compose/server.ts";
import { type Environment, parseConfig } from "../../src/config.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoresTable, type ScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { findCreative } from "../../src/targeting/snapshot.ts";
import { campaignBody, nativeBody } from "./campaignBodies.ts";
import { testActor } from "./campaignStore.ts";
import { type FaultProxy, startFaultProxy } from "./proxy.ts";
import { dynamodbEndpoint, freshDatabase, freshRedis, type TestRedis } from "./servers.ts";
import { until } from "./until.ts";

/** The stores of a system, each behind a proxy that can cut, freeze or slow it. */
export interface ProxiedStores {
  readonly postgres: FaultProxy;
  readonly redis: FaultProxy;
  readonly dynamodb: FaultProxy;
  /** The Redis server itself, to be killed, or asked past the proxy. */
  readonly redisServer: TestRedis;
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

/** A migrated database, an empty Redis and a scores table of their own. */
export async function openProxiedStores(): Promise<ProxiedStores> {
  const [database, redisServer] = await Promise.all([freshDatabase(), freshRedis()]);
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
    PUBLIC_URL: "http://ads.example.fr",
    DATABASE_URL: postgres.through(database.url),
    REDIS_URL: redis.through(redisServer.url),
    DYNAMODB_ENDPOINT: dynamodb.through(dynamodbEndpoint()),
    AWS_REGION: "eu-west-3",
    SCORES_TABLE: table,
    TOKEN_SECRET: secret,
    VISITOR_SECRET: secret,
    TCF_VENDOR_ID: "1",
    REQUIRE_SITE_KEY: "false",
    REQUIRE_SIGNED_VISITORS: "false",
    ATELIER_DATA_DIR: dataDir,
    LOG_LEVEL: "silent",
  };
  return {
    postgres,
    redis,
    dynamodb,
    redisServer,
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

export interface ProxiedSystem {
  readonly stores: ProxiedStores;
  readonly server: AtelierServer;
  readonly url: string;
  readonly adminKey: string;
  post(path: string, body: object, key?: string): request.Test;
  patch(path: string, body: object, key?: string): request.Test;
  /** Creates through the API and answers the body; fails the test on a refusal. */
  create(path: string, body: object): Promise<Readonly<Record<string, number>>>;
  /** A shop with one campaign and one native creative; answers the campaign's id once it serves here. */
  openShop(fields?: Readonly<Record<string, unknown>>, trade?: string): Promise<number>;
  close(): Promise<void>;
}

/** A whole ad server in this process, listening, on proxied stores of its own, or on given ones (a second node). */
export async function startProxiedSystem(
  environment: Environment = {},
  given?: ProxiedStores,
  options: Partial<ServerOptions> = {},
): Promise<ProxiedSystem> {
  const stores = given ?? (await openProxiedStores());
  const config = parseConfig({ ...stores.environment, ...environment }, "serve");
  const server = await composeServer(config, {
    dynamodbCredentials: emulatorCredentials,
    demoRouters: [],
    ...options,
  });
  const port = await listen(server.http, config.host, config.port);
  const url = `http://127.0.0.1:${port}`;
  const adminKey = await stores.giveKey("admin");
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const post = (path: string, body: object, key = adminKey) =>
    request(url).post(path).set(bearer(key)).send(body);
  const create: ProxiedSystem["create"] = async (path, body) => {
    const response = await post(path, body);
    if (response.status !== 201) throw new Error(`${path}: ${JSON.stringify(response.body)}`);
    return response.body;
  };
  let shops = 0;
  return {
    stores,
    server,
    url,
    adminKey,
    post,
    patch: (path, body, key = adminKey) => request(url).patch(path).set(bearer(key)).send(body),
    create,
    async openShop(fields = {}, trade = `métier ${++shops}`) {
      const name = `Boutique ${trade}`;
      const advertiser = await create("/v1/advertisers", { name, payerName: name, trade });
      const advertiserId = advertiser.advertiserId ?? 0;
      const campaign = await create("/v1/campaigns", campaignBody({ advertiserId, ...fields }));
      const campaignId = campaign.campaignId ?? 0;
      const creative = await create("/v1/creatives", nativeBody({ campaignId }));
      const { snapshot } = server.jobs.state;
      await until(() => findCreative(snapshot(), campaignId, creative.creativeId ?? 0) !== null);
      return campaignId;
    },
    async close() {
      await server.stop();
      if (given === undefined) await stores.close();
    },
  };
}
