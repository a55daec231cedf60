import { Agent } from "node:http";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCampaign } from "../../src/targeting/snapshot.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { adsOf, exchange, type Load, pageOfLimoges, type ShownAd, startLoad } from "./load.ts";
import { expectAllAnswered, openTown, type Town } from "./outage.ts";

const agent = new Agent({ keepAlive: true });
let town: Town;
let second: System;
beforeEach(async () => {
  town = await openTown({ environment: { TRUST_PROXY: "1" } });
  const { stores } = town.system;
  const dataDir = join(stores.environment.ATELIER_DATA_DIR ?? "", "second");
  const environment = { TRUST_PROXY: "1", ATELIER_DATA_DIR: dataDir };
  second = await startSystem(environment, stores);
});
afterEach(async () => {
  await second.close();
  await town.close();
});

/** Every reader comes from an address of its own: what one may hold of a small budget is bounded. */
const addresses = (number: number) => ({ "x-forwarded-for": `10.${number % 250}.0.1` });
let askers = 0;

async function askAds(system: System, count: number): Promise<readonly ShownAd[]> {
  const body = { ...pageOfLimoges(0), placements: [{ id: "top", count }] };
  const headers = { "x-forwarded-for": `11.0.${++askers % 250}.1` };
  return adsOf(
    await exchange(system.url, agent, { method: "POST", path: "/v1/ads", body, headers }),
  );
}

/** The last pages of a node had other ads. */
function isSoldOut(pages: Load["pages"], campaignId: number): boolean {
  const last = pages.slice(-50);
  return last.every(({ ads }) => ads.every((ad) => ad.campaignId !== campaignId));
}

async function shows(system: System, campaignId: number): Promise<boolean> {
  const body = { ...pageOfLimoges(0), test: true, placements: [{ id: "top", count: 10 }] };
  const answer = await exchange(system.url, agent, { method: "POST", path: "/v1/ads", body });
  return adsOf(answer).some((ad) => ad.campaignId === campaignId);
}

/** True when both nodes show the campaign as wanted. */
async function bothShow(campaignId: number, wanted: boolean): Promise<boolean> {
  const [first, other] = await Promise.all([
    shows(town.system, campaignId),
    shows(second, campaignId),
  ]);
  return first === wanted && other === wanted;
}

const change = (campaignId: number, fields: object) =>
  town.system.patch(`/v1/campaigns/${campaignId}`, fields).expect(200);

/** Notifications go elsewhere, as behind a pooler that shares sessions; changes are recorded as before. */
const muteNotifications = sql`
  create or replace function record_changes() returns trigger language plpgsql as $$
    begin
      execute format(
        'insert into changes (entity, entity_id) select distinct %L, %I from changed_rows', tg_argv[0], tg_argv[1]);
      return null;
    end $$`;

describe("a change is served within a second on both nodes by polling alone", () => {
  test("a pause, its end, a budget that is spent and one that is raised", async () => {
    await muteNotifications.execute(town.system.server.stores.db);
    const budget = { dailyBudgetMicros: null, totalBudgetMicros: 10_000 };
    const campaignId = await town.system.openShop(budget);
    await until(() => bothShow(campaignId, true), 2_000);
    await change(campaignId, { status: "paused" });
    await until(() => bothShow(campaignId, false), 1_000);
    await change(campaignId, { status: "active" });
    await until(() => bothShow(campaignId, true), 1_000);

    // Two views, and the budget is spent; both nodes learn it from Redis.
    await change(town.paidId, { status: "paused" });
    const load = startLoad(town.system.url, { readers: 2, headers: addresses });
    await until(async () => (await town.charged(campaignId)).micros === 10_000);
    await load.stop();
    const sells = async (system: System) =>
      (await askAds(system, 1)).some((ad) => ad.campaignId === campaignId);
    expect(await sells(town.system)).toBe(false);
    expect(await sells(second)).toBe(false);
    await change(campaignId, { totalBudgetMicros: 1_000_000 });
    await until(() => sells(town.system), 1_000);
    await until(() => sells(second), 1_000);
  });
});

describe("two nodes on the same stores", () => {
  test("sell a small budget to its end and never over it, however often each ad is seen", async () => {
    const budgetMicros = 2_000_000;
    await change(town.paidId, { status: "paused" });
    const campaignId = await town.system.openShop({
      dailyBudgetMicros: null,
      totalBudgetMicros: budgetMicros,
    });
    await until(() => bothShow(campaignId, true));
    const loads = [town.system, second].map(({ url }) => startLoad(url, { headers: addresses }));
    // A node that was refused asks again after a pause, and the last ads may wait for it: near the end is the end.
    await until(async () => (await town.charged(campaignId)).micros >= 0.95 * budgetMicros, 30_000);
    await until(() => loads.every(({ pages }) => isSoldOut(pages, campaignId)), 30_000);
    await Promise.all(loads.map((load) => load.stop()));
    loads.forEach(expectAllAnswered);

    const all = loads.flatMap(({ shown }) => [...shown.values()]);
    const seen = all.filter((shownId) => shownId === campaignId).length;
    expect(seen * 5_000).toBeLessThanOrEqual(budgetMicros);
    await until(async () => (await town.charged(campaignId)).impressions >= seen);
    expect(await town.charged(campaignId)).toEqual({
      impressions: seen,
      micros: seen * 5_000,
      uncharged: 0,
    });
  }, 60_000);

  test("show a visitor a capped campaign exactly as often as its cap allows, in a hundred requests at once", async () => {
    const campaignId = await town.system.openShop({
      dailyBudgetMicros: 1_000_000_000_000,
      bidMicros: 50_000_000,
      frequencyCaps: [{ per: "campaign", maxImpressions: 50, windowSeconds: 3_600 }],
    });
    // A capped campaign is not for the anonymous: only the picture tells that both know it.
    const { jobs } = second.server;
    await until(() => findCampaign(jobs.state.snapshot(), campaignId) !== null);
    // Both have decided and held before: what a cold process takes for its first ads is not the matter here.
    await until(async () => (await askAds(town.system, 1)).length === 1);
    await until(async () => (await askAds(second, 1)).length === 1);
    const crowd = new Agent({ keepAlive: true, maxSockets: 100 });
    const body = { ...pageOfLimoges(0), visitor: { id: "v-capped", gdpr: false } };
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, number) => {
        const { url } = number % 2 === 0 ? town.system : second;
        return exchange(url, crowd, { method: "POST", path: "/v1/ads", body });
      }),
    );
    crowd.destroy();
    const shown = answers.flatMap(adsOf).map((ad) => ad.campaignId);
    expect(shown.filter((shownId) => shownId === campaignId)).toHaveLength(50);
    expect(shown.filter((shownId) => shownId === town.paidId)).toHaveLength(50);
  });
});
