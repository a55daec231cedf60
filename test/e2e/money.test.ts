import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
let campaignId: number;
beforeAll(async () => {
  system = await startSystem();
  campaignId = await system.openShop({ dailyBudgetMicros: 10_000, pacing: "asap" });
});
afterAll(() => system.close());

const page = {
  visitor: { id: "v-1", gdpr: false },
  place: { search: { postalCode: "87000" } },
  placements: [{ id: "top" }],
};
const askForAd = async () => {
  const answer = await request(system.url).post("/v1/ads").send(page);
  return answer.body.placements[0].ads[0];
};
const see = async () => {
  const ad = await askForAd();
  await request(system.url).get(new URL(ad.tracking.impression).pathname).expect(200);
};
const admin = (path: string) =>
  request(system.url).get(path).set("authorization", `Bearer ${system.adminKey}`);

test("a budget that is spent sells nothing more; what a credit gives back is sold again, and the page of metrics knows", async () => {
  await see();
  await see();
  expect(await askForAd()).toBeUndefined();
  const ledger = async () => (await admin(`/v1/campaigns/${campaignId}/ledger`)).body.items;
  await until(async () => (await ledger()).length === 2);
  const [charged] = await ledger();

  const credit = { creditId: "first", eventId: charged.eventId, reason: "robot" };
  const given = await system.post(`/v1/campaigns/${campaignId}/credits`, credit);
  expect(given.status).toBe(201);
  // The node remembers for a second that the budget was spent.
  await until(async () => (await askForAd()) !== undefined);
  const { totals } = (await admin(`/v1/campaigns/${campaignId}/spending`)).body;
  expect(totals).toMatchObject({ chargedMicros: 10_000, creditedMicros: 5_000, impressions: 2 });

  const readMetrics = () => request(system.url).get("/metrics").expect(200);
  // The page tells what the last look at the outboxes saw.
  await until(async () => (await readMetrics()).text.includes("atelier_outbox_unwritten 0\n"));
  const metrics = await readMetrics();
  expect(metrics.text).toContain('atelier_ledger_rows_total{kind="impression"} 2\n');
  expect(metrics.text).toContain("atelier_ledger_charged_micros_total 10000\n");
  expect(metrics.text).toContain("atelier_money_buckets_closed 0\n");
  expect(metrics.text).toContain("atelier_spool_waiting_bytes 0\n");
  expect(metrics.text).toContain("atelier_spool_lost 0\n");
  await request(system.url).get("/metrics").set("x-forwarded-for", "203.0.113.9").expect(401);
  const wrong = await system.post(`/v1/campaigns/${campaignId}/ledger`, {});
  expect([wrong.status, wrong.headers.allow]).toEqual([405, "GET, HEAD"]);
});

test("what Redis counts is compared with the ledger for ever, and what differs is repaired", async () => {
  const { advertiserId } = (await admin(`/v1/campaigns/${campaignId}`)).body;
  const counter = `{m${advertiserId % 64}}:b:${campaignId}`;
  const client = connectRedis({ url: system.stores.redisServer.url, commandTimeoutMs: null });
  onTestFinished(() => client.disconnect());
  await redisReady(client);
  const spent = await client.hget(counter, "s");
  await client.hincrby(counter, "s", 1_234);
  // A round of all buckets takes 16 seconds: this one's turn comes next.
  const db = createDatabase({
    url: system.stores.databaseUrl,
    maxConnections: 1,
    statementTimeoutMs: 5_000,
  });
  onTestFinished(() => db.destroy());
  await sql`update ledger_comparison set next_bucket = ${advertiserId % 64}`.execute(db);
  await until(async () => (await client.hget(counter, "s")) === spent);
  const metrics = await request(system.url).get("/metrics").expect(200);
  expect(metrics.text).toContain('atelier_budget_counters_differing_total{counter="campaign"} 1\n');
});
