import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoSite } from "../../../src/demo/demoSite.ts";
import { type DemoSpending, type SeedDemoDeps, seedDemo } from "../../../src/demo/seedDemo.ts";
import { compileZone } from "../../../src/geo/compileZone.ts";
import { type OpenStore, openCampaignStore } from "../../support/campaignStore.ts";
import { demoNowMs, demoPlaces } from "../../support/demoShops.ts";
import { frenchPlaces } from "../../support/geography.ts";

/** Large and small ones, overseas and Corsica among them: npm start itself is tried with all of France elsewhere. */
const codes = new Set(["13", "2A", "33", "59", "75", "87", "974", "976"]);
const someDepartements = demoPlaces.filter((place) => codes.has(place.departementCode));
let opened: OpenStore;
const spent: DemoSpending[] = [];
const log: string[] = [];

beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened.close());

function depsWith(fields: Partial<SeedDemoDeps> = {}): SeedDemoDeps {
  return {
    store: opened.store,
    places: someDepartements,
    compileZone: (zone) => compileZone(zone, frenchPlaces),
    recordSpending: async (spending) => {
      spent.push(...spending);
    },
    signingSecret: "s".repeat(32),
    publicUrl: "http://localhost:8080",
    nowMs: demoNowMs,
    log: (line) => log.push(line),
    ...fields,
  };
}

async function counts(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from advertisers)::integer as advertisers,
    (select count(*) from campaigns)::integer as campaigns,
    (select count(*) from creatives)::integer as creatives,
    (select count(*) from placements)::integer as placements,
    (select count(*) from segments)::integer as segments`.execute(opened.db);
  return rows[0]!;
}

test("a seed that is cut off is finished by the next one, and a third does nothing", async () => {
  const failing = depsWith({
    recordSpending: () => Promise.reject(new Error("the power went out")),
  });
  await expect(seedDemo(failing)).rejects.toThrow("the power went out");
  const half = await counts();
  expect(half.placements).toBe(0);
  expect(half.campaigns).toBeGreaterThan(500);

  const second = await seedDemo(depsWith());
  expect(second.seeded).toBe(true);
  const whole = await counts();
  expect(whole).toEqual({ ...half, placements: demoSite.placements.length });
  expect(whole.advertisers).toBe(second.shops);
  expect(whole.campaigns).toBe(second.campaigns);

  const third = await seedDemo(
    depsWith({
      recordSpending: () => Promise.reject(new Error("a third seed writes nothing")),
    }),
  );
  expect(third).toEqual({ seeded: false, siteKey: "demo-site", shops: 0, campaigns: 0 });
  expect(await counts()).toEqual(whole);
}, 60_000);

test("creatives that were lost between two transactions come back", async () => {
  const before = await counts();
  await sql`delete from creatives where campaign_id in (select id from campaigns order by id desc limit 3)`.execute(
    opened.db,
  );
  await sql`delete from placements where code = 'banner'`.execute(opened.db);
  expect((await seedDemo(depsWith())).seeded).toBe(true);
  expect(await counts()).toEqual(before);
}, 60_000);

test("the campaign whose budget is spent is told to the ledger, once per event id", async () => {
  expect(new Set(spent.map((it) => it.eventId)).size).toBe(1);
  expect(spent[0]).toMatchObject({ amountMicros: 20_000_000, occurredAtMs: demoNowMs });
  const campaign = await opened.store.campaigns.read(spent[0]!.campaignId);
  expect(campaign?.name).toBe("À ne pas voir : budget épuisé");
  expect(campaign?.advertiserId).toBe(spent[0]!.advertiserId);
  // The ledger takes only what fits: one day's budget would not.
  expect(campaign).toMatchObject({ totalBudgetMicros: 20_000_000, dailyBudgetMicros: null });
});

test("campaigns belong to their shops and keep their zones", async () => {
  const { rows } = await sql<{ name: string; shop: string; label: string }>`
    select c.name, a.name as shop, c.compiled_zone->>'label' as label
    from campaigns c join advertisers a on a.id = c.advertiser_id
    order by c.id desc limit 200`.execute(opened.db);
  for (const { name, shop } of rows) expect(name.startsWith(shop)).toBe(true);
  expect(rows.every(({ label }) => label.length > 0)).toBe(true);
});
