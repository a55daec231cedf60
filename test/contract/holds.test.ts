import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { holdIdOf } from "../../src/budgets/holdId.ts";
import { decodeImpressions } from "../../src/budgets/impressionLog.ts";
import type { HoldOutcome, HoldRequest } from "../../src/serving/ports.ts";
import { createRedisHolds } from "../../src/stores/redis/holds.ts";
import type { FrequencyCap } from "../../src/targeting/types.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

let server: TestRedis;
let money: Money;
let others: readonly Money[];

beforeAll(async () => {
  server = await freshRedis();
  money = await openMoney(server.url);
  others = await Promise.all(Array.from({ length: 7 }, () => openMoney(server.url)));
});
afterAll(async () => {
  expect([money, ...others].flatMap((client) => client.errors)).toEqual([]);
  for (const client of [money, ...others]) client.close();
  await server.close();
});
beforeEach(async () => {
  await money.redis.flushall();
  await money.openBuckets();
});

const held = (outcomes: readonly HoldOutcome[]): number =>
  outcomes.filter((outcome) => outcome.held).length;
const reasons = (outcomes: readonly HoldOutcome[]): readonly string[] =>
  outcomes.map((outcome) => (outcome.held ? "held" : outcome.reason));
const perCampaign = (maxImpressions: number, windowSeconds = 3_600): readonly FrequencyCap[] => [
  { per: "campaign", maxImpressions, windowSeconds },
];
const capCount = async (visitorKey: string, key: string, nowMs = noonMs): Promise<number> => {
  const log = await money.redis.getBuffer(`{v:${visitorKey}}:c`);
  return decodeImpressions(log, nowMs).get(key)?.length ?? 0;
};

describe("holds of money", () => {
  it("reserve the amount in all limits of the campaign, and say which day it belongs to", async () => {
    const request = winner({ dailyBudgetMicros: 1e6 });
    const [outcome] = await money.holdBudgets([request], asked());
    expect(outcome).toEqual({
      held: true,
      holdId: `7.12.${request.decisionId}.0`,
      budgetDay: "2026-06-01",
    });
    expect(await money.counters()).toEqual({ h: "5000", "h:2026-06-01": "5000" });
    expect(await money.redis.hgetall("{m7}:a:7")).toEqual({ h: "5000" });
  });

  it.each([
    ["total_budget", { totalBudgetMicros: 12_000 }],
    ["daily_budget", { dailyBudgetMicros: 12_000 }],
    ["balance", { balanceMicros: 12_000 }],
  ] as const)("are refused by %s before it is passed by a micro", async (reason, limits) => {
    const outcomes = [];
    for (let index = 0; index < 3; index++)
      outcomes.push(...(await money.holdBudgets([winner(limits)], asked())));
    expect(reasons(outcomes)).toEqual(["held", "held", reason]);
    expect((await money.counters()).h).toBe("10000");
  });

  it("share the balance of their advertiser, and refuse within one call too", async () => {
    const limits = { balanceMicros: 10_000 };
    const requests = [12, 13, 14].map((campaignId, slot) =>
      winner({ ...limits, campaignId, decisionId: "one", slot }),
    );
    expect(reasons(await money.holdBudgets(requests, asked()))).toEqual([
      "held",
      "held",
      "balance",
    ]);
  });

  it.each([
    ["total budget", { totalBudgetMicros: 900_000 }, "total_budget"],
    ["daily budget", { dailyBudgetMicros: 900_000 }, "daily_budget"],
    ["balance", { balanceMicros: 900_000 }, "balance"],
  ])(
    "of clicks end when no whole click fits in the %s any more, however little a view holds",
    async (_name, limits, reason) => {
      const view = { ...limits, amountMicros: 5_000, priceMicros: 400_000 };
      const click = async () => {
        const request = winner(view);
        const outcomes = await money.holdBudgets([request], asked());
        const claims = claimsOf(request, { pricing: "cpc", priceMicros: 400_000 });
        if (outcomes[0]?.held === true) await money.record("click", claims, noonMs);
        return reasons(outcomes)[0];
      };
      expect([await click(), await click(), await click()]).toEqual(["held", "held", reason]);
    },
  );

  it("are exact to the micro with eight clients at once", async () => {
    const limits = { dailyBudgetMicros: 500_000, totalBudgetMicros: 900_000 };
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        [money, ...others][index % 8]!.holdBudgets([winner(limits)], asked()),
      ),
    );
    expect(held(outcomes.flat())).toBe(100);
    expect((await money.counters()).h).toBe("500000");
  });

  it("of several advertisers in one call are each decided by their own limits", async () => {
    const requests = [7, 8, 9].map((advertiserId, slot) =>
      winner({
        advertiserId,
        campaignId: advertiserId,
        slot,
        totalBudgetMicros: advertiserId === 8 ? 1 : null,
      }),
    );
    expect(reasons(await money.holdBudgets(requests, asked()))).toEqual([
      "held",
      "total_budget",
      "held",
    ]);
  });

  it("lapse at their time and give the budget and the cap back", async () => {
    const request = { totalBudgetMicros: 5_000, frequencyCaps: perCampaign(1) };
    const visitor = asked({ visitorKey: "v1" });
    const ask = async (afterMs: number) =>
      reasons(await money.holdBudgets([winner(request)], { ...visitor, nowMs: noonMs + afterMs }));
    expect(await ask(0)).toEqual(["held"]);
    expect(await ask(59_999)).toEqual(["total_budget"]);
    expect(await ask(60_000)).toEqual(["held"]);
  });

  it("are given back at once when released, money and cap, once only", async () => {
    const request = winner({ totalBudgetMicros: 5_000, frequencyCaps: perCampaign(1) });
    const visitor = asked({ visitorKey: "v1" });
    const [outcome] = await money.holdBudgets([request], visitor);
    const holdId = outcome?.held === true ? outcome.holdId : "";
    await money.releaseHolds([holdId, "nonsense", "99.1.x.0"], noonMs);
    expect(await money.counters()).toEqual({ h: "0" });
    expect(await capCount("v1", "c12")).toBe(0);
    await money.releaseHolds([holdId], noonMs);
    expect(await money.counters()).toEqual({ h: "0" });
  });

  it("asked for twice with the same id are held once", async () => {
    const request = winner();
    await money.holdBudgets([request], asked());
    expect(reasons(await money.holdBudgets([request], asked()))).toEqual(["held"]);
    expect((await money.counters()).h).toBe("5000");
  });

  it("belong to their own day: a new day has its whole budget", async () => {
    const request = { dailyBudgetMicros: 5_000, totalBudgetMicros: 15_000 };
    const beforeMidnight = Date.UTC(2026, 5, 1, 21, 59, 59);
    const at = (nowMs: number) => money.holdBudgets([winner(request)], asked({ nowMs }));
    expect(reasons(await at(beforeMidnight))).toEqual(["held"]);
    expect(reasons(await at(beforeMidnight + 500))).toEqual(["daily_budget"]);
    const [next] = await at(beforeMidnight + 1_000);
    expect(next).toMatchObject({ held: true, budgetDay: "2026-06-02" });
  });

  it("obey a budget that was lowered under what is spent, and one that was raised", async () => {
    const ask = async (totalBudgetMicros: number) =>
      reasons(await money.holdBudgets([winner({ totalBudgetMicros })], asked()))[0];
    expect(await ask(10_000)).toBe("held");
    expect(await ask(4_000)).toBe("total_budget");
    expect(await ask(10_000)).toBe("held");
    expect(await ask(10_000)).toBe("total_budget");
    expect(await ask(15_000)).toBe("held");
  });

  it("are unavailable when Redis is away, at once", async () => {
    const lonely = await freshRedis();
    const client = await openMoney(lonely.url);
    await client.openBuckets();
    await lonely.close();
    await until(() => client.redis.status !== "ready");
    const request = winner({ frequencyCaps: perCampaign(3) });
    const outcomes = await client.holdBudgets([request], asked({ visitorKey: "v1" }));
    expect(reasons(outcomes)).toEqual(["unavailable"]);
    client.close();
  });

  it("are unavailable while too many charges wait for the ledger", async () => {
    const outboxLimits = { maxUnwritten: 2, maxAgeMs: 600_000 };
    const { holdBudgets } = createRedisHolds({ redis: money.redis, outboxLimits });
    for (const expected of ["held", "held", "unavailable"]) {
      const request = winner();
      expect(reasons(await holdBudgets([request], asked()))).toEqual([expected]);
      await money.record("impression", claimsOf(request), noonMs);
    }
  });

  it("of house ads touch no money", async () => {
    const [outcome] = await money.holdBudgets([winner({ amountMicros: 0 })], asked());
    expect(outcome?.held).toBe(true);
    expect(await money.redis.keys("{m7}*")).toEqual(["{m7}:epoch"]);
  });
});

describe("frequency caps", () => {
  it("let exactly 50 of 100 concurrent requests of a visitor through, over eight clients", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const request = winner({ frequencyCaps: perCampaign(50) });
        const context = asked({ visitorKey: "v1" });
        return [money, ...others][index % 8]!.holdBudgets([request], context);
      }),
    );
    expect(held(outcomes.flat())).toBe(50);
    expect(reasons(outcomes.flat()).filter((reason) => reason === "frequency_cap")).toHaveLength(
      50,
    );
    await until(async () => (await money.counters()).h === "250000");
    expect(await capCount("v1", "c12")).toBe(50);
  });

  it("give the money back that they refuse to use", async () => {
    const request = { frequencyCaps: perCampaign(1), totalBudgetMicros: 1e6 };
    const visitor = asked({ visitorKey: "v1" });
    await money.holdBudgets([winner(request)], visitor);
    expect(reasons(await money.holdBudgets([winner(request)], visitor))).toEqual(["frequency_cap"]);
    await until(async () => (await money.counters()).h === "5000");
  });

  it("are given back when the money is refused", async () => {
    const request = winner({ frequencyCaps: perCampaign(1), totalBudgetMicros: 1 });
    await money.holdBudgets([request], asked({ visitorKey: "v1" }));
    await until(async () => (await capCount("v1", "c12")) === 0);
  });

  it("slide: what leaves the window makes room, to the millisecond", async () => {
    const request = { amountMicros: 0, frequencyCaps: perCampaign(2, 60) };
    const ask = async (afterMs: number) => {
      const context = asked({ visitorKey: "v1", nowMs: noonMs + afterMs });
      return reasons(await money.holdBudgets([winner(request)], context))[0];
    };
    expect(await ask(0)).toBe("held");
    expect(await ask(30_000)).toBe("held");
    expect(await ask(59_999)).toBe("frequency_cap");
    expect(await ask(60_000)).toBe("held");
    expect(await ask(89_999)).toBe("frequency_cap");
    expect(await ask(90_000)).toBe("held");
  });

  it("hold in all windows at once, for the campaign and for the advertiser", async () => {
    const caps: readonly FrequencyCap[] = [
      { per: "campaign", maxImpressions: 2, windowSeconds: 60 },
      { per: "advertiser", maxImpressions: 3, windowSeconds: 86_400 },
    ];
    const ask = async (campaignId: number, frequencyCaps = caps) => {
      const request = winner({ campaignId, frequencyCaps, amountMicros: 0 });
      return reasons(await money.holdBudgets([request], asked({ visitorKey: "v1" })))[0];
    };
    expect(await ask(12)).toBe("held");
    expect(await ask(12)).toBe("held");
    expect(await ask(12)).toBe("frequency_cap");
    // An uncapped sibling counts for the advertiser.
    expect(await ask(13, [])).toBe("held");
    expect(await ask(14)).toBe("frequency_cap");
  });

  it("refuse within one call what they would refuse one after the other", async () => {
    const requests = [0, 1, 2].map((slot) => winner({ slot, frequencyCaps: perCampaign(2) }));
    const outcomes = await money.holdBudgets(requests, asked({ visitorKey: "v1" }));
    expect(reasons(outcomes)).toEqual(["held", "held", "frequency_cap"]);
  });

  it("refuse capped campaigns to nobody in particular", async () => {
    const request = winner({ frequencyCaps: perCampaign(5) });
    expect(reasons(await money.holdBudgets([request], asked()))).toEqual(["frequency_cap"]);
  });

  it("keep the log under 4 KB, forget first what no cap needs, and refuse rather than forget what one does", async () => {
    const ask = async (
      count: number,
      campaignId: number,
      frequencyCaps: readonly FrequencyCap[],
    ) => {
      const requests = Array.from({ length: count }, (_, slot) =>
        winner({ campaignId, slot, frequencyCaps, amountMicros: 0 }),
      );
      return held(await money.holdBudgets(requests, asked({ visitorKey: "v1" })));
    };
    const capped = perCampaign(1_000, 86_400);
    expect(await ask(200, 20, [])).toBe(200);
    expect(await ask(220, 21, capped)).toBe(220);
    expect(await capCount("v1", "c21")).toBe(220);
    expect(await ask(20, 21, capped)).toBe(7);
    expect(await ask(3, 22, [])).toBe(3);
    expect(await money.redis.strlen("{v:v1}:c")).toBeLessThanOrEqual(4_096);
    expect(await capCount("v1", "c21")).toBe(227);
  });

  it("count an impression that came after its hold had lapsed", async () => {
    const request = winner({ frequencyCaps: perCampaign(1) });
    await money.holdBudgets([request], asked({ visitorKey: "v1" }));
    const lateMs = noonMs + 120_000;
    expect(await capCount("v1", "c12", lateMs)).toBe(0);
    await money.record("impression", claimsOf(request), lateMs);
    await until(async () => (await capCount("v1", "c12", lateMs)) === 1);
    await money.record("click", claimsOf(request), lateMs);
    await money.record("impression", claimsOf(request), lateMs);
    expect(await capCount("v1", "c12", lateMs)).toBe(1);
  });
});

describe("frequency caps of house ads", () => {
  const houseAd = () => winner({ amountMicros: 0, frequencyCaps: perCampaign(1, 86_400) });
  const ask = async (request = houseAd(), nowMs = noonMs) =>
    reasons(await money.holdBudgets([request], asked({ visitorKey: "v1", nowMs })))[0];
  const houseClaims = (request: HoldRequest) => claimsOf(request, { priceMicros: 0 });

  it("wait for the view: an ad that nobody saw counts no longer than its hold", async () => {
    expect(await ask()).toBe("held");
    expect(await ask(houseAd(), noonMs + 59_999)).toBe("frequency_cap");
    expect(await ask(houseAd(), noonMs + 60_000)).toBe("held");
  });

  it("count for good once the ad was seen, however late and often that is told", async () => {
    const seen = houseAd();
    expect(await ask(seen)).toBe("held");
    const lateMs = noonMs + 3_600_000;
    for (const expected of ["counted", "duplicate"])
      expect((await money.record("impression", houseClaims(seen), lateMs)).status).toBe(expected);
    await until(async () => (await capCount("v1", "c12", lateMs)) === 1);
    expect(await ask(houseAd(), lateMs)).toBe("frequency_cap");
    expect(await money.counters()).toEqual({});
    expect(await money.redis.hgetall("{m7}:a:7")).toEqual({});
  });

  it("are given back when the ad is released, but not when it was seen", async () => {
    const [released, seen] = [houseAd(), houseAd()];
    await ask(released);
    await money.releaseHolds([holdIdOf(released)], noonMs);
    expect(await ask(seen)).toBe("held");
    await money.record("impression", houseClaims(seen), noonMs);
    await money.releaseHolds([holdIdOf(seen)], noonMs);
    expect(await ask()).toBe("frequency_cap");
  });

  it("leave nothing behind that is refused or that nobody sees", async () => {
    await ask();
    const refused = houseAd();
    expect(await ask(refused)).toBe("frequency_cap");
    await until(async () => (await money.redis.exists(`{m7}:h:${holdIdOf(refused)}`)) === 0);
    const [kept = ""] = await money.redis.keys("{m7}:h:*");
    expect(await money.redis.pttl(kept)).toBeGreaterThan(0);
    expect(await money.redis.keys("{m7}*")).toHaveLength(2);
  });

  it("are held while the bucket is rebuilt: a house ad needs no money", async () => {
    await money.redis.del("{m7}:epoch");
    expect(await ask()).toBe("held");
  });
});

describe("somebody who only asks", () => {
  const florist = { dailyBudgetMicros: 5_000_000, totalBudgetMicros: 100_000_000 };
  const attack = async (requests: number, visitors: number): Promise<number> => {
    const outcomes = await Promise.all(
      Array.from({ length: requests }, (_, index) =>
        money.holdBudgets(
          [winner(florist)],
          asked({ addressKey: "attacker", visitorKey: `v${index % visitors}` }),
        ),
      ),
    );
    return held(outcomes.flat());
  };

  it("freezes at most 5 % of a florist's day, however many visitors he pretends to be", async () => {
    expect(await attack(2_000, 1_000)).toBeGreaterThan(0);
    expect(Number((await money.counters()).h)).toBeLessThanOrEqual(0.05 * 5_000_000);
    expect(reasons(await money.holdBudgets([winner(florist)], asked()))).toEqual(["held"]);
  });

  it("freezes no more from many addresses with one visitor id", async () => {
    for (let index = 0; index < 200; index++)
      await money.holdBudgets([winner(florist)], asked({ visitorKey: "v1" }));
    expect(Number((await money.counters()).h)).toBeLessThanOrEqual(0.05 * 5_000_000);
  });

  it("may always have one ad, and gets his share back as his views are counted", async () => {
    const tiny = { dailyBudgetMicros: 20_000 };
    const first = winner(tiny);
    const context = asked({ addressKey: "a street" });
    expect(reasons(await money.holdBudgets([first], context))).toEqual(["held"]);
    expect(reasons(await money.holdBudgets([winner(tiny)], context))).toEqual(["open_holds"]);
    await money.record("impression", claimsOf(first), noonMs + 1);
    expect(reasons(await money.holdBudgets([winner(tiny)], context))).toEqual(["held"]);
  });
});
