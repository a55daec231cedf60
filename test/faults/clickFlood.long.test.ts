import { Agent } from "node:http";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { browser } from "../support/browser.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { adsOf, exchange, pageOfLimoges } from "./load.ts";

const floodedClicks = 1_000;
const atOnce = 25;
const allowed = 20;
const clickMicros = 300_000;
const agent = new Agent({ keepAlive: true });
let stores: ProxiedStores;
let system: System;
let campaignId: number;
let nowMs: number;

beforeEach(async () => {
  stores = await openProxiedStores();
  // A moment in the middle of an hour: the flood takes place within it.
  nowMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 + 600_000;
  system = await startSystem({ INVALID_TRAFFIC: "filter", TRUST_PROXY: "1" }, stores, {
    clock: { nowMs: () => nowMs, correct: async () => undefined },
  });
  const dailyBudgetMicros = 2 * floodedClicks * clickMicros;
  campaignId = await system.openShop({ pricing: "cpc", bidMicros: clickMicros, dailyBudgetMicros });
});
afterEach(async () => {
  await system.close();
  await stores.close();
});

/** Asks for an ad and clicks it a second later, under an invented name and in an invented browser. */
async function askAndClick(number: number, address: string): Promise<boolean> {
  const headers = { "x-forwarded-for": address, "user-agent": `${browser} ${number}` };
  const body = { ...pageOfLimoges(number), visitor: { id: `invented-${number}`, gdpr: false } };
  const answer = await exchange(system.url, agent, {
    method: "POST",
    path: "/v1/ads",
    body,
    headers,
  });
  const ad = adsOf(answer).find((one) => one.campaignId === campaignId);
  if (ad === undefined) return false;
  nowMs += 1_000;
  const path = ad.click;
  const click = await exchange(system.url, agent, { method: "GET", path, headers });
  expect(click.status).toBe(302);
  return true;
}

async function clicks(): Promise<{ readonly charged: number; readonly free: number }> {
  const { rows } = await sql<{ readonly charged: number; readonly free: number }>`
    select count(*) filter (where amount_micros > 0) as charged,
      count(*) filter (where uncharged_reason = 'invalid:too_many') as free
    from ledger where campaign_id = ${campaignId} and kind = 'click'`.execute(
    system.server.stores.jobsDb,
  );
  return rows[0] ?? { charged: 0, free: 0 };
}

test("of a thousand clicks from one network the allowed ones are charged, and its neighbours' still are", async () => {
  let clicked = 0;
  // A busy machine may answer some of them too late, without an ad.
  for (let from = 0; clicked < floodedClicks; from += atOnce) {
    const visits = Array.from({ length: atOnce }, (_, index) =>
      askAndClick(from + index, `203.0.113.${(from + index) % 250}`),
    );
    clicked += (await Promise.all(visits)).filter(Boolean).length;
  }
  await until(async () => {
    const { charged, free } = await clicks();
    return charged + free === clicked;
  });
  expect(await clicks()).toEqual({ charged: allowed, free: clicked - allowed });

  expect(await askAndClick(-1, "198.51.100.7")).toBe(true);
  await until(async () => (await clicks()).charged === allowed + 1);
  const { rows } = await sql<{ readonly spent: number }>`
    select spent_micros as spent from campaign_totals where campaign_id = ${campaignId}`.execute(
    system.server.stores.jobsDb,
  );
  expect(rows).toEqual([{ spent: (allowed + 1) * clickMicros }]);
});
