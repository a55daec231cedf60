import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeEntries } from "../../src/jobs/writeEntries.ts";
import { pruneConversions } from "../../src/stores/postgres/conversions.ts";
import { clickOf, keyOfVisitor, openConversions, signed } from "../support/conversions.ts";
import { storeCampaigns } from "../support/ledgerCampaigns.ts";
import { type Money, noonMs, openLedger, openMoney } from "../support/money.ts";
import {
  freshDatabase,
  freshRedis,
  type TestDatabase,
  type TestRedis,
} from "../support/servers.ts";
import { until } from "../support/until.ts";

let server: TestRedis;
let database: TestDatabase;
let money: Money;
let books: ReturnType<typeof openLedger>;
let shop: ReturnType<typeof openConversions>;

beforeEach(async () => {
  [server, database] = await Promise.all([freshRedis(), freshDatabase()]);
  money = await openMoney(server.url);
  await money.openBuckets();
  books = openLedger(database.url, money);
  await storeCampaigns(books.db, [
    { campaignId: 12, advertiserId: 7 },
    { campaignId: 13, advertiserId: 7 },
    { campaignId: 80, advertiserId: 8 },
  ]);
  shop = openConversions(money.redis, database.url);
});
afterEach(async () => {
  await books.drainer.stop();
  money.close();
  await Promise.all([books.close(), shop.close()]);
  await Promise.all([server.close(), database.drop()]);
});

/** What the books say after everything was moved to them. */
async function told() {
  await books.drainer.runOnce();
  const read = async (query: ReturnType<typeof sql>) => (await query.execute(books.db)).rows;
  return {
    ledger: await read(
      sql`select event_id, campaign_id, amount_micros from ledger where kind = 'conversion' order by id`,
    ),
    orders: await read(
      sql`select order_id, campaign_id, value_micros, attributed_by, lag_seconds from conversions order by id`,
    ),
    days: await read(
      sql`select campaign_id, budget_day, conversions, spent_micros from campaign_days order by campaign_id`,
    ),
  };
}

describe("a conversion with a click id", () => {
  it("is counted once, free of charge, with its value, campaign and delay", async () => {
    const report = { orderId: "A-1", valueCents: 4_990, label: "devis", clickId: clickOf() };
    const first = await shop.tell(report);
    const counted = { campaignId: 12, attributedBy: "click", lagSeconds: 3_600 };
    expect(first).toEqual({ status: "counted", ...counted });
    expect(await shop.tell(report, { source: "postback" })).toEqual({
      status: "duplicate",
      ...counted,
    });
    const books = await told();
    expect(books.ledger).toEqual([
      { event_id: shop.emitted[0]?.eventId, campaign_id: 12, amount_micros: 0 },
    ]);
    expect(books.orders).toEqual([
      {
        order_id: "A-1",
        campaign_id: 12,
        value_micros: 49_900_000,
        attributed_by: "click",
        lag_seconds: 3_600,
      },
    ]);
    expect(books.days).toEqual([
      { campaign_id: 12, budget_day: "2026-06-01", conversions: 1, spent_micros: 0 },
    ]);
  });

  it("is counted once, however many tell it at the same time on two nodes", async () => {
    const other = await openMoney(server.url);
    const node = openConversions(other.redis, database.url);
    const clicks = [clickOf(), clickOf({ decisionId: "d2", campaignId: 13 })];
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 === 0 ? shop : node).tell({ orderId: "A-1", clickId: clicks[index % 2] }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "counted")).toHaveLength(1);
    expect(new Set(outcomes.map((one) => "campaignId" in one && one.campaignId)).size).toBe(1);
    const { ledger, orders, days } = await told();
    expect([ledger.length, orders.length, days.length]).toEqual([1, 1, 1]);
    other.close();
    await node.close();
  });

  it("is the shop's that was clicked and no other's, and needs a click id that is ours", async () => {
    expect(await shop.tell({ orderId: "1", clickId: clickOf({ advertiserId: 8 }) })).toEqual({
      status: "unattributed",
      reason: "no_touch",
    });
    const forged = clickOf().replace(/^./, (letter) => (letter === "A" ? "B" : "A"));
    expect(await shop.tell({ orderId: "1", clickId: forged })).toEqual({
      status: "unattributed",
      reason: "invalid_click_id",
    });
    const old = clickOf({ atMs: noonMs - 30 * 86_400_000 });
    expect(await shop.tell({ orderId: "1", clickId: old })).toMatchObject({ reason: "no_touch" });
    const refused = await shop.tell({ orderId: "1", clickId: clickOf(), consent: "refused" });
    expect(refused).toEqual({ status: "unattributed", reason: "no_consent" });
    expect(await told()).toEqual({ ledger: [], orders: [], days: [] });
    expect(shop.emitted).toEqual([]);
    // What could not be ascribed claims nothing: told again with its click, it counts.
    expect(await shop.tell({ orderId: "1", clickId: clickOf() })).toMatchObject({
      status: "counted",
    });
  });

  it("brings at most twenty orders, however far its click id is passed around", async () => {
    const clickId = clickOf();
    const statuses: string[] = [];
    for (let order = 0; order < 25; order++)
      statuses.push((await shop.tell({ orderId: `A-${order}`, clickId })).status);
    expect(statuses.filter((status) => status === "counted")).toHaveLength(20);
    expect(await shop.tell({ orderId: "A-24", clickId })).toEqual({
      status: "unattributed",
      reason: "too_many",
    });
    expect((await told()).days).toMatchObject([{ conversions: 20 }]);
  });

  it("follows the windows that the shop has settled, within half a minute", async () => {
    const clickId = clickOf({ atMs: noonMs - 2 * 86_400_000 });
    const actor = { apiKeyId: null, label: "test" };
    await shop.settings.write(7, { clickWindowDays: 1, viewWindowHours: 0 }, actor);
    expect(await shop.tell({ orderId: "1", clickId })).toMatchObject({ reason: "no_touch" });
    await shop.settings.write(7, { clickWindowDays: 3, viewWindowHours: 0 }, actor);
    expect(await shop.tell({ orderId: "1", clickId })).toMatchObject({ reason: "no_touch" });
    shop.clock.monotonicMs = 30_000;
    expect(await shop.tell({ orderId: "1", clickId })).toMatchObject({ status: "counted" });
  });

  it("is told to the event stream as published, and again while its teller may not have heard", async () => {
    const report = { orderId: "A-1", valueMicros: 5, label: "devis", clickId: clickOf() };
    await shop.tell(report);
    await shop.tell({ ...report, label: "autre" });
    shop.clock.nowMs += 3_600_000;
    await shop.tell(report);
    const [first, again, ...more] = shop.emitted;
    expect(again).toEqual(first);
    expect(more).toEqual([]);
    const file = new URL("../../warehouse/events/conversion.v1.json", import.meta.url);
    const validate = new Ajv().compile(JSON.parse(readFileSync(file, "utf8")));
    const { occurredAtMs, ...event } = first!;
    const line = { ...event, occurredAt: new Date(occurredAtMs).toISOString() };
    expect(validate(line), JSON.stringify(validate.errors)).toBe(true);
    expect(JSON.stringify(line)).not.toContain("A-1");
  });
});

describe("between any two steps", () => {
  const report = () => ({ orderId: "A-1", valueCents: 100, clickId: clickOf() });
  const once = async () => {
    const { ledger, orders, days } = await told();
    expect([ledger.length, orders.length]).toEqual([1, 1]);
    expect(days).toMatchObject([{ conversions: 1 }]);
  };

  it("nothing is lost or doubled when the drainer dies before its commit, or after it", async () => {
    await shop.tell(report());
    const entries = await money.buckets.readOutbox(7, null, 10);
    const death = new Error("killed");
    const dying = books.ledger.exclusively(async (session) => {
      await writeEntries(session, entries);
      throw death;
    });
    await expect(dying).rejects.toBe(death);
    const { rows } = await sql`select from conversions union all select from ledger`.execute(
      books.db,
    );
    expect(rows).toHaveLength(0);
    await books.ledger.exclusively((session) => writeEntries(session, entries));
    await once();
    await once();
  });

  it("a Redis that forgot its claims counts again, and the books do not", async () => {
    await shop.tell(report());
    await once();
    await money.redis.flushall();
    await money.openBuckets();
    expect(await shop.tell({ ...report(), valueCents: 999 })).toMatchObject({ status: "counted" });
    await once();
    expect((await told()).orders).toMatchObject([{ value_micros: 1_000_000 }]);
    expect(new Set(shop.emitted.map(({ eventId }) => eventId)).size).toBe(1);
  });

  it("nothing is answered as counted while a store is away, and it counts when told again", async () => {
    await money.redis.quit();
    expect(await shop.tell(report())).toEqual({ status: "unavailable" });
    await money.redis.connect();
    await until(() => money.redis.status === "ready");
    expect(await shop.tell(report())).toMatchObject({ status: "counted" });
    await once();
    const blind = openConversions(money.redis, database.url, {
      findWindows: async () => Promise.reject(new Error("away")),
    });
    expect(await blind.tell({ orderId: "A-2", clickId: clickOf() })).toEqual({
      status: "unavailable",
    });
    await blind.close();
  });

  it("what the ledger sets aside is not listed either, and stops nobody", async () => {
    await shop.tell(report());
    await shop.tell({ orderId: "A-2", clickId: clickOf({ decisionId: "d2" }) });
    const entries = await money.buckets.readOutbox(7, null, 10);
    await money.redis.del("{m7}:out");
    const [bad, good] = entries.map(({ row }) => row!);
    await books.ledger.exclusively((session) =>
      session.append([{ ...bad!, amountMicros: 5 }, good!]),
    );
    expect((await told()).orders).toMatchObject([{ order_id: "A-2" }]);
  });
});

it("orders are forgotten after 25 months, their count is not", async () => {
  await shop.tell({ orderId: "A-1", clickId: clickOf() });
  await told();
  expect(await pruneConversions(shop.db)).toBe(0);
  await sql`update conversions set recorded_at = now() - interval '25 months 1 day'`.execute(
    books.db,
  );
  expect(await pruneConversions(shop.db)).toBe(1);
  expect(await told()).toMatchObject({ orders: [], days: [{ conversions: 1 }] });
});

it("Postgres never learns who the visitor was", async () => {
  const visitor = signed("visiteur-42");
  await shop.tell({ orderId: "A-1", clickId: clickOf(), visitor, gdpr: false });
  await told();
  const { rows } = await sql<{ readonly all: string }>`
    select (select json_agg(c)::text from conversions c) || (select json_agg(l)::text from ledger l) as all`.execute(
    books.db,
  );
  expect(rows[0]?.all).toContain("A-1");
  for (const secret of ["visiteur-42", visitor.signature, keyOfVisitor("visiteur-42")])
    expect(rows[0]?.all).not.toContain(secret);
});
