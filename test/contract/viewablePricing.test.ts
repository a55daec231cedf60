import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { decodeImpressions } from "../../src/budgets/impressionLog.ts";
import type { TrackedEventKind } from "../../src/serving/ports.ts";
import { readTouches } from "../../src/stores/redis/touches.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

let server: TestRedis;
let money: Money;
beforeAll(async () => {
  server = await freshRedis();
  money = await openMoney(server.url);
});
afterAll(async () => {
  expect(money.errors).toEqual([]);
  money.close();
  await server.close();
});
beforeEach(async () => {
  await money.redis.flushall();
  await money.openBuckets();
});

const minuteMs = 60_000;
const vcpm = { pricing: "vcpm", priceMicros: 5_000 } as const;

/** Holds one viewable impression and tells events in order; answers what was charged for each. */
async function tell(...kinds: readonly TrackedEventKind[]): Promise<readonly number[]> {
  const request = winner({ totalBudgetMicros: 5_000 });
  expect(await money.holdBudgets([request], asked())).toMatchObject([{ held: true }]);
  const charged: number[] = [];
  for (const kind of kinds) {
    const outcome = await money.record(kind, claimsOf(request, vcpm), noonMs + 2_000);
    expect(outcome.status).toBe("counted");
    charged.push(outcome.status === "counted" ? outcome.chargedMicros : -1);
  }
  return charged;
}

it("a viewable impression is charged when it is viewed, whether its impression came before or after", async () => {
  expect(await tell("impression", "viewable")).toEqual([0, 5_000]);
  expect(await money.counters()).toMatchObject({ s: "5000", h: "0" });
  await money.redis.flushall();
  await money.openBuckets();
  expect(await tell("viewable", "impression", "click")).toEqual([5_000, 0, 0]);
  expect(await money.counters()).toMatchObject({ s: "5000", h: "0" });
});

it("an ad that is clicked without having been reported as viewable costs nothing, and its money waits on", async () => {
  expect(await tell("impression", "click")).toEqual([0, 0]);
  expect(await money.counters()).toMatchObject({ h: "5000" });
});

it("the money of a shown ad waits ten minutes for its view; that of one never shown returns with the hold", async () => {
  const shown = winner({ totalBudgetMicros: 10_000 });
  const unseen = winner({ totalBudgetMicros: 10_000 });
  await money.holdBudgets([shown, unseen], asked({ timeToLiveMs: minuteMs }));
  await money.record("impression", claimsOf(shown, vcpm), noonMs + 1_000);
  await money.buckets.tend(noonMs + 9 * minuteMs);
  expect(await money.counters()).toMatchObject({ h: "5000" });
  const [other] = await money.holdBudgets(
    [winner({ amountMicros: 6_000, totalBudgetMicros: 10_000 })],
    asked({ nowMs: noonMs + 9 * minuteMs }),
  );
  expect(other).toEqual({ held: false, reason: "total_budget" });
  expect(
    await money.record("viewable", claimsOf(shown, vcpm), noonMs + 9 * minuteMs),
  ).toMatchObject({ chargedMicros: 5_000 });
});

it("the money of a shown ad that nobody scrolls to returns too", async () => {
  const request = winner({ totalBudgetMicros: 5_000 });
  await money.holdBudgets([request], asked({ timeToLiveMs: minuteMs }));
  await money.record("impression", claimsOf(request, vcpm), noonMs + 1_000);
  await money.buckets.tend(noonMs + 1_000 + 10 * minuteMs);
  expect((await money.counters()).h).toBe("0");
  const late = await money.record("viewable", claimsOf(request, vcpm), noonMs + 20 * minuteMs);
  expect(late).toMatchObject({ status: "counted", chargedMicros: 5_000 });
});

it("a view whose impression was lost counts for the visitor's cap and for conversions, once", async () => {
  const request = winner({
    frequencyCaps: [{ per: "campaign", maxImpressions: 2, windowSeconds: 3_600 }],
  });
  await money.holdBudgets([request], asked({ visitorKey: "v1" }));
  const claims = claimsOf(request, { ...vcpm, mayMeasure: true });
  await money.record("viewable", claims, noonMs + 2_000);
  const seen = async () => {
    const log = await money.redis.getBuffer("{v:v1}:c");
    return log === null ? 0 : (decodeImpressions(log, noonMs + hourMs).get("c12")?.length ?? 0);
  };
  await until(async () => (await seen()) === 1);
  await money.record("impression", claims, noonMs + 3_000);
  expect(await seen()).toBe(1);
  await until(async () => (await readTouches(money.redis, "v1", 7)).length === 1);
  expect(await readTouches(money.redis, "v1", 7)).toMatchObject([
    { kind: "view", campaignId: 12, atMs: noonMs + 2_000 },
  ]);
});
const hourMs = 60 * minuteMs;
