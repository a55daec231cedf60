import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeImpressions } from "../../src/budgets/impressionLog.ts";
import type { SpendingLimits } from "../../src/budgets/limits.ts";
import type { RecordOutcome, ServingEvent } from "../../src/serving/ports.ts";
import { createRecordEvent, type SpooledEvent } from "../../src/serving/recordEvent.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { createRedisRecorder } from "../../src/stores/redis/recordEvents.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { startFaultProxy } from "../support/proxy.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

const unlimited = { totalBudgetMicros: null, dailyBudgetMicros: null, balanceMicros: null };
let limits: SpendingLimits | null = null;
let server: TestRedis;
let money: Money;

beforeAll(async () => {
  server = await freshRedis();
  money = await openMoney(server.url, () => limits);
});
afterAll(async () => {
  expect(money.errors).toEqual([]);
  money.close();
  await server.close();
});
beforeEach(async () => {
  limits = null;
  await money.redis.flushall();
  await money.openBuckets();
});

const statusOf = (outcome: RecordOutcome): string =>
  outcome.status === "uncharged" ? outcome.reason : outcome.status;
const outbox = async (): Promise<readonly string[]> =>
  (await money.redis.xrange("{m7}:out", "-", "+")).map(([, fields]) => {
    const values = Object.fromEntries(
      fields.flatMap((field, at) => (at % 2 === 0 ? [[field, fields[at + 1]]] : [])),
    );
    return `${JSON.parse(values.event ?? "[]")[1]} ${values.micros} ${values.reason}`.trim();
  });

describe("recording an event", () => {
  it("turns the hold of an impression into a charge, once", async () => {
    const request = winner({ totalBudgetMicros: 5_000 });
    await money.holdBudgets([request], asked());
    const claims = claimsOf(request);
    expect(await money.record("impression", claims, noonMs + 10)).toEqual({
      status: "counted",
      chargedMicros: 5_000,
    });
    for (let again = 0; again < 3; again++)
      expect(await money.record("impression", claims, noonMs + 20)).toEqual({
        status: "duplicate",
      });
    expect(await money.counters()).toEqual({ s: "5000", "s:2026-06-01": "5000", h: "0" });
    expect(await outbox()).toEqual(["impression 5000"]);
  });

  it("counts once when the same event arrives many times at once", async () => {
    const request = winner();
    await money.holdBudgets([request], asked());
    const calls = Array.from({ length: 50 }, () =>
      money.record("impression", claimsOf(request), noonMs),
    );
    const statuses = (await Promise.all(calls)).map(statusOf);
    expect(statuses.filter((status) => status === "counted")).toHaveLength(1);
    expect(statuses.filter((status) => status === "duplicate")).toHaveLength(49);
    expect((await money.counters()).s).toBe("5000");
  });

  it("waits outside Redis while more is unwritten than its memory is for; what is counted already is known", async () => {
    const [first, second] = [winner(), winner()];
    await money.holdBudgets([first, second], asked());
    const [known, next] = [claimsOf(first), claimsOf(second)];
    expect((await money.record("impression", known, noonMs)).status).toBe("counted");
    const fill = `for _ = 2, 150000 do redis.call("XADD", KEYS[1], "*", "t", ARGV[1]) end`;
    const slow = connectRedis({ url: server.url, commandTimeoutMs: null });
    await redisReady(slow);
    await slow.eval(fill, 1, "{m7}:out", noonMs);
    slow.disconnect();
    expect((await money.record("impression", next, noonMs)).status).toBe("unavailable");
    expect((await money.record("impression", known, noonMs)).status).toBe("duplicate");
    await money.redis.xtrim("{m7}:out", "MAXLEN", 149_999);
    expect((await money.record("impression", next, noonMs)).status).toBe("counted");
  });

  it("counts impression, view and click apart, in any order", async () => {
    for (const kinds of [
      ["impression", "viewable", "click"],
      ["click", "viewable", "impression"],
    ] as const) {
      const request = winner();
      await money.holdBudgets([request], asked());
      const charged = [];
      for (const kind of kinds) charged.push(await money.record(kind, claimsOf(request), noonMs));
      expect(charged.map(statusOf)).toEqual(["counted", "counted", "counted"]);
    }
    expect((await money.counters()).s).toBe("10000");
  });

  it("of a CPC campaign keeps the hold at the impression and charges the full bid at the click", async () => {
    const request = winner({ amountMicros: 8_000, totalBudgetMicros: 1_000_000 });
    await money.holdBudgets([request], asked());
    const claims = claimsOf(request, { pricing: "cpc", priceMicros: 400_000 });
    expect(await money.record("impression", claims, noonMs)).toEqual({
      status: "counted",
      chargedMicros: 0,
    });
    expect((await money.counters()).h).toBe("8000");
    expect(await money.record("click", claims, noonMs)).toEqual({
      status: "counted",
      chargedMicros: 400_000,
    });
    expect(await money.counters()).toMatchObject({ s: "400000", h: "0" });
  });

  it("counts a click whose impression never came, and one without any hold", async () => {
    const request = winner({ amountMicros: 8_000, totalBudgetMicros: 1_000_000 });
    await money.holdBudgets([request], asked());
    const claims = claimsOf(request, { pricing: "cpc", priceMicros: 400_000 });
    expect(statusOf(await money.record("click", claims, noonMs))).toBe("counted");
    const other = claimsOf(winner(), { pricing: "cpc", priceMicros: 400_000, holdId: null });
    expect(statusOf(await money.record("click", other, noonMs))).toBe("counted");
    expect((await money.counters()).s).toBe("800000");
  });

  it("gives a click free that does not fit any more, and says why", async () => {
    const [first, second] = [winner(), winner()].map((one) => ({
      ...one,
      amountMicros: 8_000,
      dailyBudgetMicros: 500_000,
    }));
    await money.holdBudgets([first!], asked());
    await money.holdBudgets([second!], asked());
    const click = { pricing: "cpc", priceMicros: 300_000 } as const;
    expect(statusOf(await money.record("click", claimsOf(first!, click), noonMs))).toBe("counted");
    expect(await money.record("click", claimsOf(second!, click), noonMs)).toEqual({
      status: "uncharged",
      reason: "daily_budget",
    });
    expect(await money.counters()).toMatchObject({ s: "300000", h: "0" });
    expect(await outbox()).toEqual(["click 300000", "click 0 daily_budget"]);
  });

  it("charges a click before all that is held for clicks that may never come, but not before others' views", async () => {
    const balanceMicros = 500_000;
    const clicked = winner({ amountMicros: 8_000, dailyBudgetMicros: 500_000, balanceMicros });
    await money.holdBudgets([clicked], asked());
    for (let index = 0; index < 11; index++)
      await money.holdBudgets(
        [{ ...clicked, amountMicros: 10_000, decisionId: `o${index}` }],
        asked(),
      );
    const view = { campaignId: 99, amountMicros: 9_000, balanceMicros, decisionId: "view" };
    await money.holdBudgets([winner({ ...view, dailyBudgetMicros: null })], asked());
    const click = (priceMicros: number, decisionId: string) =>
      money.record(
        "click",
        claimsOf({ ...clicked, decisionId }, { pricing: "cpc", priceMicros }),
        noonMs,
      );
    expect(statusOf(await click(495_000, "o0"))).toBe("balance");
    expect(statusOf(await click(490_000, clicked.decisionId))).toBe("counted");
  });

  it("charges an event afresh whose hold has lapsed, if there is still room", async () => {
    const one = { totalBudgetMicros: 5_000 };
    const [first, second] = [winner(one), winner(one)];
    await money.holdBudgets([first], asked());
    const lateMs = noonMs + 60_000;
    await money.holdBudgets([second], asked({ nowMs: lateMs }));
    expect(statusOf(await money.record("impression", claimsOf(first), lateMs))).toBe(
      "total_budget",
    );
    await money.releaseHolds([claimsOf(second).holdId ?? ""], lateMs);
    const third = claimsOf(winner(one));
    expect(statusOf(await money.record("impression", third, lateMs))).toBe("counted");
  });

  it("charges to the day of the hold, even after midnight", async () => {
    const request = winner({ dailyBudgetMicros: 1_000_000 });
    const lastMs = Date.UTC(2026, 5, 1, 21, 59, 59, 999);
    await money.holdBudgets([request], asked({ nowMs: lastMs }));
    await money.record("impression", claimsOf(request), lastMs + 5_000);
    expect(await money.counters()).toEqual({ s: "5000", "s:2026-06-01": "5000", h: "0" });
  });

  it("obeys the limits in force rather than those of the hold", async () => {
    const request = winner({ totalBudgetMicros: 1_000_000 });
    await money.holdBudgets([request], asked());
    limits = { ...unlimited, totalBudgetMicros: 4_999 };
    expect(statusOf(await money.record("impression", claimsOf(request), noonMs))).toBe(
      "total_budget",
    );
    expect((await money.counters()).h).toBe("0");
  });

  it("charges nothing while nobody knows the limits", async () => {
    const claims = claimsOf(winner());
    expect(statusOf(await money.record("impression", claims, noonMs))).toBe("limits_unknown");
    limits = unlimited;
    const other = claimsOf(winner());
    expect(statusOf(await money.record("impression", other, noonMs))).toBe("counted");
  });

  it("counts nothing of a test, and is unavailable for a lost bucket without claiming the event", async () => {
    const request = winner();
    expect(
      statusOf(await money.record("impression", claimsOf(request, { test: true }), noonMs)),
    ).toBe("test");
    limits = unlimited;
    await money.redis.del("{m7}:epoch");
    expect(statusOf(await money.record("impression", claimsOf(request), noonMs))).toBe(
      "unavailable",
    );
    await money.openBuckets();
    expect(statusOf(await money.record("impression", claimsOf(request), noonMs))).toBe("counted");
  });
});

describe("an event that is told again because its answer came too late", () => {
  const afterMs = noonMs + 3_600_000;
  const atMost = (maxImpressions: number) =>
    winner({ frequencyCaps: [{ per: "campaign", maxImpressions, windowSeconds: 86_400 }] });
  const viewsOf = async (visitorKey: string, nowMs: number): Promise<number> => {
    const log = await money.redis.getBuffer(`{v:${visitorKey}}:c`);
    return decodeImpressions(log, nowMs).get("c12")?.length ?? 0;
  };

  it("is counted once, counts for the visitor's cap, and is told to the event stream with its charge", async () => {
    const proxy = await startFaultProxy(server.url);
    const redis = connectRedis({ url: proxy.through(server.url), commandTimeoutMs: 50 });
    await redisReady(redis);
    const [emitted, spooled]: [ServingEvent[], SpooledEvent[]] = [[], []];
    const events = createRecordEvent({
      keys: [],
      record: createRedisRecorder({ redis }),
      emit: (event) => emitted.push(event),
      spool: (event) => spooled.push(event),
    });
    // The server knows the script from here on.
    await money.record("viewable", claimsOf(winner()), noonMs);
    const request = atMost(1);
    await money.holdBudgets([request], asked({ visitorKey: "v1" }));

    proxy.delay(60);
    expect(await events.count("impression", claimsOf(request), noonMs)).toBe("spooled");
    await until(async () => (await money.counters()).s === "5000");
    proxy.heal();
    expect(emitted).toEqual([]);
    const [event] = spooled;
    await until(async () => event !== undefined && (await events.replay(event)));
    expect((await money.counters()).s).toBe("5000");
    expect(emitted.map(({ payload }) => payload.chargedMicros)).toEqual([5_000]);
    // Its hold would have lapsed by then.
    await until(async () => (await viewsOf("v1", afterMs)) === 1);
    redis.disconnect();
    await proxy.close();
  });

  it("is answered as it was the first time, charged or not", async () => {
    const clicks = { pricing: "cpc", priceMicros: 400_000 } as const;
    for (const [total, first] of [
      [1_000_000, { status: "counted", chargedMicros: 400_000 }],
      [399_999, { status: "uncharged", reason: "total_budget" }],
    ] as const) {
      await money.redis.flushall();
      await money.openBuckets();
      const request = winner({ amountMicros: 8_000, totalBudgetMicros: total });
      await money.holdBudgets([request], asked());
      const claims = claimsOf(request, clicks);
      expect(await money.record("click", claims, noonMs)).toEqual(first);
      const free = { status: "counted", chargedMicros: 0 };
      for (const kind of ["impression", "viewable"] as const)
        expect(await money.record(kind, claims, noonMs)).toEqual(free);
      expect(await money.record("click", claims, noonMs, undefined, "again")).toEqual(first);
      expect(await money.record("viewable", claims, noonMs, undefined, "again")).toEqual(free);
      expect(await money.record("click", claims, noonMs)).toEqual({ status: "duplicate" });
    }
  });

  it("counts for its visitor's cap even if the counters were rebuilt meanwhile", async () => {
    const request = atMost(2);
    await money.holdBudgets([request], asked({ visitorKey: "v1" }));
    await money.redis.del("{m7}:epoch");
    await money.openBuckets();
    expect(await money.counters()).toEqual({});
    expect(statusOf(await money.record("impression", claimsOf(request), noonMs))).toBe(
      "limits_unknown",
    );
    expect(await viewsOf("v1", afterMs)).toBe(1);
  });

  it("many times counts once for the visitor's cap", async () => {
    const request = atMost(2);
    await money.holdBudgets([request], asked({ visitorKey: "v1" }));
    for (let time = 0; time < 5; time++)
      await money.record("impression", claimsOf(request), noonMs, undefined, "again");
    expect(await viewsOf("v1", afterMs)).toBe(1);
  });
});
