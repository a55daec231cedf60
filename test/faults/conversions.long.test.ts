import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { join } from "node:path";
import { sql } from "kysely";
import request from "supertest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conversionKeysFrom, pixelIdOf, sealClickId } from "../../src/serving/conversionIds.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { exchange } from "./load.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

let system: System;
let campaignId: number;
let advertiserId: number;
const agent = new Agent({ keepAlive: true });
beforeEach(async () => {
  system = await startSystem();
  campaignId = await system.openShop();
  const answer = await request(system.url)
    .get(`/v1/campaigns/${campaignId}`)
    .set("authorization", `Bearer ${system.adminKey}`);
  advertiserId = answer.body.advertiserId;
});
afterEach(() => system.close());

const keys = () => conversionKeysFrom(system.stores.environment.VISITOR_SECRET ?? "");
const clickId = () => {
  const ad = { decisionId: randomUUID(), slot: 0, campaignId, advertiserId, creativeId: 1 };
  return sealClickId({ ...ad, placementId: "top", atMs: Date.now() - 60_000 }, keys());
};
const ordersOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ orderId: `order-${n}`, clickId: clickId() }));

/** What the books say: rows of the ledger, of the table, and the day's sum. */
async function books() {
  const { rows } = await sql<{ ledger: number; orders: number; days: number }>`
    select (select count(*) from ledger where kind = 'conversion') as ledger,
      (select count(*) from conversions) as orders,
      (select coalesce(sum(conversions), 0)::bigint from campaign_days) as days`.execute(
    system.server.stores.db,
  );
  return rows[0];
}
const all = (count: number) => ({ ledger: count, orders: count, days: count });

describe("conversions", () => {
  it("told to a node that is killed, and told again until they are answered, are each counted once", async () => {
    const { environment } = system.stores;
    const dataDir = join(environment.ATELIER_DATA_DIR ?? "", "killed");
    const port = await servingPort();
    const start = () => startServing({ ...environment, ATELIER_DATA_DIR: dataDir }, port);
    let node: ServingProcess = await start();
    const orders = ordersOf(400);
    let answered = 0;
    const headers = { authorization: `Bearer ${system.adminKey}` };
    const tell = async (lines: readonly object[]): Promise<void> => {
      const body = { advertiserId, conversions: lines };
      await until(async () => {
        const told = { method: "POST", path: "/v1/conversions", body, headers } as const;
        const { status, body: answer } = await exchange(node.url, agent, told);
        const results = status === 200 ? JSON.parse(String(answer)).results : [];
        const isDone = (one: { status: string }) => /^(counted|duplicate)$/.test(one.status);
        return results.length > 0 && results.every(isDone);
      }, 30_000);
      answered += lines.length;
    };
    const telling = (async () => {
      for (let from = 0; from < orders.length; from += 10)
        await tell(orders.slice(from, from + 10));
    })();
    await until(() => answered >= 150, 20_000);
    await node.kill();
    node = await start();
    await telling;
    await until(async () => (await books())?.days === 400);
    expect(await books()).toEqual(all(400));
    await node.kill();
  }, 90_000);

  it("of a pixel that is loaded while Redis is away are answered, and counted when it is back", async () => {
    const pixel = `/t/x/${pixelIdOf(advertiserId, keys())}`;
    const load = ({ orderId, clickId: click }: { orderId: string; clickId: string }) =>
      request(system.url).get(`${pixel}?orderId=${orderId}&clickId=${click}`).expect(200);
    const orders = ordersOf(8);
    system.stores.redis.cut();
    for (const order of [...orders, ...orders.slice(0, 4)]) await load(order);
    const body = { advertiserId, conversions: [orders[0]] };
    expect((await system.post("/v1/conversions", body)).status).toBe(503);
    expect(await books()).toEqual(all(0));
    system.stores.redis.heal();
    await until(async () => (await books())?.days === 8);
    for (const order of orders) await load(order);
    const again = await system.post("/v1/conversions", { advertiserId, conversions: orders });
    const statuses = again.body.results.map((one: { status: string }) => one.status);
    expect(new Set(statuses)).toEqual(new Set(["duplicate"]));
    expect(await books()).toEqual(all(8));
  }, 60_000);
});
