import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HoldRequest, RecordOutcome } from "../../src/serving/ports.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";

/** A bid holds a part of its price: the price times how often such bids win at most. */

let server: TestRedis;
let money: Money;
const limits = {
  totalBudgetMicros: 1_000_000 as number | null,
  dailyBudgetMicros: 100_000 as number | null,
  balanceMicros: null as number | null,
};

beforeEach(async () => {
  server = await freshRedis();
  money = await openMoney(server.url, () => limits);
  await money.openBuckets();
});
afterEach(async () => {
  money.close();
  await server.close();
});

const price = 5_000;

/** A bid that holds a twentieth of its price. */
const bid = (changes: Partial<HoldRequest> = {}) =>
  winner({ amountMicros: 250, priceMicros: price, ...limits, ...changes });

const show = (request: HoldRequest, changes: { readonly priceMicros?: number } = {}) =>
  money.record("impression", claimsOf(request, { priceMicros: price, ...changes }), noonMs);

const reasonOf = (outcome: RecordOutcome) =>
  outcome.status === "uncharged" ? outcome.reason : outcome.status;

/** Holds one after the other, each for an address of its own, until one is refused. */
async function holdAll(requests: readonly HoldRequest[]): Promise<readonly HoldRequest[]> {
  const held: HoldRequest[] = [];
  for (const request of requests) {
    const [outcome] = await money.holdBudgets([request], asked());
    if (outcome?.held === true) held.push(request);
  }
  return held;
}

describe("the hold of a bid", () => {
  it("lets twenty times as many bids be out at once, and not one more", async () => {
    const bids = Array.from({ length: 405 }, () => bid());
    // 400 holds of 250 are the day's 100,000.
    expect(await holdAll(bids)).toHaveLength(400);
  });

  it("is made up to the full price by the one that won, before the bids that may", async () => {
    const held = await holdAll(Array.from({ length: 400 }, () => bid()));
    for (const request of held.slice(0, 20))
      expect(await show(request)).toEqual({ status: "counted", chargedMicros: price });
    // The twenty-first is over the day's budget: the shop pays nothing, and never more than it said.
    expect(reasonOf(await show(held[20]!))).toBe("daily_budget");
    expect((await money.counters())["s:2026-06-01"]).toBe("100000");
  });

  it("is refused once not a whole price is left, however little it holds", async () => {
    const [first, ...others] = await holdAll(Array.from({ length: 20 }, () => bid()));
    for (const request of [first!, ...others.slice(0, 18)]) await show(request);
    await show(bid({ decisionId: "unheld" }), { priceMicros: 1 });
    expect(await holdAll([bid()])).toHaveLength(0);
  });

  it("that has lapsed or was released is charged only from what nobody holds", async () => {
    const [first, ...others] = await holdAll(Array.from({ length: 400 }, () => bid()));
    await money.releaseHolds([claimsOf(first!).holdId ?? ""], noonMs);
    expect(reasonOf(await show(first!))).toBe("daily_budget");
    await money.releaseHolds(
      others.slice(0, 20).map((other) => claimsOf(other).holdId ?? ""),
      noonMs,
    );
    expect(reasonOf(await show(others[0]!))).toBe("counted");
  });

  it("takes nothing from another campaign of the same advertiser", async () => {
    const shared = { balanceMicros: 12_000, dailyBudgetMicros: null, totalBudgetMicros: null };
    Object.assign(limits, shared);
    const page = winner({ ...shared, campaignId: 13, amountMicros: 8_000 });
    await money.holdBudgets([page], asked());
    const [won] = await holdAll([bid(shared)]);
    expect(won).toBeDefined();
    expect(reasonOf(await show(won!))).toBe("balance");
    Object.assign(limits, {
      totalBudgetMicros: 1_000_000,
      dailyBudgetMicros: 100_000,
      balanceMicros: null,
    });
  });
});
