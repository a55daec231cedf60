import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { Agent } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { sql } from "kysely";
import { emulatorCredentials } from "../../../src/stores/dynamodb/client.ts";
import { openKinesis } from "../../../src/stores/kinesis/kinesisApi.ts";
import { createDatabase } from "../../../src/stores/postgres/pool.ts";
import { adsOf, exchange, pageOfLimoges, type ShownAd } from "../../../test/faults/load.ts";
import { until } from "../../../test/support/until.ts";
import { impressionIdOf } from "../books.ts";
import type { Fault, Scene } from "../fault.ts";
import { region, streamName } from "../stores.ts";
import { noAnswer, sumOfMetric } from "../watch.ts";

const run = promisify(execFile);
/** A file may grow no further than this: what a full disk says to the next byte, EFBIG instead of ENOSPC. */
const fullAtBytes = 30_000;
const hourMs = 3_600_000;
const soldMs = 3_000;
const unseenAds = 300;
// As an address: options in the environment end at a space.
const shiftClock = pathToFileURL(
  join(import.meta.dirname, "..", "..", "..", "test", "support", "shiftClock.ts"),
).href;

/** Disks, clocks, rows and records that are not as they should be. */
export const dataFaults: readonly Fault[] = [
  {
    name: "disk-full",
    what: "Redis away for 3 s while no file of one node's disk may grow beyond 30 kB, and 300 ads are seen",
    tells: ["redis"],
    mayLoseTold: true,
    run: fillDisk,
  },
  {
    name: "clock-skew",
    what: "one node serves for 3 s with a clock that is an hour ahead (restarted for it, and back)",
    tells: ["stopping"],
    mayTell: [noAnswer],
    async run({ town: { nodes }, lifted }) {
      await nodes[1]?.stop();
      await nodes[1]?.start({
        NODE_OPTIONS: `--import=${shiftClock}`,
        CLOCK_OFF_MS: String(hourMs),
      });
      await delay(soldMs);
      await nodes[1]?.stop();
      lifted();
      await nodes[1]?.start();
    },
  },
  {
    name: "row-corrupted",
    what: "a campaign's row is broken past the API, and repaired after 2 s",
    tells: [],
    run: breakRow,
  },
  {
    name: "record-poisoned",
    what: "records that are no events are put into the stream",
    tells: [],
    run: poisonStream,
  },
];

async function fillDisk({ town, books, lifted, wrong }: Scene): Promise<void> {
  const { redis } = town.stores;
  const [node] = town.nodes;
  if (node === undefined) throw new Error("there is no node");
  const pid = String(node.pid());
  const before = await sumOfMetric(town, "atelier_spool_lost");
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const ads = await takeAds(node.url(), agent, unseenAds);
  for (const ad of ads) books.given.add(impressionIdOf(ad));
  // Only the soft limit: it is lifted again.
  await run("prlimit", ["--pid", pid, `--fsize=${fullAtBytes}:`]);
  redis.proxy.cut();
  const awayAtMs = performance.now();
  for (const ad of ads) {
    const { status } = await exchange(node.url(), agent, { method: "GET", path: ad.impression });
    if (status === 200) books.answered.add(impressionIdOf(ad));
    else wrong(`a pixel was answered ${status} while the disk was full`);
  }
  agent.destroy();
  await delay(Math.max(0, awayAtMs + soldMs - performance.now()));
  await run("prlimit", ["--pid", pid, "--fsize=unlimited:"]);
  lifted();
  redis.proxy.heal();
  if ((await sumOfMetric(town, "atelier_spool_lost")) === before) wrong("the disk never was full");
}

/** Ads that nobody has seen yet. */
async function takeAds(url: string, agent: Agent, count: number): Promise<readonly ShownAd[]> {
  const ads: ShownAd[] = [];
  for (let number = 1; ads.length < count; number += 2) {
    const headers = { "x-forwarded-for": `10.1.${number % 250}.1` };
    const ask = { method: "POST", path: "/v1/ads", body: pageOfLimoges(number), headers } as const;
    ads.push(...adsOf(await exchange(url, agent, ask)));
  }
  return ads;
}

async function breakRow({ town, load, paid, lifted, wrong }: Scene): Promise<void> {
  const url = town.stores.postgres.url();
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 5_000 });
  const setTimeZone = (timeZone: string) =>
    sql`update campaigns set compiled_zone = jsonb_set(compiled_zone, '{timeZone}', ${JSON.stringify(timeZone)}::jsonb)
      where id = ${paid.campaignId}`.execute(db);
  const { rows } = await sql<{ readonly timeZone: string }>`
    select compiled_zone->>'timeZone' as "timeZone" from campaigns where id = ${paid.campaignId}`.execute(
    db,
  );
  try {
    await setTimeZone("Europe/Atlantide");
    await delay(1_000);
    const brokenAtMs = performance.now();
    await delay(1_000);
    const shown = load.since(brokenAtMs).flatMap(({ ads }) => ads.map((ad) => ad.campaignId));
    if (shown.includes(paid.campaignId)) wrong("the broken campaign was shown");
    if (shown.every((id) => id === paid.campaignId)) wrong("no other campaign was shown");
    lifted();
    const repairedAtMs = performance.now();
    await setTimeZone(rows[0]?.timeZone ?? "");
    await until(() =>
      load
        .since(repairedAtMs)
        .some(({ ads }) => ads.some((ad) => ad.campaignId === paid.campaignId)),
    );
  } finally {
    await db.destroy();
  }
}

const junk = [
  "no JSON",
  '{"schema":"ad_event.v1"}',
  '{"schema":"of_nobody.v9","eventId":"x","occurredAt":"now"}',
];

async function poisonStream({ town, lifted }: Scene): Promise<void> {
  const endpoint = town.stores.kinesis.url();
  const api = openKinesis({
    stream: streamName,
    endpoint,
    region,
    credentials: emulatorCredentials,
  });
  try {
    await api.putRecords(
      junk.map((text, index) => ({ hashKey: String(index), data: Buffer.from(text), events: 1 })),
    );
    lifted();
    const setAside = join(town.workerFolder, "stream", "rejects");
    await until(async () => (await readdir(setAside).catch(() => [])).length > 0, 60_000);
  } finally {
    api.close();
  }
}
