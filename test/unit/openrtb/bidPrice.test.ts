import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answerCurrency,
  expectedPayMicros,
  type PriceAsk,
  priceBid,
  priceNumber,
} from "../../../src/openrtb/bidPrice.ts";
import {
  minToWinBucket,
  minToWinBuckets,
  type ShadingPolicy,
} from "../../../src/openrtb/bidShading.ts";
import { exchangeTableLifeMs, readExchangeTable } from "../../../src/openrtb/exchangeTable.ts";
import { rates, sampleDeal, sampleImp } from "../../support/openrtb/bidSamples.ts";

const cpm = (bidMicros: number, valueMicros = bidMicros): PriceAsk["value"] => ({
  valueMicros,
  bidMicros,
  pricing: "cpm",
  clickRate: null,
  viewRate: null,
});

function ask(fields: Partial<PriceAsk> = {}): PriceAsk {
  return {
    request: { auctionType: 1 },
    imp: sampleImp({ floorMicros: 0, floorCurrency: "EUR" }),
    deal: null,
    value: cpm(3_000_000),
    currency: "EUR",
    settings: { currencies: [], marginPermille: 0, shading: { kind: "off" } },
    minToWin: null,
    ...rates,
    ...fields,
  };
}

const settings = (marginPermille: number): PriceAsk["settings"] => ({
  currencies: [],
  marginPermille,
  shading: { kind: "off" },
});

describe("the price of a bid", () => {
  test("is what the campaign pays, less our margin", () => {
    expect(priceBid(ask({ settings: settings(150) }))).toEqual({
      ok: true,
      priceMicros: 2_550_000,
      costMicros: 2_550_000,
      payMicros: 3_000_000,
    });
  });

  test("never counts the boosts of the ranking, which nobody pays", () => {
    expect(priceBid(ask({ value: cpm(3_000_000, 9_000_000) }))).toMatchObject({
      priceMicros: 3_000_000,
    });
  });

  test("of a CPC campaign is the expectation of its clicks", () => {
    const value = { ...cpm(200_000), pricing: "cpc", clickRate: 0.0123, valueMicros: 1e9 } as const;
    expect(expectedPayMicros(value)).toBe(2_460_000);
    expect(priceBid(ask({ value }))).toMatchObject({ priceMicros: 2_460_000 });
  });

  test("of a vCPM campaign is the expectation of its views", () => {
    const value = { ...cpm(3_000_000), pricing: "vcpm", viewRate: 0.6 } as const;
    expect(priceBid(ask({ value }))).toMatchObject({ priceMicros: 1_800_000 });
  });

  test("in dollars is rounded down, its cost in euros up", () => {
    expect(priceBid(ask({ currency: "USD", value: cpm(1_000_001) }))).toMatchObject({
      priceMicros: 1_087_301,
      costMicros: 1_000_001,
    });
  });

  test("reaches a floor in another currency, rounded up, or is none", () => {
    const imp = sampleImp({ floorMicros: 1_087_301, floorCurrency: "USD" });
    expect(priceBid(ask({ imp, value: cpm(1_000_000) }))).toEqual({ ok: false, reason: "floor" });
    expect(priceBid(ask({ imp, value: cpm(1_000_001) }))).toMatchObject({ priceMicros: 1_000_001 });
  });

  test("with a deal counts the deal's floor instead of the imp's", () => {
    const imp = sampleImp({ floorMicros: 9_000_000, floorCurrency: "EUR" });
    const deal = sampleDeal({ floorMicros: 2_500_000, floorCurrency: "EUR" });
    expect(priceBid(ask({ imp, deal }))).toMatchObject({ priceMicros: 3_000_000 });
    expect(priceBid(ask({ imp, deal: { ...deal, auctionType: 3 } }))).toMatchObject({
      priceMicros: 2_500_000,
    });
    expect(priceBid(ask({ imp }))).toEqual({ ok: false, reason: "floor" });
  });

  test("of a floor whose currency nobody knows is none", () => {
    const imp = sampleImp({ floorMicros: 1, floorCurrency: "XTS" });
    expect(priceBid(ask({ imp }))).toEqual({ ok: false, reason: "currency" });
  });

  test("of a table that is too old knows the euro only", () => {
    const nowMs = rates.table.asOfMs + exchangeTableLifeMs;
    expect(priceBid(ask({ currency: "USD", nowMs }))).toEqual({ ok: false, reason: "currency" });
    expect(priceBid(ask({ nowMs }))).toMatchObject({ ok: true });
  });

  test("of what brings nothing is none", () => {
    expect(priceBid(ask({ value: cpm(0) }))).toEqual({ ok: false, reason: "worthless" });
  });

  test("is shaded in a first-price auction, in none of second price and with no deal", () => {
    const counts = Array.from({ length: minToWinBuckets }, () => 0);
    counts[minToWinBucket(1_500_000)] = 1_000;
    const shading = { kind: "learnt", minObservations: 100, minPermille: 100 } as const;
    const shaded = ask({ minToWin: counts, settings: { ...settings(0), shading } });
    const first = priceBid(shaded);
    expect(first.ok && first.priceMicros).toBeLessThan(1_700_000);
    expect(first.ok && first.priceMicros).toBeGreaterThanOrEqual(1_500_000);
    const full = { priceMicros: 3_000_000 };
    expect(priceBid({ ...shaded, request: { auctionType: 2 } })).toMatchObject(full);
    expect(priceBid({ ...shaded, deal: sampleDeal({ floorMicros: 0 }) })).toMatchObject(full);
    const floored = sampleImp({ floorMicros: 2_000_000, floorCurrency: "EUR" });
    expect(priceBid({ ...shaded, imp: floored })).toMatchObject({ priceMicros: 2_000_000 });
  });
});

test("no price is a micro above what the campaign pays less the margin, nor below its floor", () => {
  const currencies = fc.constantFrom("EUR", "USD", "JPY", "KWD");
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000_000 }),
      fc.integer({ min: 0, max: 999 }),
      currencies,
      currencies,
      fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200_000_000 })),
      fc.double({ min: 0.3, max: 3, noNaN: true }),
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 161, maxLength: 161 }),
      fc.constantFrom<ShadingPolicy>(
        { kind: "off" },
        { kind: "learnt", minObservations: 1, minPermille: 200 },
      ),
      (
        bidMicros,
        marginPermille,
        currency,
        floorCurrency,
        floorMicros,
        boost,
        minToWin,
        shading,
      ) => {
        const imp = sampleImp({ floorMicros, floorCurrency });
        const value = cpm(bidMicros, Math.round(bidMicros * boost));
        const price = priceBid(
          ask({
            imp,
            value,
            currency,
            minToWin,
            settings: { currencies: [], marginPermille, shading },
          }),
        );
        if (!price.ok) return;
        const rate = (code: string): bigint =>
          BigInt(code === "EUR" ? 1_000_000 : (rates.table.microsPerEuro.get(code) ?? 0));
        const offered = BigInt(price.priceMicros) * 1_000_000n * 1_000n;
        const payable = BigInt(bidMicros) * BigInt(1_000 - marginPermille) * rate(currency);
        expect(offered <= payable).toBe(true);
        const floor = BigInt(floorMicros) * rate(currency);
        expect(BigInt(price.priceMicros) * rate(floorCurrency) >= floor).toBe(true);
        expect(price.costMicros).toBeLessThanOrEqual(price.payMicros);
        // As JSON, read back by an exchange, it is the same to the micro.
        const read = Number(JSON.stringify(priceNumber(price.priceMicros)));
        expect(Math.round(read * 1_000_000)).toBe(price.priceMicros);
      },
    ),
  );
});

describe("the currency of an answer", () => {
  test.each([
    { asked: [], ours: [], is: "USD" },
    { asked: ["USD", "EUR"], ours: [], is: "EUR" },
    { asked: ["USD", "EUR"], ours: ["USD"], is: "USD" },
    { asked: ["XTS", "GBP"], ours: [], is: "GBP" },
    { asked: ["XTS"], ours: [], is: null },
    { asked: ["GBP"], ours: ["EUR", "USD"], is: null },
  ])("asked for $asked, by an SSP of $ours, is $is", ({ asked, ours, is }) => {
    expect(answerCurrency({ currencies: asked }, { currencies: ours }, rates)).toBe(is);
  });
});

describe("an operator's table of rates", () => {
  test("is read with its day", () => {
    const read = readExchangeTable({ asOf: "2026-03-12", base: "EUR", rates: { USD: 1.0873 } });
    expect(read.ok && [...read.table.microsPerEuro]).toEqual([["USD", 1_087_300]]);
    expect(read.ok && read.table.asOfMs).toBe(Date.UTC(2026, 2, 12));
  });

  test.each([
    [null, "the table must be an object"],
    [{ asOf: "12/03/2026", base: "EUR", rates: {} }, 'asOf must be a day such as "2026-03-12"'],
    [{ asOf: "2026-03-12", base: "USD", rates: {} }, 'base must be "EUR"'],
    [{ asOf: "2026-03-12", base: "EUR", rates: [] }, "rates must be an object"],
    [
      { asOf: "2026-03-12", base: "EUR", rates: { usd: 1 } },
      "rates must be named by ISO 4217 codes",
    ],
    [
      { asOf: "2026-03-12", base: "EUR", rates: { USD: 0 } },
      "rates.USD must be a number from 0.000001 to 1000000",
    ],
    [
      { asOf: "2026-03-12", base: "EUR", rates: { USD: "1.08" } },
      "rates.USD must be a number from 0.000001 to 1000000",
    ],
  ])("%j is refused: %s", (table, problem) => {
    expect(readExchangeTable(table)).toEqual({ ok: false, problem });
  });
});
