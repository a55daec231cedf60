import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { newApiKey } from "../../src/campaigns/apiKey.ts";
import { startEmbedded } from "../../src/embedded/startEmbedded.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { exchange } from "../../test/faults/load.ts";
import { campaignBody, nativeBody } from "../../test/support/campaignBodies.ts";
import { type Hostile, startHostile } from "./hostile.ts";

/**
 * How long ads take while somebody manages as hard as the API lets him, with management in the process that serves ads and
 * in one of its own: `node bench/isolation/run.ts`, three minutes, on real embedded stores of its own.
 */
const adsPerSecond = 50;
const measureMs = 25_000;
const warmUpMs = 4_000;

interface Measured {
  readonly ads: number;
  readonly unanswered: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const folder = await mkdtemp(join(tmpdir(), "atelier-isolation-"));
// Postgres runs as nobody where we are root.
await chmod(folder, 0o711);
const stores = await startEmbedded({
  dataDir: folder,
  cacheDir: join(import.meta.dirname, "../../.cache"),
  searchPath: process.env.PATH ?? "",
  log: () => undefined,
});
try {
  const key = await prepare();
  for (const processes of ["one", "two"] as const) await measureServer(processes, key);
} finally {
  await stores.stop();
  await rm(folder, { recursive: true, force: true });
}

async function prepare(): Promise<string> {
  await migrateToLatest(stores.databaseUrl);
  const dynamodb = createDynamoDbClient({
    endpoint: stores.dynamodbEndpoint,
    region: "eu-west-3",
    credentials: emulatorCredentials,
    use: "batch",
  });
  await ensureScoresTable(dynamodb, "atelier-scores");
  dynamodb.destroy();
  const db = createDatabase({ url: stores.databaseUrl, maxConnections: 1, statementTimeoutMs: 0 });
  const { key, keyHash } = newApiKey(crypto.getRandomValues(new Uint8Array(32)));
  const fields = { keyHash, role: "admin", advertiserIds: [], label: "bench" } as const;
  await createApiKeyStore(db).save(fields, { apiKeyId: null, label: "bench" });
  await db.destroy();
  return key;
}

async function measureServer(processes: "one" | "two", key: string): Promise<void> {
  const child = fork(new URL("./server.ts", import.meta.url), [processes], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: stores.databaseUrl,
      REDIS_URL: stores.redisUrl,
      DYNAMODB_ENDPOINT: stores.dynamodbEndpoint,
      AWS_REGION: "eu-west-3",
      TOKEN_SECRET: stores.tokenSecret,
      VISITOR_SECRET: stores.visitorSecret,
      TCF_VENDOR_ID: "1",
      PUBLIC_URL: "https://ads.example",
      ATELIER_DATA_DIR: join(folder, processes),
      REQUIRE_SITE_KEY: "false",
      REQUIRE_SIGNED_VISITORS: "false",
      API_REQUESTS_PER_MINUTE: "0",
      LOG_LEVEL: "error",
    },
  });
  try {
    const [{ port }] = await once(child, "message");
    const url = `http://127.0.0.1:${port}`;
    const advertiserId = await openShop(url, key);
    const agent = new Agent({ keepAlive: true });
    await askForAds(url, agent, warmUpMs);
    tell(processes, "nobody manages", await askForAds(url, agent, measureMs), {});
    const hostile: Hostile = await startHostile(url, key, advertiserId);
    await askForAds(url, agent, warmUpMs);
    const measured = await askForAds(url, agent, measureMs);
    // Those that are under way are not waited for: the server is about to go.
    const answered = await Promise.race([hostile.stop(), delay(30_000, {})]);
    tell(processes, "somebody hostile manages", measured, answered);
    agent.destroy();
  } finally {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}

async function openShop(url: string, key: string): Promise<number> {
  const post = async (path: string, body: object): Promise<Readonly<Record<string, number>>> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.status !== 201) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Readonly<Record<string, number>>;
  };
  const { advertiserId = 0 } = await post("/v1/advertisers", { name: "Toits", trade: "couvreur" });
  const fields = { advertiserId, pacing: "asap", dailyBudgetMicros: 90_000_000_000 };
  const { campaignId } = await post("/v1/campaigns", campaignBody(fields));
  await post("/v1/creatives", nativeBody({ campaignId }));
  return advertiserId;
}

/** As visitors come: at a rate of their own, whether the ones before are answered or not. */
async function askForAds(url: string, agent: Agent, forMs: number): Promise<Measured> {
  const beganMs = performance.now();
  const asked: Promise<{ readonly status: number; readonly latencyMs: number }>[] = [];
  for (let dueMs = beganMs; dueMs < beganMs + forMs; dueMs += 1_000 / adsPerSecond) {
    await delay(Math.max(0, dueMs - performance.now()));
    const body = {
      visitor: { id: `v-${asked.length % 1_000}`, gdpr: false },
      place: { search: { postalCode: "87000" } },
      placements: [{ id: "top", formats: ["native"] }],
    };
    asked.push(exchange(url, agent, { method: "POST", path: "/v1/ads", body }));
  }
  const answers = await Promise.all(asked);
  const latencies = answers.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(share * latencies.length)] ?? 0;
  const unanswered = answers.filter(({ status }) => status !== 200).length;
  const maxMs = latencies.at(-1) ?? 0;
  return { ads: answers.length, unanswered, p50Ms: at(0.5), p99Ms: at(0.99), maxMs };
}

function tell(
  processes: string,
  what: string,
  { ads, unanswered, p50Ms, p99Ms, maxMs }: Measured,
  managed: Readonly<Record<string, number>>,
): void {
  const figures = [p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(1)).join(" | ");
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const calls = Object.entries(managed).map(([kind, count]) => `${count} ${kind}`);
  console.log(
    `| ${processes} | ${what} | ${figures} | ${unanswered} of ${ads} | ${load} | ${calls.join(", ")} |`,
  );
}
