import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { type MoneyTown, moneyFaults, openMoneyTown } from "./moneyFaults.ts";

let money: MoneyTown;
beforeEach(async () => {
  money = await openMoneyTown();
});
afterEach(() => money.close());

describe("in the middle of load", () => {
  test("a Redis that is killed and started again with its file loses nothing, and nothing is charged twice", async () => {
    const { town, load } = money;
    await moneyFaults.redisKilled(money);
    const backAtMs = performance.now();
    const isPaid = ({ ads }: (typeof load.pages)[number]) =>
      ads.some(({ campaignId }) => campaignId === town.paidId);
    await until(() => load.since(backAtMs).filter(isPaid).length > 20, 20_000);
    await money.untilMoreSeen(50);
    await money.expectChargedOnce();
  });

  test("a Postgres that crashes and recovers loses nothing, nothing is charged twice, and paid ads go on meanwhile", async () => {
    const { town, load } = money;
    await moneyFaults.postgresCrashed(money);
    const crashedAtMs = performance.now();
    await money.untilMoreSeen(100);
    const during = load.since(crashedAtMs).flatMap(({ ads }) => ads);
    expect(during.filter(({ campaignId }) => campaignId !== town.paidId)).toEqual([]);
    await money.expectChargedOnce();
  });
});
