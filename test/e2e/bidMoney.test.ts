import { randomBytes } from "node:crypto";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/demo/random.ts";
import { auctionMacro } from "../../src/openrtb/noticeMacros.ts";
import { base64Price } from "../../src/openrtb/priceCodecs/base64Price.ts";
import { hmacPrice } from "../../src/openrtb/priceCodecs/hmacPrice.ts";
import { defaultMaturityMs } from "../../src/serving/bidLearning.ts";
import { noticeGraceMs } from "../../src/stores/redis/claimNotice.ts";
import {
  askOnce,
  type Bid,
  draw,
  isWritten,
  pathOf,
  readBooks,
  runMarket,
  tell,
  unhurried,
} from "../support/bidMarket.ts";
import { askForBid, bidBody, bidOf, openSsp } from "../support/bids.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

/** From a bid request to the books: the pixel charges the shop, the notice bills the house. */

/** A Monday at eleven in Paris, moved on by the tests. */
let clockMs = Date.UTC(2026, 5, 1, 9);
let system: System;
beforeAll(async () => {
  const clock = { nowMs: () => clockMs, correct: async () => undefined };
  system = await startSystem({}, undefined, { clock });
  for (const name of ["demo", "silent"])
    await openSsp(system, { ...unhurried, name, marginPermille: 200 });
});
afterAll(() => system.close());

const booksOf = (campaignId: number, ssp = "demo") => readBooks(system, campaignId, ssp);
const end = (campaignId: number) =>
  system.patch(`/v1/campaigns/${campaignId}`, { status: "ended" });

async function bidFor(campaignId: number): Promise<Bid> {
  const bid = await askOnce(system, "demo");
  if (bid?.cid !== String(campaignId)) throw new Error(`no bid of ${campaignId}`);
  return bid;
}

describe("a bid that wins", () => {
  it("costs the shop its price by the pixel, the house the clearing price by the notice, each once", async () => {
    const campaignId = await system.openShop({ bidMicros: 5_000_000 });
    const bid = await bidFor(campaignId);
    expect(bid.price).toBe(4);
    for (const _time of [1, 2]) {
      expect((await tell(system, bid.nurl, { PRICE: 3.5, CURRENCY: "EUR" })).status).toBe(204);
      expect((await draw(system, bid)).status).toBe(200);
      expect((await tell(system, bid.burl, { PRICE: 3.5, CURRENCY: "EUR" })).status).toBe(204);
    }
    await until(async () => (await booksOf(campaignId)).spending.mediaCostMicros > 0);
    const { spending, account } = await booksOf(campaignId);
    expect(spending).toMatchObject({
      chargedMicros: 5_000,
      mediaCostMicros: 3_500,
      impressions: 1,
    });
    expect(account).toMatchObject({
      billed: 1,
      costMicros: 3_500,
      chargedMicros: 5_000,
      marginMicros: 1_500,
      houseMicros: 0,
      shown: 1,
    });
    const ledger = await request(system.url)
      .get(`/v1/campaigns/${campaignId}/ledger?kind=media`)
      .set("authorization", `Bearer ${system.adminKey}`);
    expect(ledger.body.items).toMatchObject([
      { kind: "media", amountMicros: 0, media: { ssp: "demo", costMicros: 3_500 } },
    ]);
    await end(campaignId);
  });

  it("is billed by nurl and in the SSP's own encoding, where these are its ways", async () => {
    const keys = { encryption: randomBytes(32), integrity: randomBytes(32) };
    const codec = hmacPrice(keys, () => randomBytes(16));
    const ways = [
      { name: "encoded", priceEncoding: "base64", priceMacro: auctionMacro("PRICE", "B64") },
      {
        name: "encrypted",
        priceEncoding: "hmac",
        priceMacro: "%%WINNING_PRICE%%",
        priceKeys: {
          encryption: keys.encryption.toString("base64url"),
          integrity: keys.integrity.toString("base64url"),
        },
      },
    ] as const;
    const campaignId = await system.openShop();
    for (const way of ways) {
      await openSsp(system, { ...unhurried, ...way, billedBy: "nurl" });
      const bid = await askOnce(system, way.name);
      if (bid === null) throw new Error("no bid");
      const price = way.name === "encoded" ? base64Price.encode(2e6) : codec.encode(2e6);
      await tell(system, bid.burl.replace("%%WINNING_PRICE%%", price), { PRICE: price });
      const nurl = bid.nurl.replace("%%WINNING_PRICE%%", price);
      await tell(system, nurl.replace(/price=.{4}/, "price=9999"), { PRICE: "2.0" });
      await tell(system, nurl, { PRICE: price });
      await until(async () => (await booksOf(campaignId, way.name)).account.billed > 0);
      await until(() => isWritten(system));
      const { account } = await booksOf(campaignId, way.name);
      expect(account).toMatchObject({ billed: 1, costMicros: 2_000 });
    }
    await end(campaignId);
  });

  it("shows its costs to administrators alone", async () => {
    const campaignId = await system.openShop();
    const bid = await bidFor(campaignId);
    await draw(system, bid);
    await tell(system, bid.burl, { PRICE: 1 });
    await until(async () => (await booksOf(campaignId)).spending.mediaCostMicros > 0);
    const reader = await system.stores.giveKey("reader");
    const read = (path: string) =>
      request(system.url).get(path).set("authorization", `Bearer ${reader}`);
    const { body } = await read(`/v1/campaigns/${campaignId}/ledger`);
    expect(body.items).toMatchObject([{ kind: "impression", media: null }]);
    const media = await read(`/v1/campaigns/${campaignId}/ledger?kind=media`);
    expect(media.body.items).toEqual([]);
    expect((await read("/v1/ssps/demo/spending")).status).toBe(403);
    await end(campaignId);
  });

  it("is nobody's who calls an address that we did not sign, and told by HEAD it is not told", async () => {
    const campaignId = await system.openShop();
    const bid = await bidFor(campaignId);
    const forged = bid.burl.replace(/\/b\/.{6}/, "/b/AAAAAA");
    expect((await tell(system, forged, { PRICE: 3 })).status).toBe(404);
    const ask = request(system.url);
    expect((await ask.get("/openrtb2/n/b/x?price=1")).status).toBe(404);
    expect((await ask.get("/openrtb2/n/b/%E0%A4%A")).status).toBe(400);
    expect((await ask.head(pathOf(bid.burl))).status).toBe(204);
    expect((await ask.post(pathOf(bid.burl))).status).toBe(405);
    expect((await tell(system, bid.burl, { PRICE: 9 })).status).toBe(204);
    expect((await tell(system, bid.burl, { PRICE: "AUDIT" })).status).toBe(204);
    expect((await tell(system, bid.burl, { PRICE: 1, CURRENCY: "EUR" })).status).toBe(204);
    await until(async () => (await booksOf(campaignId)).spending.mediaCostMicros > 0);
    const { spending } = await booksOf(campaignId);
    expect(spending.mediaCostMicros).toBe(1_000);
    const metrics = await ask.get("/metrics");
    for (const outcome of ["above_bid", "audit", "counted", "not_ours"])
      expect(metrics.text).toMatch(new RegExp(`atelier_bid_notices_total.*outcome="${outcome}"`));
    await end(campaignId);
  });
});

describe("a notice that comes too late", () => {
  it("is not paid, unless the ad was seen, or told in time", async () => {
    const campaignId = await system.openShop();
    const [inTime, unseen, seen] = [
      await bidFor(campaignId),
      await bidFor(campaignId),
      await bidFor(campaignId),
    ];
    await draw(system, seen);
    const { account: before } = await booksOf(campaignId);
    const billed = async () => (await booksOf(campaignId)).account.billed - before.billed;
    clockMs += 300_000 + noticeGraceMs;
    await tell(system, inTime.burl, { PRICE: 1 });
    clockMs += 1;
    await tell(system, unseen.burl, { PRICE: 1 });
    await tell(system, seen.burl, { PRICE: 1 });
    await until(async () => (await billed()) === 2);
    await until(() => isWritten(system));
    expect(await billed()).toBe(2);
    await end(campaignId);
  });
});

describe("a bid that is told to have lost", () => {
  it("makes room for the next one at once", async () => {
    await openSsp(system, { ...unhurried, name: "new" });
    // Three impressions a day; of an SSP that nobody knows yet whole prices are held.
    const campaignId = await system.openShop({ dailyBudgetMicros: 15_000, bidMicros: 5_000_000 });
    const startMs = clockMs;
    const bids = [1, 2, 3, 4].map(() => askOnce(system, "new"));
    const made = (await Promise.all(bids)).flatMap((bid) => bid ?? []);
    expect(made).toHaveLength(3);
    clockMs += 5_000;
    expect(await askOnce(system, "new")).toBeNull();
    clockMs += 5_000;
    await tell(system, made[0]!.lurl, { LOSS: 102, MIN_TO_WIN: 6 });
    // Who was refused a moment ago is not asked again at once.
    await until(async () => {
      clockMs += 1_000;
      return (await askOnce(system, "new")) !== null;
    });
    expect(clockMs - startMs).toBeLessThan(defaultMaturityMs);
    clockMs += 1_000;
    expect(await askOnce(system, "new")).toBeNull();
    await end(campaignId);
  });
});

describe("a page that is let in unasked", () => {
  beforeAll(() => openSsp(system, { ...unhurried, name: "pages", openToBrowsers: true }));
  const france = { zone: { include: [{ type: "france" }] } };
  const ask = async (fields: Readonly<Record<string, unknown>> = {}): Promise<Bid | null> => {
    const headers = { origin: "https://journal.example" };
    const answer = await askForBid(system.url, bidBody(fields), { name: "pages", headers });
    return answer.status === 200 ? bidOf(answer.body) : null;
  };

  it("has its own bid billed by its picture only, once, at the bid's price, whatever its burl is told", async () => {
    const campaignId = await system.openShop({ ...france, bidMicros: 5_000_000 });
    const [unseen, seen] = [await ask(), await ask()];
    if (unseen === null || seen === null) throw new Error("no bid");
    for (const bid of [unseen, seen])
      expect((await tell(system, bid.burl, { PRICE: 4, CURRENCY: "EUR" })).status).toBe(204);
    for (const _time of [1, 2]) expect((await draw(system, seen)).status).toBe(200);
    await tell(system, seen.burl, { PRICE: 4, CURRENCY: "EUR" });
    await until(async () => (await booksOf(campaignId, "pages")).account.billed > 0);
    await until(() => isWritten(system));
    const { spending, account } = await booksOf(campaignId, "pages");
    expect(spending).toMatchObject({
      impressions: 1,
      chargedMicros: 5_000,
      mediaCostMicros: 5_000,
    });
    expect(account).toMatchObject({ billed: 1, costMicros: 5_000, houseMicros: 0 });
    const { text } = await request(system.url).get("/metrics");
    const notices = (kind: string, outcome: string) =>
      `atelier_bid_notices_total{ssp="pages",kind="${kind}",outcome="${outcome}"}`;
    expect(text).toContain(`${notices("billing", "unseen")} 2`);
    expect(text).toContain(`${notices("impression", "counted")} 1`);
    expect(text).toContain('atelier_bid_billed_micros_total{ssp="pages"} 5000');
    await end(campaignId);
  });

  it("does not freeze a small budget by calling each of its readers a child", async () => {
    const fields = { ...france, dailyBudgetMicros: 1_000_000, bidMicros: 5_000_000 };
    const campaignId = await system.openShop(fields);
    const made: (Bid | null)[] = [];
    // Whole prices are held of an SSP of which little is known: without a bound all forty would be.
    for (let time = 0; time < 40; time++) made.push(await ask({ regs: { gdpr: 0, coppa: 1 } }));
    // 2 % of the day's budget is one network's at once.
    expect(made.filter((bid) => bid !== null)).toHaveLength(4);
    await end(campaignId);
  });
});

describe("a shop of one euro a day", () => {
  it("is not frozen by twenty bids a second of which few win, though no loss is ever told", async () => {
    const fields = { dailyBudgetMicros: 1_000_000, bidMicros: 5_000_000 };
    const campaignId = await system.openShop(fields);
    const { made, won } = await runMarket(system, {
      ssp: "silent",
      seconds: 150,
      requestsPerSecond: 20,
      winRate: 0.02,
      random: createRandom(7).next,
      clearingPrice: 3,
      startMs: clockMs,
      setClock: (nowMs) => {
        clockMs = nowMs;
      },
    });
    // With whole prices held for five minutes, 200 bids could have been made, of which four would have won.
    expect(made).toBeGreaterThan(1_000);
    await until(() => isWritten(system));
    await until(async () => (await booksOf(campaignId, "silent")).account.billed === won);
    const { spending, account } = await booksOf(campaignId, "silent");
    expect(won).toBeGreaterThan(20);
    expect(spending.impressions).toBe(won);
    expect(spending.chargedMicros).toBeLessThanOrEqual(1_000_000);
    expect(account.houseMicros).toBe(0);
    await end(campaignId);
  }, 60_000);

  it("never pays for wins beyond it: the house does, and says so", async () => {
    // Three impressions a day; what was learnt above lets many more bids be out at once.
    const campaignId = await system.openShop({ dailyBudgetMicros: 15_000, bidMicros: 5_000_000 });
    const { account: before } = await booksOf(campaignId, "silent");
    const asks = Array.from({ length: 20 }, () => askOnce(system, "silent"));
    const bids = (await Promise.all(asks)).flatMap((bid) => bid ?? []);
    expect(bids.length).toBeGreaterThan(10);
    for (const bid of bids) {
      await draw(system, bid);
      await tell(system, bid.burl, { PRICE: 3, CURRENCY: "EUR" });
    }
    const billed = async () => (await booksOf(campaignId, "silent")).account.billed;
    await until(async () => (await billed()) === before.billed + bids.length);
    await until(() => isWritten(system));
    const { spending, account } = await booksOf(campaignId, "silent");
    expect(spending).toMatchObject({
      chargedMicros: 15_000,
      uncharged: { daily_budget: bids.length - 3 },
      mediaCostMicros: bids.length * 3_000,
    });
    expect(account.houseBilled - before.houseBilled).toBe(bids.length - 3);
    expect(account.houseMicros - before.houseMicros).toBe((bids.length - 3) * 3_000);
    await end(campaignId);
  });
});
