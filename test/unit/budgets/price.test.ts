import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  holdAmountMicros,
  impressionPriceMicros,
  type PricedCampaign,
  priceMicros,
} from "../../../src/budgets/price.ts";

const cpm: PricedCampaign = {
  priority: "paid",
  pricing: "cpm",
  bidMicros: 5_000_000,
  clickRateUpper: 0.02,
};
const vcpm: PricedCampaign = { ...cpm, pricing: "vcpm", bidMicros: 4_000_000 };
const cpc: PricedCampaign = { ...cpm, pricing: "cpc", bidMicros: 400_001 };

describe("prices", () => {
  it("charges a thousandth of a CPM bid, exactly", () => {
    expect(impressionPriceMicros(5_000_000)).toBe(5_000);
    expect(() => impressionPriceMicros(5_000_001)).toThrow(RangeError);
    expect(() => impressionPriceMicros(-1_000)).toThrow(RangeError);
  });

  it("holds the whole price of an impression, and of a click what it may cost", () => {
    expect(holdAmountMicros(cpm)).toBe(5_000);
    expect(priceMicros(cpc)).toBe(400_001);
    expect(holdAmountMicros(cpc)).toBe(8_001);
  });

  it("holds the whole price of a viewable impression: whether it comes is not known, what it costs is", () => {
    expect(priceMicros(vcpm)).toBe(4_000);
    expect(holdAmountMicros(vcpm)).toBe(4_000);
    expect(() => priceMicros({ ...vcpm, bidMicros: 4_000_001 })).toThrow(RangeError);
  });

  it("costs a house ad nothing", () => {
    for (const campaign of [cpm, vcpm, cpc]) {
      expect(priceMicros({ ...campaign, priority: "house" })).toBe(0);
      expect(holdAmountMicros({ ...campaign, priority: "house" })).toBe(0);
    }
  });

  it("never holds less than a micro nor more than the bid for a click", () => {
    const arbitraries = [
      fc.integer({ min: 1, max: 1e9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    ] as const;
    const check = fc.property(...arbitraries, (bidMicros, clickRateUpper) => {
      const amount = holdAmountMicros({ ...cpc, bidMicros, clickRateUpper });
      expect(Number.isInteger(amount)).toBe(true);
      expect(amount).toBeGreaterThanOrEqual(1);
      expect(amount).toBeLessThanOrEqual(bidMicros);
      expect(amount).toBeGreaterThanOrEqual(Math.min(bidMicros, bidMicros * clickRateUpper));
    });
    fc.assert(check);
  });
});
