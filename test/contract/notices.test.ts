import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import express from "express";
import request from "supertest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdIdOf } from "../../src/budgets/holdId.ts";
import { noticesRouter } from "../../src/routes/notices.ts";
import { signBidNotice } from "../../src/serving/bidNoticeToken.ts";
import type { BidNoticeClaims, Ssp } from "../../src/serving/bidPorts.ts";
import { noticeGraceMs } from "../../src/stores/redis/claimNotice.ts";
import { asked, claimsOf, type Money, noonMs, winner } from "../support/money.ts";
import { type NoticeBooks, noticeLimits, openNoticeBooks } from "../support/noticeBooks.ts";
import { bidClaims, dollars, noticeKey, openNotices, sspOf } from "../support/notices.ts";
import type { TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

let server: TestRedis;
let money: Money;
let books: NoticeBooks;
const show: NoticeBooks["show"] = (...ad) => books.show(...ad);
const told = () => books.told();

beforeEach(async () => {
  books = await openNoticeBooks();
  ({ server, money } = books);
});
afterEach(() => books.close());

describe("a billing notice", () => {
  it("becomes one row of the ledger's media side, however often it is told, and by win notices too", async () => {
    const shop = openNotices(money.redis);
    const bid = bidClaims();
    expect(await shop.tell("win", bid, { price: "1.5" })).toBe("counted");
    expect(await shop.tell("billing", bid, { price: "1.5" })).toBe("counted");
    for (const kind of ["win", "billing", "billing", "win"] as const)
      expect(await shop.tell(kind, bid, { price: "1.2" })).toBe("duplicate");
    const { ledger, hours } = await told();
    const eventId = `${bid.decisionId}.0.media`;
    expect(ledger).toEqual([
      {
        event_id: eventId,
        amount_micros: 0,
        media_ssp: "demo",
        media_price_micros: 1_500,
        media_currency: "EUR",
        media_cost_micros: 1_500,
      },
    ]);
    expect(hours).toMatchObject([{ ssp: "demo", currency: "EUR", billed: 1, cost_micros: 1_500 }]);
  });

  it("counts once also when ten nodes hear of it at once", async () => {
    const shop = openNotices(money.redis);
    const bid = bidClaims();
    await Promise.all(Array.from({ length: 10 }, () => shop.tell("billing", bid)));
    const outcomes = shop.told.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(["counted", ...Array.from({ length: 9 }, () => "duplicate")]);
    expect((await told()).ledger).toHaveLength(1);
  });

  it("is told by nurl where the SSP has no burl, and once where it sends both", async () => {
    const shop = openNotices(money.redis, { ssp: sspOf({ billedBy: "nurl" }) });
    const bid = bidClaims();
    expect(await shop.tell("billing", bid)).toBe("counted");
    expect((await told()).ledger).toHaveLength(0);
    expect(await shop.tell("win", bid)).toBe("counted");
    expect((await told()).ledger).toHaveLength(1);
    // The SSP's settings were changed in between: what is billed stays billed.
    const changed = openNotices(money.redis, { ssp: sspOf({ billedBy: "burl" }) });
    expect(await changed.tell("billing", bid)).toBe("duplicate");
    expect((await told()).ledger).toHaveLength(1);
  });

  it("is refused when it comes too late for an ad that nobody saw, and taken for one that was seen", async () => {
    const shop = openNotices(money.redis);
    const [seen, unseen, robbed] = [bidClaims(), bidClaims(), bidClaims()];
    const lateMs = seen.expiresAtMs + noticeGraceMs + 1;
    await show(seen);
    const invalid = { reason: "bot", addressKey: null, browserKey: null } as const;
    const request = winner({ ...robbed, amountMicros: 5_000 });
    await money.record("impression", claimsOf(request, { holdId: null }), noonMs, invalid);
    expect(await shop.tell("billing", seen, { price: "1.5" }, lateMs)).toBe("counted");
    expect(await shop.tell("billing", unseen, { price: "1.5" }, lateMs)).toBe("late");
    expect(await shop.tell("billing", robbed, { price: "1.5" }, lateMs)).toBe("late");
    expect(await shop.tell("win", unseen, {}, lateMs)).toBe("late");
    expect(await shop.tell("billing", unseen, { price: "1.5" }, lateMs - 1)).toBe("counted");
    expect((await told()).ledger).toHaveLength(2);
  });

  it("bills nothing of a test, an audit, a price above the bid, an unknown SSP, or what we did not sign", async () => {
    const shop = openNotices(money.redis);
    expect(await shop.tell("billing", bidClaims({ test: true }))).toBe("test");
    expect(await shop.tell("billing", bidClaims(), { price: "AUDIT" })).toBe("audit");
    expect(await shop.tell("billing", bidClaims(), { price: "2.1" })).toBe("above_bid");
    expect(await shop.tell("billing", bidClaims({ sspId: 4 }))).toBe("unknown_ssp");
    expect(await shop.notices.tell("billing", "abc", new URLSearchParams("price=1"), noonMs)).toBe(
      "not_ours",
    );
    expect(shop.told.at(-1)).toMatchObject({ outcome: "not_ours", claims: null });
    expect(await told()).toEqual({ ledger: [], hours: [] });
    expect(shop.emitted).toHaveLength(0);
  });

  it("waits on disk while Redis is away, and counts once when it is told again meanwhile", async () => {
    const shop = openNotices(money.redis);
    const bid = bidClaims();
    await server.crash();
    expect(await shop.tell("billing", bid)).toBe("spooled");
    expect(await shop.tell("loss", bidClaims())).toBe("lost");
    await server.restart();
    await until(() => money.redis.status === "ready");
    expect(await shop.tell("billing", bid)).toBe("counted");
    expect(shop.spooled).toHaveLength(1);
    for (const claim of shop.spooled) expect(await shop.notices.replay(claim)).toBe(true);
    const { ledger } = await told();
    expect(ledger).toHaveLength(1);
  });

  it("that waits is told of once: the exchange's retries wait no second time, and its event comes when it counts", async () => {
    const shop = openNotices(money.redis);
    const bid = bidClaims();
    await server.crash();
    for (const outcome of ["spooled", "duplicate", "duplicate"])
      expect(
        await shop.tell("billing", bid, { price: "1.5", mbr: "0.75", ts: "1780300000000" }),
      ).toBe(outcome);
    expect([shop.spooled.length, shop.emitted.length]).toEqual([1, 0]);
    expect(shop.told.map(({ bill }) => bill)).toEqual([null, null, null]);
    await server.restart();
    await until(() => money.redis.status === "ready");
    // As it comes back from the disk, twice after a crash of ours.
    const [claim] = JSON.parse(JSON.stringify(shop.spooled));
    for (const _time of [1, 2]) expect(await shop.notices.replay(claim)).toBe(true);
    expect(shop.told.slice(3)).toMatchObject([
      { outcome: "counted", bill: { costMicros: 1_500 } },
      { outcome: "duplicate", bill: null },
    ]);
    expect(shop.emitted).toMatchObject([
      {
        eventId: `${bid.decisionId}.0.billing_notice`,
        payload: {
          ssp: "demo",
          costMicros: 1_500,
          clearingMicros: 1_500_000,
          marketBidRatio: 0.75,
          impressionAtMs: 1_780_300_000_000,
        },
      },
    ]);
    expect((await told()).ledger).toHaveLength(1);
  });

  it("that no disk has room for is asked for again", async () => {
    const shop = openNotices(money.redis, { mayWait: false });
    const token = signBidNotice(bidClaims(), noticeKey);
    await server.crash();
    const tellIt = () =>
      shop.notices.tell("billing", token, new URLSearchParams("price=1.5"), noonMs + 1_000);
    expect([await tellIt(), await tellIt()]).toEqual(["later", "later"]);
    expect(shop.told.map(({ outcome }) => outcome)).toEqual(["lost", "lost"]);
  });

  it("is an event of the stream, as its published schema says", async () => {
    const path = `${import.meta.dirname}/../../warehouse/events/bid_notice.v1.json`;
    const validate = new Ajv().compile(JSON.parse(readFileSync(path, "utf8")));
    const shop = openNotices(money.redis);
    const bid = bidClaims();
    await shop.tell("win", bid, { price: "1.5", mtw: "1.2" });
    await shop.tell("billing", bid, { price: "1.5" });
    await shop.tell("loss", bidClaims(), { loss: "102", mtw: "3" });
    expect(shop.emitted).toHaveLength(3);
    for (const { occurredAtMs, ...event } of shop.emitted) {
      const line = { ...event, occurredAt: new Date(occurredAtMs).toISOString() };
      expect(validate(line), JSON.stringify(validate.errors)).toBe(true);
    }
    expect(new Set(shop.emitted.map(({ eventId }) => eventId)).size).toBe(3);
  });
});

describe("a loss notice", () => {
  it("gives back at once what the bid held, and nothing twice", async () => {
    const shop = openNotices(money.redis);
    const request = winner({ amountMicros: 500, priceMicros: 5_000, ...noticeLimits });
    const { decisionId } = request;
    const bid = bidClaims({ decisionId });
    await money.holdBudgets([request], asked());
    expect(await money.counters()).toMatchObject({ h: "500" });
    expect(await shop.tell("loss", bid, { loss: "102", mtw: "2.5" })).toBe("counted");
    await until(async () => (await money.counters()).h === "0");
    expect(await shop.tell("loss", bid, { loss: "102" })).toBe("duplicate");
    expect(await money.counters()).toMatchObject({ h: "0" });
  });

  it("is remembered for two minutes only, unless its bid was also told as won: most bids lose", async () => {
    const shop = openNotices(money.redis);
    const [lost, won] = [bidClaims(), bidClaims()];
    const lifeOf = (bid: BidNoticeClaims) => money.redis.pttl(`{m7}:w:${bid.decisionId}.0`);
    await shop.tell("loss", lost, { loss: "102" });
    expect(await lifeOf(lost)).toBeLessThanOrEqual(120_000);
    expect(await lifeOf(lost)).toBeGreaterThan(60_000);
    await shop.tell("win", won, {});
    await shop.tell("loss", won, { loss: "1" });
    expect(await lifeOf(won)).toBeGreaterThan(3_600_000);
    expect(await lifeOf(won)).toBeLessThan(2 * 3_600_000);
  });

  it("after the bill releases nothing: the bill stands", async () => {
    const shop = openNotices(money.redis);
    const request = winner({ amountMicros: 500, priceMicros: 5_000, ...noticeLimits });
    const { decisionId } = request;
    const bid = bidClaims({ decisionId });
    await money.holdBudgets([request], asked());
    await shop.tell("billing", bid);
    expect(await shop.tell("loss", bid, { loss: "102" })).toBe("loss_after_bill");
    expect(await money.counters()).toMatchObject({ h: "500" });
  });

  it("tells what it would have taken to win, in euros", async () => {
    const shop = openNotices(money.redis, { rates: dollars });
    const bid = () => bidClaims({ currency: "USD" });
    await shop.tell("loss", bid(), { loss: "102", mtw: "2.2" });
    await shop.tell("loss", bid(), { loss: "102", price: "2.2" });
    await shop.tell("loss", bid(), { loss: "100", price: "2.2" });
    await shop.tell("win", bid(), { price: "2", mtw: "1.1" });
    await shop.learning.exchange(noonMs);
    const counts = shop.learning.minToWin(3) ?? [];
    const known = counts.flatMap((count, bucket) => (count > 0 ? [[bucket, count]] : []));
    expect(known).toEqual([
      [80, 1],
      [88, 2],
    ]);
  });
});

describe("the account of an SSP", () => {
  it("has the house pay what no shop has paid for, until the shop's charge comes, in any order", async () => {
    const shop = openNotices(money.redis);
    const bids = [bidClaims(), bidClaims(), bidClaims()] as const;
    const [before, after, never] = bids;
    for (const bid of bids)
      await money.holdBudgets([winner({ ...bid, amountMicros: 5_000, ...noticeLimits })], asked());
    await show(before);
    await told();
    for (const bid of bids) await shop.tell("billing", bid);
    expect((await told()).hours).toMatchObject([
      {
        billed: 3,
        cost_micros: 4_500,
        house_billed: 2,
        house_micros: 3_000,
        charged_micros: 5_000,
      },
    ]);
    await show(after);
    expect((await told()).hours).toMatchObject([
      { billed: 3, house_billed: 1, house_micros: 1_500, shown: 2, charged_micros: 10_000 },
    ]);
    // Charged and billed in one batch.
    await show(never);
    const last = bidClaims();
    await money.holdBudgets([winner({ ...last, amountMicros: 5_000, ...noticeLimits })], asked());
    await shop.tell("billing", last);
    await show(last);
    expect((await told()).hours).toMatchObject([
      { billed: 4, cost_micros: 6_000, house_billed: 0, house_micros: 0, charged_micros: 20_000 },
    ]);
  });

  it("calls it the house's risk where the shop pays by click", async () => {
    const shop = openNotices(money.redis);
    const bid = bidClaims({ campaignId: 13 });
    const own = { ...bid, holdId: holdIdOf(bid) };
    const request = winner({ ...own, amountMicros: 5_000, ...noticeLimits });
    await money.holdBudgets([request], asked());
    await shop.tell("billing", own);
    await show(own, "impression", noonMs + 2_000, "cpc");
    await show(own, "click", noonMs + 3_000, "cpc");
    expect((await told()).hours).toMatchObject([
      {
        house_micros: 0,
        risk_cost_micros: 1_500,
        risk_charged_micros: 5_000,
        charged_micros: 5_000,
        shown: 1,
      },
    ]);
  });

  it("keeps hours and currencies apart, and does not count the same row twice", async () => {
    const shop = openNotices(money.redis, { rates: dollars });
    const dear = { priceMicros: 2_200_000, costMicros: 2_000_000, currency: "USD" };
    await shop.tell("billing", bidClaims(dear), { price: "2.2" });
    await shop.tell("billing", bidClaims());
    await shop.tell(
      "billing",
      bidClaims({ expiresAtMs: noonMs + 7_200_000 }),
      { price: "1" },
      noonMs + 3_600_000,
    );
    await told();
    const { hours } = await told();
    expect(hours).toMatchObject([
      { currency: "EUR", billed: 1, price_micros: 1_500, cost_micros: 1_500 },
      { currency: "USD", billed: 1, price_micros: 2_200, cost_micros: 2_000 },
      { currency: "EUR", billed: 1, price_micros: 1_000, cost_micros: 1_000 },
    ]);
  });
});

describe("the address of a notice", () => {
  it("answers 204 to what we signed, 404 to anything else, and 503 while the SSP is not known here", async () => {
    const token = signBidNotice(bidClaims(), noticeKey);
    const ask = (ssp: Ssp | null, path: string) => {
      const { notices } = openNotices(money.redis, { ssp });
      const app = express().use(noticesRouter({ notices, now: () => noonMs }));
      return request(app).get(`/openrtb2/n/${path}`);
    };
    for (const letter of ["w", "b", "l"])
      expect((await ask(sspOf(), `${letter}/${token}?price=1.5`)).status).toBe(204);
    for (const strange of ["price=%FF%&&=&price", "", "x".repeat(5_000)])
      expect((await ask(sspOf(), `b/${token}?${strange}`)).status).toBe(204);
    expect((await ask(sspOf(), "b/xyz?price=1.5")).status).toBe(404);
    const later = await ask(null, `b/${token}?price=1.5`);
    expect([later.status, later.headers["retry-after"], later.text]).toEqual([503, "5", ""]);
    expect((await told()).ledger).toHaveLength(1);
  });
});
