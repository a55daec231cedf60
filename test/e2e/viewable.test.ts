import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refreshClickRates } from "../../src/stores/postgres/clickRates.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
let campaignId: number;
beforeAll(async () => {
  system = await startSystem();
  campaignId = await system.openShop({ pricing: "vcpm", bidMicros: 6_000_000 });
});
afterAll(() => system.close());

const page = {
  visitor: { gdpr: false },
  place: { search: { postalCode: "87000" } },
  placements: [{ id: "top" }],
};

async function showAd() {
  const answer = await request(system.url).post("/v1/ads").send(page);
  const [ad] = answer.body.placements[0].ads;
  expect(ad).toMatchObject({ campaignId });
  return (kind: "impression" | "viewable" | "click") =>
    request(system.url).get(new URL(ad.tracking[kind]).pathname).redirects(0);
}

const charges = async () => {
  const { rows } = await sql<{ readonly row: string }>`
    select kind || ' ' || amount_micros as row from ledger where campaign_id = ${campaignId} order by 1`.execute(
    system.server.stores.jobsDb,
  );
  return rows.map(({ row }) => row);
};

test("a shop that pays for what is in view pays for the view, not for the impression nor for the click", async () => {
  const seen = await showAd();
  await seen("impression").expect(200);
  await seen("viewable").expect(200);
  await seen("click").expect(302);
  const unseen = await showAd();
  await unseen("impression").expect(200);
  await until(async () => (await charges()).length === 4);
  expect(await charges()).toEqual(["click 0", "impression 0", "impression 0", "viewable 6000"]);
});

test("an explanation tells which part of the bid an impression is worth, and what is viewed changes it on every node", async () => {
  const explained = async () => {
    const answer = await system.post("/v1/ads", { ...page, test: true, explain: true });
    return answer.body.explanation[0].value;
  };
  const first = await explained();
  expect(first).toMatchObject({
    pricing: "vcpm",
    bidMicros: 6_000_000,
    viewRate: 0.6,
    clickRate: null,
  });
  expect(first.valueMicros).toBe(
    Math.round(6_000_000 * 0.6 * first.audienceMultiplier * first.nearnessMultiplier),
  );
  const { db } = system.server.stores;
  await sql`update campaign_days set impressions = 10000, viewables = 3000
    where campaign_id = ${campaignId}`.execute(db);
  expect(await refreshClickRates(db)).toBe(1);
  await until(async () => (await explained()).viewRate < 0.31);
});
