import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { Redis } from "ioredis";
import { sql } from "kysely";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { openConnection } from "../latency/connection.ts";
import { impressionOf, requestsOf, runOpenLoop } from "../latency/openLoop.ts";
import { raisePriority } from "../latency/priority.ts";
import { type BenchNode, startNode } from "../served/nodes.ts";
import { seedCampaigns } from "../served/seedCampaigns.ts";
import { openStoresOnSecondCore } from "../served/stores.ts";
import { cpuSeconds } from "../support/processes.ts";
import { bodiesOf } from "../support/requests.ts";
import { userAgent } from "../support/wrk.ts";

/**
 * `node bench/capacity/measure.ts`: the figures of `measured.json` that no other benchmark tells, on one node as `serve` starts it
 * (ads alone, on the first core) and real stores: processor time of the node and of Redis for each kind of request, less what both
 * take when nobody asks; bytes in Redis by kind of key, of events, of the ledger; memory. Prints tables for docs/benchmarks.md.
 */
const { values } = parseArgs({
  options: {
    campaigns: { type: "string", default: "100000" },
    requests: { type: "string", default: "8000" },
    rate: { type: "string", default: "1500" },
    realtime: { type: "boolean", default: false },
  },
});
const requestCount = Number(values.requests);
const perSecond = Number(values.rate);
const idleMs = 4_000;
const stores = await openStoresOnSecondCore("capacity");
let node: BenchNode | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void end(130));
const redis = new Redis(stores.redisUrl);
try {
  await seedCampaigns(stores.databaseUrl, Number(values.campaigns));
  // With all that is started from here: the stores but for Redis wait their turn.
  if (values.realtime) for (const pid of [process.pid, await redisPid()]) raisePriority(pid);
  node = await startNode(stores, { role: "ads", core: 0 });
  await measure(node);
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}

async function end(code: number): Promise<void> {
  redis.disconnect();
  await node?.stop();
  await stores.stop();
  process.exit(code);
}

async function redisPid(): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await redis.info("server"))?.[1]);
}

async function redisSeconds(): Promise<number> {
  const info = await redis.info("cpu");
  const read = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return read("used_cpu_user") + read("used_cpu_sys");
}

interface Used {
  readonly node: number;
  readonly redis: number;
}

/** Processor seconds a second while nobody asks. */
async function idle({ pid }: BenchNode): Promise<Used> {
  const before = { node: cpuSeconds(pid), redis: await redisSeconds() };
  await delay(idleMs);
  const seconds = idleMs / 1_000;
  return {
    node: (cpuSeconds(pid) - before.node) / seconds,
    redis: ((await redisSeconds()) - before.redis) / seconds,
  };
}

/** Microseconds of each for one request, at a fixed rate. */
async function costOf(on: BenchNode, requests: readonly Buffer[], at: Used): Promise<Used> {
  const before = { node: cpuSeconds(on.pid), redis: await redisSeconds() };
  const beganMs = performance.now();
  const { errors, latency } = await runOpenLoop({
    ports: [on.port],
    requests,
    perSecond,
    forMs: (requests.length * 1_000) / perSecond,
    connections: 32,
    arrivals: "even",
    random: () => 0.5,
  });
  if (errors > 0) console.error(`${errors} of ${latency.count} were not answered with 200`);
  // What came late is waited for; nothing else is done then.
  const seconds = (performance.now() - beganMs) / 1_000;
  const micros = (used: number, alone: number): number =>
    ((used - alone * seconds) * 1e6) / latency.count;
  return {
    node: micros(cpuSeconds(on.pid) - before.node, at.node),
    redis: micros((await redisSeconds()) - before.redis, at.redis),
  };
}

async function measure(on: BenchNode): Promise<void> {
  const pages = bodiesOf("fill", requestCount);
  const twoAds = pages.map((body) => body.replace('"count":1', '"count":2'));
  const of = (bodies: readonly string[], path = "/v1/ads"): Buffer[] =>
    requestsOf(path, bodies, userAgent);
  await costOf(on, of(pages), { node: 0, redis: 0 });
  const impressions = await seeAll(on, of(pages));
  const alone = await idle(on);
  const rows: readonly (readonly [string, readonly Buffer[]])[] = [
    ["page, one ad", of(pages)],
    ["page, two ads", of(twoAds)],
    ["page, no ad", of(bodiesOf("no-fill", requestCount))],
    ["impression", impressions],
    ["activity, one event", of(activity(), "/v1/activity")],
  ];
  const load1 = (loadavg()[0] ?? 0).toFixed(1);
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}; load average ${load1}; ${requestCount} of each at ${perSecond}/s; alone: ${(alone.node * 100).toFixed(1)} % of the node's core, ${(alone.redis * 100).toFixed(1)} % of Redis'`,
  );
  console.log("\n| | node, CPU µs | Redis, CPU µs |\n| --- | ---: | ---: |");
  for (const [name, requests] of rows) {
    const cost = await costOf(on, requests, alone);
    console.log(`| ${name} | ${cost.node.toFixed(1)} | ${cost.redis.toFixed(1)} |`);
  }
  await tellRedis();
  await delay(1_000);
  tellEvents(on);
  await tellLedger();
  const text = await (await fetch(`${on.url}/metrics`)).text();
  console.log(/^atelier_process_resident_memory_bytes .*$/m.exec(text)?.[0]);
}

/** Impressions of as many ads, none told before. */
async function seeAll({ port }: BenchNode, requests: readonly Buffer[]): Promise<Buffer[]> {
  const seen: Buffer[] = [];
  let next = 0;
  const lanes = Array.from({ length: 8 }, async () => {
    const connection = openConnection(port);
    while (next < requests.length) {
      const request = requests[next++]!;
      const body = await new Promise<Buffer | null>((resolve) =>
        connection.send(request, (answer) => resolve(answer?.body ?? null)),
      );
      const impression = body === null ? null : impressionOf(body);
      if (impression !== null) seen.push(impression);
    }
    connection.close();
  });
  await Promise.all(lanes);
  return seen;
}

function activity(): readonly string[] {
  return Array.from({ length: requestCount }, (_, index) =>
    JSON.stringify({
      visitor: { id: `v-${index % 5_000}`, gdpr: false },
      event: {
        eventId: randomUUID(),
        kind: "listing_view",
        category: "vehicules/voitures",
        itemId: `${2_514_789 + index}`,
        inseeCode: "87085",
      },
    }),
  );
}

/** Mean bytes of keys by their shape. */
async function tellRedis(): Promise<void> {
  const found = new Map<string, number[]>();
  const stream = redis.scanStream({ count: 1_000 });
  for await (const keys of stream) {
    const sampled = (keys as readonly string[]).filter((_, index) => index % 10 === 0);
    for (const key of sampled) {
      const shape = key
        .replace(/^\{(\w):[^}]*\}/, "{$1:…}")
        .replace(/^\{m\d+\}:?(\w+).*/, "{m…}$1");
      const bytes = Number(await redis.call("MEMORY", "USAGE", key, "SAMPLES", "0"));
      found.set(shape, [...(found.get(shape) ?? []), bytes]);
    }
  }
  console.log("\n| key in Redis | sampled | bytes, mean |\n| --- | ---: | ---: |");
  for (const [shape, bytes] of found) {
    if (bytes.length < 10) continue;
    const mean = bytes.reduce((sum, one) => sum + one, 0) / bytes.length;
    console.log(`| \`${shape}\` | ${bytes.length} | ${mean.toFixed(0)} |`);
  }
}

function tellEvents({ port }: BenchNode): void {
  const folder = join(stores.folder, `node-${port}`, "events");
  console.log("\n| event | lines | bytes, mean | packed by 500 |\n| --- | ---: | ---: | ---: |");
  for (const schema of readdirSync(folder)) {
    const files = readdirSync(join(folder, schema)).map((name) => join(folder, schema, name));
    const lines = files.flatMap((file) => readFileSync(file, "utf8").trimEnd().split("\n"));
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    const sample = lines.slice(0, 500).join("\n");
    const packed = gzipSync(sample).length / Buffer.byteLength(sample);
    console.log(
      `| ${schema} | ${lines.length} | ${(bytes / lines.length).toFixed(0)} | ${(packed * 100).toFixed(1)} % |`,
    );
  }
}

async function tellLedger(): Promise<void> {
  const db = createDatabase({
    url: stores.databaseUrl,
    maxConnections: 1,
    statementTimeoutMs: 0,
  });
  const { rows } = await sql<{
    readonly count: number;
    readonly whole: number;
    readonly keys: number;
  }>`select count(*)::int as count, pg_total_relation_size('ledger')::float8 as whole,
      pg_relation_size('ledger_event_unique')::float8 as keys from ledger`.execute(db);
  await db.destroy();
  const [sizes] = rows;
  if (sizes === undefined || sizes.count === 0) throw new Error("the ledger has no rows");
  console.log(
    `\nledger: ${sizes.count} rows of ${(sizes.whole / sizes.count).toFixed(0)} bytes with indexes, ${(sizes.keys / sizes.count).toFixed(0)} of them for event ids`,
  );
}
