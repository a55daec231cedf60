import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signBidNotice } from "../../src/serving/bidNoticeToken.ts";
import type { BidNoticeClaims, Ssp } from "../../src/serving/bidPorts.ts";
import { asked, claimsOf, type Money, noonMs, winner } from "../support/money.ts";
import { type NoticeBooks, noticeLimits, openNoticeBooks } from "../support/noticeBooks.ts";
import { bidClaims, noticeKey, openNotices, sspOf } from "../support/notices.ts";

let money: Money;
let books: NoticeBooks;
const show: NoticeBooks["show"] = (...ad) => books.show(...ad);
const told = () => books.told();

beforeEach(async () => {
  books = await openNoticeBooks();
  ({ money } = books);
});
afterEach(() => books.close());

describe("an SSP whose pages ask by themselves is billed on the impression", () => {
  const open = (fields: Partial<Ssp> = {}) =>
    openNotices(money.redis, { ssp: sspOf({ openToBrowsers: true, ...fields }) });
  const shown = (shop: ReturnType<typeof open>, bid: BidNoticeClaims) =>
    shop.notices.shown(signBidNotice(bid, noticeKey), noonMs + 3_000);

  it("and a burl without it is refused, told as often as one likes, whatever it asks", async () => {
    const shop = open();
    const bid = bidClaims();
    for (const price of ["1.5", "2", "0"])
      expect(await shop.tell("billing", bid, { price })).toBe("unseen");
    await shown(shop, bid);
    expect(shop.told.at(-1)).toMatchObject({ kind: "impression", outcome: "unseen", bill: null });
    expect(await told()).toEqual({ ledger: [], hours: [] });
    expect(shop.emitted).toHaveLength(0);
    const byWin = open({ billedBy: "nurl" });
    expect(await byWin.tell("win", bid)).toBe("unseen");
  });

  it("at the price of the bid, once, whether burl comes before, after, or never", async () => {
    const shop = open();
    const [early, late, never] = [bidClaims(), bidClaims(), bidClaims()];
    for (const bid of [early, late, never])
      await money.holdBudgets([winner({ ...bid, amountMicros: 5_000, ...noticeLimits })], asked());
    expect(await shop.tell("billing", early)).toBe("unseen");
    for (const bid of [early, late, never]) {
      await show(bid);
      for (const _time of [1, 2]) await shown(shop, bid);
    }
    expect(await shop.tell("billing", early)).toBe("counted");
    expect(await shop.tell("billing", late)).toBe("counted");
    expect(await shop.tell("billing", late)).toBe("duplicate");
    expect(await shop.tell("loss", late, { loss: "102" })).toBe("loss_after_bill");
    const { ledger, hours } = await told();
    expect(ledger).toMatchObject([early, late, never].map(() => ({ media_cost_micros: 2_000 })));
    expect(hours).toMatchObject([{ billed: 3, cost_micros: 6_000, shown: 3, house_micros: 0 }]);
    const billed = shop.emitted.filter(({ payload }) => payload.costMicros === 2_000);
    expect(billed.map(({ payload }) => payload.kind)).toEqual(Array(3).fill("impression"));
  });

  it("by the burl, if the node died between impression and bill", async () => {
    const shop = open();
    const bid = bidClaims();
    await show(bid);
    expect(await shop.tell("billing", bid, { price: "1.5" })).toBe("counted");
    await shown(shop, bid);
    expect(shop.told.at(-1)).toMatchObject({ outcome: "counted", bill: null });
    expect((await told()).ledger).toMatchObject([{ media_cost_micros: 1_500 }]);
  });

  it("not by a robot's, nor by a pixel of another bid, of a test, of another SSP, or with a forged token", async () => {
    const shop = open();
    const [robbed, other] = [bidClaims(), bidClaims()];
    const invalid = { reason: "bot", addressKey: null, browserKey: null } as const;
    const seen = winner({ ...robbed, amountMicros: 5_000 });
    await money.record("impression", claimsOf(seen, { holdId: null }), noonMs, invalid);
    await show(other);
    await shown(shop, robbed);
    expect(shop.told.at(-1)?.outcome).toBe("unseen");
    await shown(shop, bidClaims());
    expect(shop.told.at(-1)?.outcome).toBe("unseen");
    const before = shop.told.length;
    await shown(shop, { ...other, test: true });
    await shown(shop, { ...other, sspId: 4 });
    await shop.notices.shown("forged", noonMs);
    await shown(openNotices(money.redis) as never, other);
    expect(shop.told).toHaveLength(before);
    expect((await told()).ledger).toHaveLength(0);
  });
});
