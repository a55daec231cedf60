import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { moneyBucketOf } from "../../src/budgets/holdId.ts";
import { mediaCostOf } from "../../src/serving/mediaCost.ts";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { createLedgerBooks } from "../../src/stores/postgres/ledgerBooks.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { campaignBody } from "../support/campaignBodies.ts";
import { ledgerRow } from "../support/ledgerRows.ts";
import { type ManagementApi, openManagementApi } from "../support/managementApi.ts";
import { openMoney } from "../support/money.ts";
import { freshRedis } from "../support/servers.ts";

let api: ManagementApi;
let campaignId = 0;
let charged: readonly string[] = [];
beforeAll(async () => {
  api = await openManagementApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  const body = campaignBody({ advertiserId: api.shopId, dailyBudgetMicros: 25_000 });
  campaignId = (await api.as("admin").post("/v1/campaigns", body)).body.campaignId;
  const rows = Array.from({ length: 6 }, () => ownRow());
  await admitToLedger(api.opened.db, rows);
  charged = rows.map(({ eventId }) => eventId);
});

const ownRow = (changes: Parameters<typeof ledgerRow>[0] = {}) =>
  ledgerRow({ campaignId, advertiserId: api.shopId, ...changes });
const give = (body: object, who = "admin") =>
  api.as(who).post(`/v1/campaigns/${campaignId}/credits`, body);
const spending = async () =>
  (await api.as("reader").get(`/v1/campaigns/${campaignId}/spending`)).body;
const day = "2026-06-01";

describe("a credit", () => {
  it("of an event gives its charge back: entry, sums and budget follow, and nothing is given twice", async () => {
    const body = { creditId: "c-1", eventId: charged[0], reason: "robot" };
    const first = await give(body);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      kind: "credit",
      day,
      amountMicros: -5_000,
      creativeId: null,
      credit: { eventId: charged[0], reason: "robot", givenBy: "admin" },
    });
    const again = await give(body);
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect((await spending()).totals).toMatchObject({
      chargedMicros: 25_000,
      creditedMicros: 5_000,
      spentMicros: 20_000,
      uncharged: { over_daily_budget: 1 },
    });
    // What was given back may be spent again, and no more than that.
    const admitted = await admitToLedger(api.opened.db, [ownRow(), ownRow()]);
    expect(admitted.map(({ reason, rows }) => [reason, rows])).toEqual(
      expect.arrayContaining([
        [null, 1],
        ["over_daily_budget", 1],
      ]),
    );
    expect((await spending()).totals.spentMicros).toBe(25_000);
  });

  it("of an event may be a part of it, and never more than its charge in all", async () => {
    const part = (creditId: string, amountMicros?: number) =>
      give({ creditId, eventId: charged[0], amountMicros, reason: "geste commercial" });
    expect((await part("a", 2_000)).status).toBe(201);
    const tooMuch = await part("b", 3_001);
    expect(tooMuch.status).toBe(409);
    expect(tooMuch.body.errors).toEqual([
      { pointer: "/amountMicros", rule: "must be at most 3000" },
    ]);
    expect((await part("c")).body.amountMicros).toBe(-3_000);
    expect((await part("d")).status).toBe(409);
  });

  it("of a day gives an amount back, up to what is left of the day beside credits of its events", async () => {
    expect((await give({ creditId: "e", eventId: charged[1], reason: "robot" })).status).toBe(201);
    const ofDay = (creditId: string, amountMicros: number) =>
      give({ creditId, day, amountMicros, reason: "panne" });
    expect((await ofDay("x", 20_001)).body.errors[0].rule).toBe("must be at most 20000");
    expect((await ofDay("y", 17_000)).status).toBe(201);
    const rest = await give({ creditId: "f", eventId: charged[2], reason: "robot" });
    expect(rest.body.amountMicros).toBe(-3_000);
    expect((await spending()).totals).toMatchObject({ chargedMicros: 25_000, spentMicros: 0 });
  });

  it.each<[string, object, number, string, string]>([
    ["without anything", {}, 422, "/creditId", "is required"],
    ["of nothing", { creditId: "n", reason: "r" }, 422, "/eventId", "is required, or day"],
    [
      "of both",
      { creditId: "n", reason: "r", eventId: "e", day },
      422,
      "/day",
      "must be left out with an eventId, which has its own",
    ],
    [
      "of a day without an amount",
      { creditId: "n", reason: "r", day },
      422,
      "/amountMicros",
      "is required with a day",
    ],
    [
      "of a negative amount",
      { creditId: "n", reason: "r", day, amountMicros: -1 },
      422,
      "/amountMicros",
      "must be at least 1",
    ],
    [
      "of an event that was not charged",
      { creditId: "n", reason: "r", eventId: "nobody.0.click" },
      422,
      "/eventId",
      "must be an event that this campaign was charged for",
    ],
    [
      "of a day without events",
      { creditId: "n", reason: "r", day: "2026-01-01", amountMicros: 1 },
      422,
      "/day",
      "must be a day on which the campaign was charged",
    ],
    [
      "with a reason of 301 characters",
      { creditId: "n", reason: "r".repeat(301), day, amountMicros: 1 },
      422,
      "/reason",
      "must have at most 300 characters (it has 301)",
    ],
  ])("%s is refused with its field and rule", async (_what, body, status, pointer, rule) => {
    const refused = await give(body);
    expect(refused.status).toBe(status);
    expect(refused.body.errors).toContainEqual({ pointer, rule });
  });

  it("with the id of another credit is refused, and so is one of another campaign's event", async () => {
    await give({ creditId: "same", eventId: charged[0], reason: "robot" });
    const other = await give({ creditId: "same", eventId: charged[1], reason: "robot" });
    expect([other.status, other.body.errors[0].pointer]).toEqual([409, "/creditId"]);
    const body = { creditId: "theirs", eventId: charged[1], reason: "robot" };
    const path = `/v1/campaigns/${api.otherCampaignId}/credits`;
    expect((await api.as("admin").post(path, body)).status).toBe(422);
  });

  it("is for administrators, and of campaigns that are there", async () => {
    const body = { creditId: "m", eventId: charged[0], reason: "robot" };
    expect((await give(body, "manager")).status).toBe(403);
    expect((await give(body, "reader")).status).toBe(403);
    expect((await api.as("admin").post("/v1/campaigns/999999/credits", body)).status).toBe(404);
    expect((await api.as("nobody").post("/v1/campaigns/1/credits", body)).status).toBe(401);
  });

  it("given forty times at once beside writers never exceeds what was charged, whoever comes first", async () => {
    const db = createDatabase({
      url: api.opened.url,
      maxConnections: 8,
      statementTimeoutMs: 20_000,
    });
    const attempts = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0
        ? give({
            creditId: `event-${index}`,
            eventId: charged[index % 5],
            amountMicros: 3_000,
            reason: "robot",
          })
        : give({ creditId: `day-${index % 20}`, day, amountMicros: 4_000, reason: "panne" }),
    );
    const writers = Array.from({ length: 8 }, () =>
      admitToLedger(db, [ownRow(), ownRow(), ownRow()]),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    await Promise.all(writers);
    expect(new Set(statuses)).toEqual(new Set([200, 201, 409]));
    const { rows } = await sql<Record<string, number>>`
      select (select sum(amount_micros)::bigint from ledger where campaign_id = ${campaignId}) as net,
        (select -coalesce(sum(amount_micros), 0)::bigint from ledger where campaign_id = ${campaignId} and kind = 'credit') as credited,
        (select max(given) from (select -sum(amount_micros)::bigint as given from ledger where campaign_id = ${campaignId}
          and credited_event_id is not null group by credited_event_id) e) as most_of_an_event,
        (select spent_micros from campaign_days where campaign_id = ${campaignId}) as of_day,
        (select spent_micros from campaign_totals where campaign_id = ${campaignId}) as total`.execute(
      db,
    );
    const found = rows[0]!;
    expect(found.net).toBeGreaterThanOrEqual(0);
    expect(found.net).toBeLessThanOrEqual(25_000);
    expect([found.of_day, found.total]).toEqual([found.net, found.net]);
    expect(found.most_of_an_event).toBe(3_000);
    expect(statuses.filter((status) => status === 201).length).toBe(
      (
        await sql`select from ledger where campaign_id = ${campaignId} and kind = 'credit'`.execute(
          db,
        )
      ).rows.length,
    );
    await db.destroy();
  });

  it("reaches the counters in Redis with its answer", async () => {
    const server = await freshRedis();
    const money = await openMoney(server.url);
    await money.openBuckets();
    const { shopId, opened } = api;
    const bucket = moneyBucketOf(shopId);
    const spent = { counter: "campaign", id: campaignId, day: null, micros: 25_000 } as const;
    await money.buckets.changeCounters(bucket, [
      spent,
      { ...spent, day },
      { ...spent, counter: "advertiser", id: shopId },
    ]);
    const errors: unknown[] = [];
    const books = createLedgerBooks(opened.db, {
      moveCounters: (_advertiserId, changes) => money.buckets.changeCounters(bucket, changes),
      onError: (error) => errors.push(error),
    });
    const credit = {
      entryEventId: "credit.redis",
      campaignId,
      eventId: charged[0] ?? "",
      day: null,
      amountMicros: null,
      reason: "robot",
      givenBy: "test",
      apiKeyId: null,
    };
    expect(await books.giveCredit(credit)).toMatchObject({ outcome: "given" });
    const counters = await money.buckets.readCounters(bucket, {
      campaignIds: [campaignId],
      advertiserIds: [shopId],
      days: [day],
    });
    expect(counters?.campaigns.get(campaignId)).toMatchObject({
      spentMicros: 20_000,
      spentByDay: new Map([[day, 20_000]]),
    });
    expect(counters?.advertisers.get(shopId)).toBe(20_000);

    money.close();
    await server.close();
    const later = { ...credit, entryEventId: "credit.later", eventId: charged[1] ?? "" };
    expect(await books.giveCredit(later)).toMatchObject({ outcome: "given" });
    expect(errors).toHaveLength(1);
  });
});

describe("a campaign's ledger and spending", () => {
  it("lists the entries newest first, page by page, and by kind and day", async () => {
    await admitToLedger(api.opened.db, [
      ownRow({ kind: "click", amountMicros: 0, budgetDay: "2026-06-02" }),
    ]);
    await give({ creditId: "l", eventId: charged[0], reason: "robot" });
    const list = async (query: string, who = "manager") =>
      (await api.as(who).get(`/v1/campaigns/${campaignId}/ledger${query}`)).body;
    const kinds: string[] = [];
    let cursor = "";
    do {
      const page = await list(`?limit=3${cursor}`);
      kinds.push(...page.items.map((entry: { kind: string }) => entry.kind));
      cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(kinds).toEqual(["credit", "click", ...Array.from({ length: 6 }, () => "impression")]);
    expect((await list("?kind=click")).items).toMatchObject([{ day: "2026-06-02", media: null }]);
    expect((await list("?kind=credit&day=2026-06-02")).items).toEqual([]);
    expect((await list("?kind=impression&day=2026-06-01")).items).toHaveLength(6);
    expect((await list("?kind=purchase&limit=0&colour=red&cursor=x&day=1")).errors).toHaveLength(5);
  });

  it("sums by day, newest first, with everything that happened", async () => {
    await admitToLedger(api.opened.db, [
      ownRow({ kind: "conversion", amountMicros: 0, budgetDay: "2026-06-02" }),
      ownRow({ amountMicros: 0, unchargedReason: "too_late", budgetDay: "2026-06-02" }),
    ]);
    const { totals, days, nextCursor } = await spending();
    expect(nextCursor).toBeNull();
    expect(days).toEqual([
      {
        day: "2026-06-02",
        chargedMicros: 0,
        creditedMicros: 0,
        spentMicros: 0,
        impressions: 1,
        viewables: 0,
        clicks: 0,
        conversions: 1,
        uncharged: { too_late: 1 },
      },
      expect.objectContaining({ day, impressions: 6, uncharged: { over_daily_budget: 1 } }),
    ]);
    expect(totals).toMatchObject({
      chargedMicros: 25_000,
      impressions: 7,
      uncharged: { over_daily_budget: 1, too_late: 1 },
    });
    const path = `/v1/campaigns/${campaignId}/spending?limit=1`;
    const first = await api.as("reader").get(path);
    expect(first.body.days).toMatchObject([{ day: "2026-06-02" }]);
    const last = await api.as("reader").get(`${path}&cursor=${first.body.nextCursor}`);
    expect(last.body).toMatchObject({ days: [{ day }], nextCursor: null });
  });

  it("show what places cost to administrators alone", async () => {
    const media = mediaCostOf(
      { ssp: "demo", priceMicros: 3_000, currency: "USD" },
      { unitsPerEuro: 1.2, rateDate: "2026-06-01" },
    );
    await admitToLedger(api.opened.db, [ownRow({ media })]);
    const seenBy = async (who: "admin" | "manager" | "reader") => {
      const at = `/v1/campaigns/${campaignId}`;
      const ledger = (await api.as(who).get(`${at}/ledger?limit=1`)).body;
      const { totals } = (await api.as(who).get(`${at}/spending`)).body;
      return [ledger.items[0].media?.costMicros, totals.mediaCostMicros];
    };
    expect(await seenBy("admin")).toEqual([2_500, 2_500]);
    expect(await seenBy("manager")).toEqual([undefined, undefined]);
    expect(await seenBy("reader")).toEqual([undefined, undefined]);
  });

  it("are nobody else's: what a manager may not see is not there, and neither is what does not exist", async () => {
    const theirs = (part: string) => `/v1/campaigns/${api.otherCampaignId}/${part}`;
    for (const part of ["ledger", "spending"]) {
      expect((await api.as("manager").get(theirs(part))).status).toBe(404);
      expect((await api.as("reader").get(theirs(part))).status).toBe(200);
      expect((await api.as("reader").get(`/v1/campaigns/999999/${part}`)).status).toBe(404);
      expect((await api.as("nobody").get(theirs(part))).status).toBe(401);
    }
  });
});
