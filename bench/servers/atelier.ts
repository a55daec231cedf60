import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { createApp, createHttpServer } from "../../src/app.ts";
import { packScores } from "../../src/audience/packedScores.ts";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { sspSchema } from "../../src/campaigns/sspSchema.ts";
import { composeBidLearning } from "../../src/compose/bidLearning.ts";
import { composeBids } from "../../src/compose/bids.ts";
import { createLog } from "../../src/compose/log.ts";
import { gateOf, openLoadDoor } from "../../src/compose/nodeLoad.ts";
import { listen } from "../../src/compose/server.ts";
import { composeServing } from "../../src/compose/serving.ts";
import { indexSites } from "../../src/compose/siteIndex.ts";
import { openStores } from "../../src/compose/stores.ts";
import { tuneEngine } from "../../src/compose/tuneEngine.ts";
import { parseConfig } from "../../src/config.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { healthRouter } from "../../src/routes/health.ts";
import { placesRouter } from "../../src/routes/places.ts";
import { emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { redisReady } from "../../src/stores/redis/connect.ts";
import { visitorScoresKey } from "../../src/stores/redis/readVisitorScores.ts";
import { keepMoneyBuckets } from "../support/money.ts";
import { sspKey, visitorCount } from "../support/requests.ts";
import { benchSecret } from "../support/secret.ts";
import { benchForecasts } from "./forecasts.ts";
import type { MadeSnapshot, SnapshotWish } from "./snapshotWorker.ts";

/**
 * The real serving path (route, consent, place, visitor, decision, hold, signature, events) on a snapshot made in memory
 * and a real Redis; no Postgres, which only forecasts ask. argv: port, campaigns, redis url, folder for events, "gated" to have
 * what it has no time for sent away, "shed-off" for the same gate with nobody sent away ("-" = no gate), name of the skew ("over France"), url of a migrated Postgres for
 * forecasts ("-" = there are none), "tended" where somebody else keeps the money buckets.
 */
const [
  port = "0",
  campaignCount = "1000",
  redisUrl = "",
  folder = "/tmp",
  gated = "-",
  skew = "over France",
  databaseUrl = "-",
  tending = "tends",
] = process.argv.slice(2);
const secret = benchSecret;
const modelVersion = 1;
const config = parseConfig(
  {
    PORT: port,
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://ads.example.fr",
    DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
    REDIS_URL: redisUrl,
    DYNAMODB_ENDPOINT: "http://127.0.0.1:1",
    AWS_REGION: "eu-west-3",
    TOKEN_SECRET: secret,
    VISITOR_SECRET: secret,
    TCF_VENDOR_ID: "1",
    TRUST_PROXY: "1",
    REQUIRE_SITE_KEY: "false",
    REQUIRE_SIGNED_VISITORS: "false",
    HOLD_SECONDS: "10",
    ATELIER_DATA_DIR: folder,
    LOG_LEVEL: "silent",
  },
  "serve",
);
tuneEngine();
const log = createLog("silent");
const stores = await openStores(config, emulatorCredentials, log, { role: "all" });
await redisReady(stores.redis);
await redisReady(stores.jobsRedis);
if (tending === "tends") await keepMoneyBuckets(stores.jobsRedis);
await scoreVisitors();

const { snapshot, builtInMs } = await makeSnapshot(Number(campaignCount));
process.stderr.write(`${campaignCount} campaigns: snapshot built in ${Math.round(builtInMs)} ms\n`);

const sites = indexSites([]);
const metrics = createMetrics();
const at = new Date().toISOString();
const ssp = sspSchema.parse({
  name: "bench",
  seat: "atelier",
  qpsLimit: 100_000,
  // Nobody is shed here: what an answer takes is measured.
  deadlineMs: 2_000,
});
const keyHash = createHash("sha256").update(sspKey).digest("hex");
const ssps = [{ ...ssp, keyHash, sspId: 1, version: 1, createdAt: at, updatedAt: at }];
const { learning } = composeBidLearning(stores, { ssps: () => ssps }, log);
const serving = composeServing(
  config,
  stores,
  {
    snapshot: () => snapshot,
    sites: () => sites,
    activeModelVersion: () => modelVersion,
    paidAllowed: () => true,
    onMoneyLost: () => undefined,
  },
  {
    publicUrl: config.publicUrl,
    mayExplain: async () => ({ advertiserIds: null }),
    findStoredCreative: async () => null,
  },
  log,
);
const load = openLoadDoor(config);
const bids = await composeBids(
  config,
  stores,
  { ssps: () => ssps },
  serving.shared,
  { publicUrl: config.publicUrl, learning, load },
  metrics,
  log,
);
const gate = gateOf(load, config, metrics, log);
const app = createApp({
  answerAds: serving.answerAds,
  answerBid: bids.answerBid,
  routers: {
    health: healthRouter({ checks: [], isStopping: () => false, nowMs: performance.now }),
    tracking: serving.tracking,
    places: placesRouter({ places: stores.places }),
    management: databaseUrl === "-" ? [] : benchForecasts(databaseUrl, folder, stores.places),
  },
  trustedProxies: 1,
  reportFault: (report) => process.stderr.write(`${JSON.stringify(report)}\n`),
});
// As an operator can have it: whoever answers is measured, not who is sent away.
if (gated === "shed-off") load.obey("off");
const http = createHttpServer(gated === "-" ? app : gate(app));
process.stdout.write(`ready ${await listen(http, "127.0.0.1", Number(port))}\n`);

bids.notices.startExchanging();

function makeSnapshot(count: number): Promise<MadeSnapshot> {
  return new Promise((resolve, reject) => {
    const workerData: SnapshotWish = { count, skew };
    const worker = new Worker(new URL("./snapshotWorker.ts", import.meta.url), {
      workerData,
      // A million campaigns, each an object, before they are columns.
      resourceLimits: { maxOldGenerationSizeMb: 8_192 },
    });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

async function scoreVisitors(): Promise<void> {
  const keyOf = createVisitorKeyOf(secret);
  const expiresAtSeconds = Math.floor(Date.now() / 1000) + 86_400;
  for (let index = 0; index < visitorCount; index++) {
    const scores = new Map(
      Array.from({ length: 20 }, (_, segment) => [segment + 1, ((index + segment * 7) % 10) / 10]),
    );
    const packed = packScores({ modelVersion, expiresAtSeconds, scores });
    await stores.jobsRedis.set(visitorScoresKey(keyOf(`v-${index}`)), packed);
  }
}
// Lets a profiler (--cpu-prof) write what it saw.
process.on("SIGTERM", () => process.exit(0));
