import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { addDays, budgetDayBounds, budgetDayOf } from "../../src/budgets/budgetDay.ts";
import { trackingKeyFrom } from "../../src/serving/trackingToken.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import { readBooks } from "./books.ts";
import { conclude, type RunFacts } from "./conclude.ts";
import { createCoordinator } from "./coordinator.ts";
import { type PageCounts, pageKey } from "./figures.ts";
import { writeHistory } from "./history.ts";
import { planKills } from "./kills.ts";
import { readLake } from "./lake.ts";
import { type SimulatedNode, startNode } from "./nodes.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { createOracle } from "./oracle.ts";
import { createCampaigns } from "./setUp.ts";
import { type SimulatedStores, startStores } from "./stores.ts";
import { pagesOfTick } from "./traffic.ts";
import { type Area, buildWorld } from "./world.ts";

/**
 * `npm run simulate`: days of traffic on real ad servers, a real Redis and a real Postgres in minutes, counted twice: by
 * the servers, and by the side of the readers. Ends with 1 when money, caps or counts break a promise.
 */
const holdSeconds = 300;
const hourMs = 3_600_000;
const secret = randomBytes(32).toString("hex");
// As the servers do by themselves.
const clickRatesEveryMs = 60_000;
const trafficEveryMs = 900_000;
const forecastsEveryMs = 1_800_000;

const options = readOptions();
const beganAtMs = performance.now();
const stores = await startStores(options.killPostgres);
try {
  process.exitCode = await simulate(options, stores);
} finally {
  await stores.stop();
}

function readOptions(): Options {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

async function simulate(options: Options, stores: SimulatedStores): Promise<number> {
  const places = readPlaces();
  const areas = buildWorld(options, places);
  const { startMs } = budgetDayBounds(options.from);
  const endMs = budgetDayBounds(addDays(options.from, options.days)).startMs;
  const clock = { nowMs: startMs };
  await writeHistory(areas, options, places, stores.databaseUrl, startMs);
  const nodes = await startNodes(options, stores, startMs);
  try {
    const campaigns = await createCampaigns(areas, options, nodes[0]!, stores.databaseUrl);
    const oracle = createOracle(holdSeconds * 1_000, options.tickSeconds * 1_000);
    const trackingKey = trackingKeyFrom(Buffer.from(secret));
    const deps = { options, areas, campaigns, nodes, oracle, trackingKey };
    const coordinator = createCoordinator(deps);
    const tickMs = options.tickSeconds * 1_000;
    const kills = planKills(options, (endMs - startMs) / tickMs, stores, nodes, () => clock.nowMs);

    progress("campaigns made");
    let tick = 0;
    for (; clock.nowMs < endMs; clock.nowMs += tickMs) {
      await coordinator.tick(clock.nowMs, kills.at(tick));
      await stepJobs(coordinator, tick * tickMs, tickMs, kills.isRedisUp);
      tick += 1;
      if (clock.nowMs % (6 * hourMs) < tickMs)
        progress(
          `${new Date(clock.nowMs).toISOString().slice(0, 16)} UTC, ${coordinator.tally.pages} pages`,
        );
    }
    await kills.settle();
    await settle(clock, tickMs, coordinator, nodes);
    const facts: RunFacts = {
      options,
      campaigns,
      areas,
      oracle,
      tally: coordinator.tally,
      kills: kills.told,
      pages: countPages(areas, options, startMs, endMs),
      seconds: (performance.now() - beganAtMs) / 1_000,
      books: await readBooks(stores.databaseUrl, stores.redisUrl, campaigns),
      lake: await readLake(stores.folder, stores.databaseUrl, options),
    };
    await mkdir(options.out, { recursive: true });
    return await conclude(facts);
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
  }
}

/** The last events, the last holds, the last charges: until nothing is due or waits anywhere. */
async function settle(
  clock: { nowMs: number },
  tickMs: number,
  coordinator: Coordinator,
  nodes: readonly SimulatedNode[],
): Promise<void> {
  for (; coordinator.eventsDue() > 0; clock.nowMs += tickMs)
    await coordinator.quietTick(clock.nowMs);
  // Later than any hold lives.
  clock.nowMs += 2 * holdSeconds * 1_000;
  for (const giveUpAtMs = performance.now() + 60_000; ; ) {
    await coordinator.quietTick(clock.nowMs);
    const states = await Promise.all(nodes.map((node) => node.step(["drain"])));
    const isQuiet = states.every(
      (stepped) =>
        stepped?.error === null &&
        stepped.state.spooledBytes === 0 &&
        stepped.state.unwritten === 0,
    );
    if (isQuiet) break;
    if (performance.now() > giveUpAtMs) {
      console.error(`not settled: ${JSON.stringify(states)}`);
      break;
    }
  }
  // Once more: what was written last may have opened or closed something.
  await coordinator.step(["drain"]);
  await coordinator.stepAll(["events"]);
}

type Coordinator = ReturnType<typeof createCoordinator>;

/** What runs beside requests, when its virtual time has come. */
async function stepJobs(
  coordinator: Coordinator,
  passedMs: number,
  tickMs: number,
  isRedisUp: () => boolean,
): Promise<void> {
  const isDue = (everyMs: number) => passedMs % everyMs < tickMs;
  await coordinator.step(isDue(clickRatesEveryMs) ? ["drain", "clickRates"] : ["drain"]);
  if (isDue(trafficEveryMs)) await coordinator.stepAll(["traffic"]);
  if (isDue(forecastsEveryMs)) await coordinator.stepAll(["forecasts"]);
  // The first server leads as long as it lives; another one takes its place when its lease has lapsed.
  await coordinator.stepFirst(["pacing"]);
  let { isSpooled } = await coordinator.stepAll(["throttles"]);
  // Spooled events are told again after a second of real time: virtual time does not run away meanwhile. Without Redis it does.
  if (isSpooled && isRedisUp()) coordinator.tally.waits += 1;
  while (isSpooled && isRedisUp()) {
    await delay(20);
    ({ isSpooled } = await coordinator.stepAll([]));
  }
}

async function startNodes(
  options: Options,
  stores: SimulatedStores,
  nowMs: number,
): Promise<readonly SimulatedNode[]> {
  const nodes: SimulatedNode[] = [];
  // Two at a time: each reads the places of France first.
  for (let index = 0; index < options.processes; index += 2)
    nodes.push(
      ...(await Promise.all(
        [index, index + 1]
          .filter((number) => number < options.processes)
          .map((number) => startNode(number, environmentOf(number, stores), nowMs)),
      )),
    );
  return nodes;
}

function environmentOf(index: number, stores: SimulatedStores): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? "",
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://ads.example",
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    AWS_REGION: "eu-west-3",
    // Nobody is scored here.
    DYNAMODB_ENDPOINT: "http://127.0.0.1:9",
    SCORES_TABLE: "none",
    TOKEN_SECRET: secret,
    VISITOR_SECRET: secret,
    TCF_VENDOR_ID: "1",
    TRUST_PROXY: "1",
    REQUIRE_SITE_KEY: "false",
    REQUIRE_SIGNED_VISITORS: "false",
    REQUEST_DEADLINE_MS: "2000",
    HOLD_SECONDS: String(holdSeconds),
    ATELIER_DATA_DIR: join(stores.folder, `node-${index}`),
    LOG_LEVEL: process.env.SIMULATE_LOG ?? "silent",
  };
}

/** The same pages once more, counted by commune: the supply that each campaign had. */
function countPages(
  areas: readonly Area[],
  options: Options,
  startMs: number,
  endMs: number,
): PageCounts {
  const counts = new Map<string, number>();
  const tickMs = options.tickSeconds * 1_000;
  for (let at = startMs; at < endMs; at += tickMs) {
    const day = budgetDayOf(at);
    for (const { area, visitor } of pagesOfTick(areas, options, at, tickMs)) {
      const key = pageKey(area.index, day, visitor.inseeCode);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

function progress(what: string): void {
  console.error(`${((performance.now() - beganAtMs) / 1_000).toFixed(0)} s: ${what}`);
}
