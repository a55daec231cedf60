import { describe, expect, it } from "vitest";
import { euroOnly, exchangeTableLifeMs } from "../../../src/openrtb/exchangeTable.ts";
import { auctionMacro } from "../../../src/openrtb/noticeMacros.ts";
import { readNotice } from "../../../src/openrtb/readNotice.ts";
import { judgeNotice, roundingMicros } from "../../../src/serving/judgeNotice.ts";
import { oneOfThousand } from "../../../src/serving/mediaCost.ts";
import { noonMs } from "../../support/money.ts";
import { bidClaims, dollars, sspOf } from "../../support/notices.ts";

const ssp = sspOf();

function judge(
  query: Readonly<Record<string, string>>,
  {
    kind = "billing" as "win" | "billing" | "loss",
    claims = bidClaims(),
    table = euroOnly,
    of = ssp,
  } = {},
) {
  const notice = readNotice(kind, new URLSearchParams(query), of.priceCodec);
  return judgeNotice(notice, claims, of, { table, nowMs: noonMs });
}

describe("a billing notice", () => {
  it("bills a thousandth of the price that is told, in the bid's currency and in euros", () => {
    expect(judge({ price: "1.5", cur: "EUR" })).toEqual({
      ok: true,
      bill: {
        ssp: "demo",
        priceMicros: 1_500,
        currency: "EUR",
        unitsPerEuro: 1,
        rateDate: "2026-06-01",
        costMicros: 1_500,
      },
    });
    const claims = bidClaims({ currency: "USD", costMicros: 1_818_182 });
    expect(judge({ price: "1.1", cur: "USD" }, { claims, table: dollars })).toMatchObject({
      bill: { priceMicros: 1_100, currency: "USD", unitsPerEuro: 1.1, costMicros: 1_000 },
    });
  });

  it("takes the rate of the bid where today's is not known any more", () => {
    const claims = bidClaims({ currency: "USD", costMicros: 1_818_182 });
    const old = { ...dollars, asOfMs: noonMs - exchangeTableLifeMs - 1 };
    const judged = judge({ price: "2" }, { claims, table: old });
    expect(judged).toMatchObject({ ok: true, bill: { priceMicros: 2_000, costMicros: 1_819 } });
  });

  it("costs, over many impressions, what the SSP's own sum says: no more and no less than a ten-thousandth beside it", () => {
    let sum = 0;
    const impressions = 20_000;
    for (let one = 0; one < impressions; one++) {
      const judged = judge({ price: "0.0123456" });
      if (judged.ok) sum += judged.bill?.priceMicros ?? 0;
    }
    const told = (12_346 / 1_000) * impressions;
    expect(Math.abs(sum - told) / told).toBeLessThan(0.001);
    expect([oneOfThousand(1_500, 0), oneOfThousand(1_500, 499), oneOfThousand(1_500, 500)]).toEqual(
      [1, 1, 2],
    );
  });

  it("costs the same when it is told again", () => {
    const claims = bidClaims();
    expect(judge({ price: "0.0123456" }, { claims })).toEqual(
      judge({ price: "0.0123456" }, { claims }),
    );
  });

  it("is refused above our bid; what is only rounded up costs the bid itself", () => {
    expect(judge({ price: "2.01" })).toEqual({ ok: false, reason: "above_bid" });
    expect(judge({ price: "2.005" })).toMatchObject({ ok: true, bill: { priceMicros: 2_000 } });
    expect(roundingMicros).toBe(5_000);
    expect(judge({ price: "2" })).toMatchObject({ ok: true, bill: { priceMicros: 2_000 } });
    expect(judge({ price: "0" })).toMatchObject({ ok: true, bill: { priceMicros: 0 } });
  });

  it("of a part of an impression costs that part, and of several is refused: we bid for one", () => {
    expect(judge({ price: "2", mult: "0.25" })).toMatchObject({ bill: { priceMicros: 500 } });
    expect(judge({ price: "1", mult: "2" })).toMatchObject({ bill: { priceMicros: 2_000 } });
    expect(judge({ price: "2", mult: "4" })).toEqual({ ok: false, reason: "multiplier" });
    expect(judge({ price: "2", mult: "1e9" })).toMatchObject({ bill: { priceMicros: 2_000 } });
  });

  it("is refused without a price, with one that cannot be read, in another currency", () => {
    expect(judge({})).toEqual({ ok: false, reason: "no_price" });
    expect(judge({ price: auctionMacro("PRICE") })).toEqual({ ok: false, reason: "no_price" });
    expect(judge({ price: "-1" })).toEqual({ ok: false, reason: "unreadable_price" });
    expect(judge({ price: "1", cur: "USD" })).toEqual({ ok: false, reason: "currency" });
  });

  it("of a test or an audit bills nothing", () => {
    expect(judge({ price: "1" }, { claims: bidClaims({ test: true }) })).toEqual({
      ok: false,
      reason: "test",
    });
    expect(judge({ price: "AUDIT" })).toEqual({ ok: false, reason: "audit" });
    expect(judge({ price: "1", imp: "AUDIT" })).toEqual({ ok: false, reason: "audit" });
  });
});

describe("a win notice", () => {
  it("bills nothing where burl bills, and everything where it is the one that bills", () => {
    expect(judge({ price: "1.5" }, { kind: "win" })).toEqual({ ok: true, bill: null });
    expect(judge({}, { kind: "win" })).toEqual({ ok: true, bill: null });
    expect(judge({ price: "9" }, { kind: "win" })).toEqual({ ok: false, reason: "above_bid" });
    const of = sspOf({ billedBy: "nurl" });
    expect(judge({ price: "1.5" }, { kind: "win", of })).toMatchObject({
      bill: { priceMicros: 1_500 },
    });
    expect(judge({ price: "1.5" }, { kind: "billing", of })).toEqual({ ok: true, bill: null });
  });
});

describe("a loss notice", () => {
  it("counts with any price, currency or none", () => {
    const queries: readonly Readonly<Record<string, string>>[] = [
      {},
      { price: "9" },
      { price: "x", cur: "GBP" },
    ];
    for (const query of queries)
      expect(judge(query, { kind: "loss" })).toEqual({ ok: true, bill: null });
  });
});
