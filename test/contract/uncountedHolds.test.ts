import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { decodeImpressions } from "../../src/budgets/impressionLog.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";

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

const visit = { visitorKey: "v1", pageViewKey: "p1" };
const keysOfLogs = async (): Promise<readonly string[]> =>
  (await money.redis.keys("*")).filter((key) => /^\{[vp]:/.test(key));
const viewsOf = async (campaignId: number): Promise<number> => {
  const log = await money.redis.getBuffer("{v:v1}:c");
  return decodeImpressions(log, noonMs).get(`c${campaignId}`)?.length ?? 0;
};

it("an ad that no cap counts waits in no log, and its impression is written there all the same", async () => {
  const request = winner({ isUncounted: true });
  expect(await money.holdBudgets([request], asked(visit))).toMatchObject([{ held: true }]);
  expect(await keysOfLogs()).toEqual([]);
  await money.record("impression", claimsOf(request), noonMs);
  expect(await viewsOf(12)).toBe(1);
});

it("beside one that a cap counts it is decided with it, and refused money gives back what waits", async () => {
  const capped = winner({
    campaignId: 13,
    frequencyCaps: [{ per: "campaign", maxImpressions: 1, windowSeconds: 60 }],
    totalBudgetMicros: 1,
  });
  const outcomes = await money.holdBudgets([winner({ isUncounted: true }), capped], asked(visit));
  expect(outcomes).toMatchObject([{ held: true }, { held: false, reason: "total_budget" }]);
  expect(await viewsOf(13)).toBe(0);
});

it("without money it is refused, and nothing of it remains", async () => {
  const request = winner({ isUncounted: true, totalBudgetMicros: 1 });
  expect(await money.holdBudgets([request], asked(visit))).toMatchObject([
    { held: false, reason: "total_budget" },
  ]);
  expect(await keysOfLogs()).toEqual([]);
});

it("one that needs neither money nor a log is held without asking", async () => {
  const free = winner({ isUncounted: true, amountMicros: 0 });
  expect(await money.holdBudgets([free], asked())).toMatchObject([{ held: true }]);
});
