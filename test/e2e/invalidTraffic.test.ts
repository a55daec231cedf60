import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "../support/browser.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const clickMicros = 300_000;
let stores: ProxiedStores;
let system: System;
let cpcId: number;
let cpmId: number;
const hourMs = 3_600_000;
/** Ten minutes past: what is counted by the clock hour must not begin anew while the test moves on by minutes. */
let nowMs = Math.floor(Date.now() / hourMs) * hourMs + 600_000;

beforeAll(async () => {
  stores = await openProxiedStores();
  const ranges = join(String(stores.environment.ATELIER_DATA_DIR), "ranges.txt");
  await writeFile(ranges, "# a cloud\n198.51.100.0/24\n2001:db8:c10d::/48\n");
  system = await startSystem(
    {
      INVALID_TRAFFIC: "filter",
      TRUST_PROXY: "1",
      DATA_CENTRE_RANGES_FILE: ranges,
      MAX_CLICKS_PER_ADDRESS: "4",
    },
    stores,
    { clock: { nowMs: () => nowMs, correct: async () => undefined } },
  );
  const budget = { dailyBudgetMicros: 900_000_000, pacing: "asap" };
  cpcId = await system.openShop({ pricing: "cpc", bidMicros: clickMicros, ...budget });
  cpmId = await system.openShop({ pricing: "cpm", bidMicros: 4_000_000, ...budget });
});
afterAll(async () => {
  await system.close();
  await stores.close();
});

interface Ad {
  readonly campaignId: number;
  readonly tracking: Readonly<Record<"impression" | "viewable" | "click", string>>;
}

async function ask(address: string, userAgent = browser, body: object = {}) {
  const answer = await request(system.url)
    .post("/v1/ads")
    .set({ "x-forwarded-for": address, "user-agent": userAgent })
    .send({
      visitor: { gdpr: false },
      place: { search: { postalCode: "87000" } },
      placements: [{ id: "top", count: 2 }],
      ...body,
    });
  expect(answer.status).toBe(200);
  return answer.body as {
    readonly invalidTraffic?: string;
    readonly placements: readonly { readonly ads: readonly Ad[] }[];
  };
}

async function adFor(campaignId: number, address: string): Promise<Ad> {
  const { placements } = await ask(address);
  const ad = placements[0]?.ads.find((one) => one.campaignId === campaignId);
  if (ad === undefined) throw new Error(`campaign ${campaignId} does not show`);
  return ad;
}

const tell = (url: string, address: string, userAgent = browser) =>
  request(system.url)
    .get(new URL(url).pathname)
    .redirects(0)
    .set({ "x-forwarded-for": address, "user-agent": userAgent });

/** The rows of one kind of event of a campaign, as "micros reason". */
async function rowsOf(campaignId: number, kind: string): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly row: string }>`
    select amount_micros || ' ' || coalesce(uncharged_reason, '') as row from ledger
    where campaign_id = ${campaignId} and kind = ${kind} order by id`.execute(
    system.server.stores.jobsDb,
  );
  return rows.map(({ row }) => row.trim());
}

test("a bot is answered without ads, holds no budget, and is told why; a test decision of anybody is a test", async () => {
  const bot = await ask("203.0.113.7", crawler);
  expect(bot).toMatchObject({ invalidTraffic: "bot", placements: [{ id: "top", ads: [] }] });
  expect((await ask("203.0.113.7", "curl/8.5.0")).invalidTraffic).toBe("bot");
  expect((await ask("198.51.100.9")).invalidTraffic).toBe("data_centre");
  expect((await ask("2001:db8:c10d::5")).invalidTraffic).toBe("data_centre");
  const { redis } = system.server.stores;
  expect(await redis.keys("*:h:*")).toEqual([]);
  const tested = await ask("203.0.113.7", "curl/8.5.0", { test: true });
  expect(tested.placements[0]?.ads).toHaveLength(2);
  const person = await ask("203.0.113.7");
  expect(person.placements[0]?.ads).toHaveLength(2);
  expect(person).not.toHaveProperty("invalidTraffic");
  // What runs on our own network is ours, whatever it calls itself; a crawler that gets there says so.
  expect((await ask("10.0.0.5", "curl/8.5.0")).placements[0]?.ads).toHaveLength(2);
  expect((await ask("10.0.0.5", crawler)).invalidTraffic).toBe("bot");
});

test("the impression of a bot or of a data centre is answered and recorded, and costs nothing", async () => {
  for (const [address, agent] of [
    ["203.0.113.8", crawler],
    ["198.51.100.8", browser],
  ] as const) {
    const ad = await adFor(cpmId, "203.0.113.8");
    const gif = await tell(ad.tracking.impression, address, agent);
    expect(gif.status).toBe(200);
    expect(gif.headers["content-type"]).toBe("image/gif");
  }
  const seen = await adFor(cpmId, "203.0.113.8");
  await tell(seen.tracking.impression, "203.0.113.8").expect(200);
  await until(async () => (await rowsOf(cpmId, "impression")).length === 3);
  expect((await rowsOf(cpmId, "impression")).toSorted()).toEqual([
    "0 invalid:bot",
    "0 invalid:data_centre",
    "4000",
  ]);
});

test("a click 50 ms after its ad was chosen leads to the shop and costs it nothing; one two seconds after does", async () => {
  const hasty = await adFor(cpcId, "203.0.113.20");
  nowMs += 50;
  const first = await tell(hasty.tracking.click, "203.0.113.20");
  expect(first.headers.location).toMatch(/^https:\/\/toitures\.example\.fr\/devis/);
  const calm = await adFor(cpcId, "203.0.114.20");
  nowMs += 2_000;
  await tell(calm.tracking.click, "203.0.114.20").expect(302);
  await until(async () => (await rowsOf(cpcId, "click")).length === 2);
  expect(await rowsOf(cpcId, "click")).toEqual(["0 invalid:too_fast", `${clickMicros}`]);
});

test("of a burst of clicks from one network the first few are charged, whatever the browsers call themselves", async () => {
  const before = (await rowsOf(cpcId, "click")).length;
  for (let index = 0; index < 12; index++) {
    // Each from another address of the same /24, in another browser.
    const address = `192.0.2.${index}`;
    const ad = await adFor(cpcId, address);
    nowMs += 5_000;
    await tell(ad.tracking.click, address, `${browser} v${index}`).expect(302);
  }
  // The same browser again, elsewhere: it has just been here.
  for (let index = 0; index < 3; index++) {
    const ad = await adFor(cpcId, "192.0.3.1");
    nowMs += 5_000;
    await tell(ad.tracking.click, "192.0.3.1").expect(302);
  }
  await until(async () => (await rowsOf(cpcId, "click")).length === before + 15);
  const rows = (await rowsOf(cpcId, "click")).slice(before);
  const of = (row: string) => rows.filter((one) => one === row).length;
  expect(of(`${clickMicros}`)).toBe(4 + 1);
  expect(of("0 invalid:too_many")).toBe(8);
  expect(of("0 invalid:duplicate_click")).toBe(2);
});

test("afterwards budgets and ledger agree, rates know of persons only, and the stream and the metrics tell the rest", async () => {
  const { jobsDb, redis } = system.server.stores;
  for (const campaignId of [cpcId, cpmId]) {
    const { rows } = await sql<Readonly<Record<string, number>>>`
      select advertiser_id, spent_micros, impressions, clicks, uncharged,
        (select sum(amount_micros)::bigint from ledger l where l.campaign_id = d.campaign_id) as ledger
      from campaign_days d where campaign_id = ${campaignId}`.execute(jobsDb);
    const [day] = rows;
    const isCpc = campaignId === cpcId;
    expect(day).toMatchObject(
      isCpc
        ? { impressions: 0, clicks: 6, uncharged: 11, ledger: 6 * clickMicros }
        : { impressions: 1, clicks: 0, uncharged: 2, ledger: 4_000 },
    );
    const key = `{m${(day?.advertiser_id ?? 0) % 64}}:b:${campaignId}`;
    expect(Number(await redis.hget(key, "s"))).toBe(day?.ledger);
    expect(day?.spent_micros).toBe(day?.ledger);
  }
  await system.server.stores.events.flush();
  const flags = (await streamed()).map(({ payload }) => payload.invalidTraffic);
  expect(flags.filter((flag) => flag !== null).sort()).toEqual(
    [
      "bot",
      "data_centre",
      ...Array<string>(2).fill("duplicate_click"),
      "too_fast",
      ...Array<string>(8).fill("too_many"),
    ].sort(),
  );
  const page = await request(system.url).get("/metrics").expect(200);
  expect(page.text).toContain('atelier_invalid_requests_total{reason="data_centre"} 2');
  expect(page.text).toContain('atelier_invalid_events_total{kind="click",reason="too_many"} 8');
});

interface StreamedEvent {
  readonly payload: { readonly invalidTraffic: string | null };
}

async function streamed(): Promise<readonly StreamedEvent[]> {
  const folder = join(String(stores.environment.ATELIER_DATA_DIR), "events", "ad_event.v1");
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
  );
  return files.flatMap((text) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line): StreamedEvent => JSON.parse(line)),
  );
}
