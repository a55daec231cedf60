import request from "supertest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askOnce, type Bid, draw, readBooks, tell, unhurried } from "../support/bidMarket.ts";
import { openSsp } from "../support/bids.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let stores: ProxiedStores;
let system: System;
let campaignId: number;
let bids: readonly Bid[];

beforeEach(async () => {
  stores = await openProxiedStores();
  system = await startSystem({}, stores);
  await openSsp(system, { ...unhurried, marginPermille: 200 });
  campaignId = await system.openShop({ bidMicros: 5_000_000 });
  const asks = Array.from({ length: 5 }, () => askOnce(system, "demo"));
  bids = (await Promise.all(asks)).flatMap((bid) => bid ?? []);
  expect(bids).toHaveLength(5);
});
afterEach(async () => {
  await system.close();
  await stores.close();
});

async function tellAll(): Promise<void> {
  for (const bid of bids) {
    const answer = await tell(system, bid.burl, { PRICE: 3, CURRENCY: "EUR" });
    expect(answer.status).toBe(204);
  }
}

const spoolOf = async () => {
  const { text } = await request(system.url).get("/metrics");
  return Number(/^atelier_spool_waiting_bytes (\d+)$/m.exec(text)?.[1]);
};
const books = () => readBooks(system, campaignId, "demo");

/** Everything that was told is in the books, once, and nothing waits. */
async function expectBilledOnce(): Promise<void> {
  await until(async () => (await books()).account.billed >= bids.length);
  await until(async () => (await spoolOf()) === 0);
  await tellAll();
  for (const bid of bids) await draw(system, bid);
  await until(async () => (await books()).account.houseMicros === 0);
  const { spending, account } = await books();
  expect(account).toMatchObject({ billed: 5, costMicros: 15_000, chargedMicros: 25_000 });
  expect(spending).toMatchObject({ mediaCostMicros: 15_000, impressions: 5 });
}

test("bills that are told while Redis is away wait on disk, are answered, and are paid once", async () => {
  stores.redis.cut();
  await tellAll();
  await tellAll();
  expect(await spoolOf()).toBeGreaterThan(0);
  stores.redis.heal();
  await expectBilledOnce();
});

test("bills that wait on disk outlive the node", async () => {
  stores.redis.cut();
  await tellAll();
  await system.server.stop();
  stores.redis.heal();
  system = await startSystem({}, stores);
  await until(() => (system.server.jobs.state.ssps?.() ?? []).length === 1);
  await expectBilledOnce();
});

test("bills that Redis has taken are paid when Postgres is back", async () => {
  stores.postgres.cut();
  await tellAll();
  expect(await spoolOf()).toBe(0);
  stores.postgres.heal();
  await expectBilledOnce();
});
