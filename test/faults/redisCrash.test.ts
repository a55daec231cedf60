import { Agent } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { adsOf, exchange, type Load, pageOfLimoges, startLoad } from "./load.ts";
import { expectAllAnswered, openTown, type Town } from "./outage.ts";

const budgetMicros = 1_000_000;
/** Sold, seen and written before the crash. */
const soldBefore = 150;
const agent = new Agent({ keepAlive: true, maxSockets: 10 });
let town: Town;
let campaignId: number;
let load: Load | null;
beforeEach(async () => {
  load = null;
  town = await openTown({ environment: { TRUST_PROXY: "1" } });
  const { system, paidId } = town;
  await system.patch(`/v1/campaigns/${paidId}`, { status: "paused" }).expect(200);
  const budget = { dailyBudgetMicros: null, totalBudgetMicros: budgetMicros };
  campaignId = await system.openShop(budget);
});
afterEach(async () => {
  await load?.stop();
  await town.close();
});

const charged = () => town.charged(campaignId);
// From many addresses: what one may hold of a small budget is bounded.
const headers = (number: number) => ({ "x-forwarded-for": `10.${number % 200}.0.1` });

async function sellOne(number: number): Promise<void> {
  const ask = { method: "POST", path: "/v1/ads", body: pageOfLimoges(0) } as const;
  const answer = await exchange(town.system.url, agent, { ...ask, headers: headers(number) });
  for (const { impression } of adsOf(answer))
    await exchange(town.system.url, agent, { method: "GET", path: impression });
}

function paidPages(readers: Load, sinceMs: number): Load["pages"] {
  const pages = readers.since(sinceMs);
  return pages.filter(({ ads }) => ads.some((ad) => ad.campaignId === campaignId));
}

test("a Redis that was killed and comes back empty sells nothing until it is rebuilt from the ledger, and never more than the budget", async () => {
  await Promise.all(Array.from({ length: soldBefore }, (_, number) => sellOne(number)));
  await until(async () => (await charged()).impressions === soldBefore);
  load = startLoad(town.system.url, { headers });
  const readers = load;
  await until(() => paidPages(readers, 0).length > 0);

  const { postgres, redisServer } = town.system.stores;
  postgres.cut();
  await redisServer.crash();
  await redisServer.restart();
  const emptyAtMs = performance.now();
  const { redis, jobsRedis } = town.system.server.stores;
  await until(() => redis.status === "ready" && jobsRedis.status === "ready");
  await until(() => readers.since(emptyAtMs).length > 150);
  expect(paidPages(readers, emptyAtMs)).toEqual([]);

  postgres.heal();
  const healedAtMs = performance.now();
  await until(() => paidPages(readers, healedAtMs).length > 0);
  await until(async () => (await charged()).micros === budgetMicros, 30_000);
  const soldOutAtMs = performance.now();
  await until(() => readers.since(soldOutAtMs).length > 50);
  expect(paidPages(readers, soldOutAtMs)).toEqual([]);

  await readers.stop();
  expectAllAnswered(readers);
  const { spool } = town.system.server.stores;
  await until(() => spool.counts().waitingBytes === 0);
  expect((await charged()).micros).toBe(budgetMicros);
}, 60_000);
