import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isWorthUpdating,
  priorClickRate,
  priorViewRate,
  smoothClickRate,
  smoothViewRate,
} from "../../../src/budgets/clickRate.ts";

describe("a campaign's click rate", () => {
  test("is the prior before anything is known", () => {
    expect(smoothClickRate({ impressions: 0, clicks: 0 }).clickRate).toBeCloseTo(priorClickRate);
  });

  test("is not made 100 % by one lucky click", () => {
    expect(smoothClickRate({ impressions: 1, clicks: 1 }).clickRate).toBeLessThan(0.006);
  });

  test("comes near the counted rate when much is known", () => {
    const { clickRate } = smoothClickRate({ impressions: 1_000_000, clicks: 20_000 });
    expect(clickRate).toBeCloseTo(0.02, 3);
  });

  test("lies between 0 and its upper bound, which is at most 1, whatever was counted", () => {
    const count = fc.nat({ max: 2 ** 40 });
    fc.assert(
      fc.property(count, count, (impressions, clicks) => {
        const { clickRate, clickRateUpper } = smoothClickRate({ impressions, clicks });
        expect(clickRate).toBeGreaterThan(0);
        expect(clickRateUpper).toBeGreaterThanOrEqual(clickRate);
        expect(clickRateUpper).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("is not rewritten for a change under 5 %", () => {
    expect(isWorthUpdating(0.01, 0.0104)).toBe(false);
    expect(isWorthUpdating(0.01, 0.0106)).toBe(true);
  });
});

describe("a campaign's view rate", () => {
  test("is the prior before anything is known, and hardly moves with the first view", () => {
    expect(smoothViewRate({ impressions: 0, viewables: 0 })).toBeCloseTo(priorViewRate);
    expect(smoothViewRate({ impressions: 1, viewables: 1 })).toBeLessThan(0.603);
  });

  test("comes near the counted rate with a few thousand impressions", () => {
    expect(smoothViewRate({ impressions: 10_000, viewables: 3_500 })).toBeCloseTo(0.355, 3);
  });

  test("is a probability, also where views came whose impressions were lost", () => {
    const count = fc.nat({ max: 2 ** 40 });
    fc.assert(
      fc.property(count, count, (impressions, viewables) => {
        const viewRate = smoothViewRate({ impressions, viewables });
        expect(viewRate).toBeGreaterThan(0);
        expect(viewRate).toBeLessThanOrEqual(1);
      }),
    );
  });
});
