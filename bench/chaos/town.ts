import { join } from "node:path";
import { newApiKey } from "../../src/campaigns/apiKey.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import {
  type ServingProcess,
  servingPort,
  startServing,
} from "../../test/faults/servingProcess.ts";
import { type Balancer, startBalancer } from "../../test/support/balancer.ts";
import { campaignBody, nativeBody } from "../../test/support/campaignBodies.ts";
import { type StartedProcess, startProcess } from "../../test/support/process.ts";
import { type ChaosStores, region, scoresTable, streamName } from "./stores.ts";

export const deadlineMs = 300;
export const secret = "a secret that is long enough for chaos";
const main = join(import.meta.dirname, "..", "..", "src", "main.ts");
const nodeCount = 2;
/** A busy machine takes its time. */
const startWithinMs = 180_000;

export interface Shop {
  readonly campaignId: number;
  readonly advertiserId: number;
  /** Of one impression. */
  readonly priceMicros: number;
  /** Null = no end. */
  readonly budgetMicros: number | null;
}

/** A process of ours, which may be killed and started again where it was. */
export interface Program {
  readonly url: () => string;
  readonly pid: () => number;
  readonly kill: () => Promise<void>;
  /** Asks it to end (SIGTERM) and waits for that. */
  readonly stop: () => Promise<void>;
  readonly start: (more?: Environment) => Promise<void>;
}

/** Two ad nodes behind a balancer, a management process and a worker, on real stores. */
export interface Town {
  readonly stores: ChaosStores;
  readonly nodes: readonly Program[];
  readonly management: Program;
  readonly worker: Program;
  readonly balancer: Balancer;
  readonly eventsFolder: string;
  /** Of the worker: what was no event is kept below it. */
  readonly workerFolder: string;
  readonly redisUrl: () => string;
  /** Asks the management API as an administrator; rejects on a refusal. */
  readonly manage: (method: string, path: string, body?: object) => Promise<Answer>;
  readonly openShop: (fields: Readonly<Record<string, unknown>>) => Promise<Shop>;
  /** Every process is started again with another Redis. */
  readonly moveRedis: (url: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

type Environment = Readonly<Record<string, string>>;
type Answer = Readonly<Record<string, number>>;

/** Starts everything; resolves when both nodes are ready. */
export async function openTown(stores: ChaosStores): Promise<Town> {
  let redisUrl = stores.redis.proxy.through(stores.redis.url());
  const eventsFolder = join(stores.folder, "events");
  const folderOf = (name: string) => join(stores.folder, "data", name);
  const environmentOf = (name: string, more: Environment): Environment => ({
    ...environment(stores, eventsFolder),
    REDIS_URL: redisUrl,
    ATELIER_DATA_DIR: folderOf(name),
    ...more,
  });
  const serving = (name: string, role: string) =>
    startServer((more) => environmentOf(name, { SERVER_ROLE: role, ...more }));
  const nodes = await Promise.all(
    Array.from({ length: nodeCount }, (_, index) => serving(`node-${index}`, "ads")),
  );
  const management = await serving("management", "management");
  const worker = await startWorker((more) => environmentOf("worker", more));
  const balancer = await startBalancer(nodes.map((node) => node.url()));
  const key = await giveKey(stores.postgres.url());
  const manage: Town["manage"] = (method, path, body) =>
    askManagement(management.url(), key, method, path, body);
  return {
    ...{ stores, nodes, management, worker, balancer, eventsFolder, manage },
    workerFolder: folderOf("worker"),
    redisUrl: () => redisUrl,
    openShop: (fields) => openShop(manage, fields),
    async moveRedis(url) {
      const all = [...nodes, management];
      await Promise.all(all.map((program) => program.stop()));
      redisUrl = url;
      await Promise.all(all.map((program) => program.start()));
    },
    async stop() {
      balancer.close();
      await Promise.all([...nodes, management, worker].map((program) => program.kill()));
    },
  };
}

function environment(stores: ChaosStores, eventsFolder: string): Environment {
  return {
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://ads.example",
    DATABASE_URL: stores.postgres.proxy.through(stores.postgres.url()),
    DYNAMODB_ENDPOINT: stores.throttles.dynamodb.url,
    SCORES_TABLE: scoresTable,
    EVENT_STREAM: "kinesis",
    KINESIS_ENDPOINT: stores.throttles.kinesis.url,
    KINESIS_STREAM: streamName,
    EVENTS_DIR: eventsFolder,
    AWS_REGION: region,
    TOKEN_SECRET: secret,
    VISITOR_SECRET: secret,
    TCF_VENDOR_ID: "1",
    // The readers of a town have many addresses: what one may hold of a small budget is bounded.
    TRUST_PROXY: "1",
    REQUIRE_SITE_KEY: "false",
    REQUIRE_SIGNED_VISITORS: "false",
    REQUEST_DEADLINE_MS: String(deadlineMs),
    DRAIN_SECONDS: "1",
    INVALID_TRAFFIC: "off",
    LINK_CHECKS: "off",
    API_REQUESTS_PER_MINUTE: "0",
    LOG_LEVEL: process.env.CHAOS_LOG ?? "silent",
  };
}

async function startServer(environmentWith: (more: Environment) => Environment): Promise<Program> {
  const port = await servingPort();
  let running: ServingProcess = await startServing(environmentWith({}), port);
  return {
    url: () => running.url,
    pid: () => running.pid,
    kill: () => running.kill(),
    async stop() {
      await running.stop();
    },
    async start(more = {}) {
      running = await startServing(environmentWith(more), port);
    },
  };
}

async function startWorker(environmentWith: (more: Environment) => Environment): Promise<Program> {
  const launch = async (more: Environment): Promise<StartedProcess> => {
    const started = startProcess(process.execPath, [main, "worker"], {
      env: {
        PATH: process.env.PATH,
        AWS_ACCESS_KEY_ID: "embedded",
        AWS_SECRET_ACCESS_KEY: "embedded",
        ...environmentWith(more),
      },
    });
    await started.waitForLine(/Reading/, startWithinMs);
    return started;
  };
  let running = await launch({});
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running.kill(signal);
    await running.exited;
  };
  return {
    url: () => "",
    pid: () => running.pid,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    async start(more = {}) {
      running = await launch(more);
    },
  };
}

async function giveKey(databaseUrl: string): Promise<string> {
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 5_000 });
  const { key, keyHash } = newApiKey(crypto.getRandomValues(new Uint8Array(32)));
  const fields = { keyHash, role: "admin", advertiserIds: [], label: "chaos" } as const;
  await createApiKeyStore(db).save(fields, { apiKeyId: null, label: "chaos" });
  await db.destroy();
  return key;
}

async function askManagement(
  url: string,
  key: string,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as Answer;
}

let shops = 0;

async function openShop(
  manage: Town["manage"],
  fields: Readonly<Record<string, unknown>>,
): Promise<Shop> {
  const name = `Boutique ${++shops}`;
  const { advertiserId = 0 } = await manage("POST", "/v1/advertisers", {
    name,
    payerName: name,
    trade: `métier ${shops}`,
  });
  const campaign = campaignBody({
    advertiserId,
    pacing: "asap",
    dailyBudgetMicros: null,
    ...fields,
  });
  const { campaignId = 0 } = await manage("POST", "/v1/campaigns", campaign);
  await manage("POST", "/v1/creatives", nativeBody({ campaignId }));
  const { totalBudgetMicros = null } = fields as { readonly totalBudgetMicros?: number | null };
  const priceMicros = campaign.bidMicros / 1_000;
  return { campaignId, advertiserId, priceMicros, budgetMicros: totalBudgetMicros };
}
