import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { type Load, startLoad } from "./load.ts";
import { expectAllAnswered, openTown, type Town } from "./outage.ts";

const budgetMicros = 1_000_000;
let town: Town;
let campaignId: number;
let load: Load;
beforeEach(async () => {
  town = await openTown({ environment: { TRUST_PROXY: "1" } });
  const { system, paidId } = town;
  await system.patch(`/v1/campaigns/${paidId}`, { status: "paused" }).expect(200);
  const budget = { dailyBudgetMicros: null, totalBudgetMicros: budgetMicros };
  campaignId = await system.openShop(budget);
  // From many addresses: what one may hold of a small budget is bounded.
  const headers = (number: number) => ({ "x-forwarded-for": `10.${number % 200}.0.1` });
  load = startLoad(system.url, { headers });
});
afterEach(async () => {
  await load.stop();
  await town.close();
});

const charged = () => town.charged(campaignId);
const paidPages = (sinceMs: number) =>
  load.since(sinceMs).filter(({ ads }) => ads.some((ad) => ad.campaignId === campaignId));

test("a Redis that was killed and comes back empty sells nothing until it is rebuilt from the ledger, and never more than the budget", async () => {
  const { postgres, redisServer } = town.system.stores;
  await until(async () => (await charged()).micros > 0.75 * budgetMicros);

  postgres.cut();
  await redisServer.crash();
  await redisServer.restart();
  const emptyAtMs = performance.now();
  const { redis, jobsRedis } = town.system.server.stores;
  await until(() => redis.status === "ready" && jobsRedis.status === "ready");
  await until(() => load.since(emptyAtMs).length > 300);
  expect(paidPages(emptyAtMs)).toEqual([]);

  postgres.heal();
  const healedAtMs = performance.now();
  await until(() => paidPages(healedAtMs).length > 0);
  await until(async () => (await charged()).micros === budgetMicros);
  const soldOutAtMs = performance.now();
  await until(() => load.since(soldOutAtMs).length > 100);
  expect(paidPages(soldOutAtMs)).toEqual([]);

  await load.stop();
  expectAllAnswered(load);
  const { spool } = town.system.server.stores;
  await until(() => spool.counts().waitingBytes === 0);
  expect((await charged()).micros).toBe(budgetMicros);
});
