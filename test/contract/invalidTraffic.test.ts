import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TrafficRules } from "../../src/serving/invalidTraffic.ts";
import type {
  EventSource,
  RecordOutcome,
  TrackedEventKind,
  TrackingClaims,
} from "../../src/serving/ports.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";

const rules: TrafficRules = {
  fastestClickMs: 500,
  fastestViewMs: 900,
  duplicateClickMs: 60_000,
  hourly: { viewsPerAddress: 10, clicksPerAddress: 6, viewsPerPerson: 5, clicksPerPerson: 3 },
};
const hourMs = 3_600_000;
const cpc = { pricing: "cpc", priceMicros: 400_000 } as const;
let server: TestRedis;
let money: Money;

beforeAll(async () => {
  server = await freshRedis();
  money = await openMoney(server.url, undefined, rules);
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

let browsers = 0;
/** Each browser is another one unless it is named, all on one network. */
const from = (changes: Partial<EventSource> = {}): EventSource => ({
  reason: null,
  addressKey: "network",
  browserKey: `browser-${++browsers}`,
  ...changes,
});

interface Told {
  readonly claims?: Partial<TrackingClaims>;
  readonly visitorKey?: string;
  readonly source?: EventSource;
  readonly atMs?: number;
  readonly campaignId?: number;
}

/** Shows an ad and tells one event of it. */
async function tell(kind: TrackedEventKind, told: Told = {}): Promise<string> {
  const { campaignId = 12, atMs = noonMs } = told;
  const request = winner({ campaignId, totalBudgetMicros: 1_000_000_000 });
  await money.holdBudgets([request], asked({ visitorKey: told.visitorKey ?? null, nowMs: atMs }));
  return nameOf(
    await money.record(kind, claimsOf(request, told.claims), atMs, told.source ?? from()),
  );
}

const nameOf = (outcome: RecordOutcome): string =>
  outcome.status === "invalid" ? `invalid:${outcome.reason}` : outcome.status;

describe("an event that is known to be invalid", () => {
  it("is recorded with its reason, not charged, and gives its hold back at once", async () => {
    const request = winner();
    await money.holdBudgets([request], asked());
    const outcome = await money.record(
      "impression",
      claimsOf(request),
      noonMs,
      from({ reason: "bot" }),
    );
    expect(outcome).toEqual({ status: "invalid", reason: "bot" });
    expect(await money.counters()).toEqual({ h: "0" });
    const [entry] = await money.redis.xrange("{m7}:out", "-", "+");
    expect(entry?.[1]).toEqual(expect.arrayContaining(["micros", "0", "reason", "invalid:bot"]));
    expect(await money.redis.keys("{m7}:h:*")).toEqual([]);
  });

  it("is told once, and again what it was when nobody heard the first answer", async () => {
    const request = winner();
    await money.holdBudgets([request], asked());
    const claims = claimsOf(request);
    await money.record("impression", claims, noonMs, from({ reason: "data_centre" }));
    expect((await money.record("impression", claims, noonMs, from())).status).toBe("duplicate");
    expect(await money.record("impression", claims, noonMs, from(), "again")).toEqual({
      status: "invalid",
      reason: "data_centre",
    });
    expect(await money.counters()).toEqual({ h: "0" });
  });

  it("leaves the other events of its ad what they are", async () => {
    const request = winner({ amountMicros: 8_000, totalBudgetMicros: 1_000_000 });
    await money.holdBudgets([request], asked());
    const claims = claimsOf(request, cpc);
    expect(nameOf(await money.record("impression", claims, noonMs, from({ reason: "bot" })))).toBe(
      "invalid:bot",
    );
    expect(await money.record("click", claims, noonMs, from())).toEqual({
      status: "counted",
      chargedMicros: 400_000,
    });
    expect(nameOf(await money.record("impression", claims, noonMs, from(), "again"))).toBe(
      "invalid:bot",
    );
    expect(await money.record("click", claims, noonMs, from(), "again")).toEqual({
      status: "counted",
      chargedMicros: 400_000,
    });
  });

  it("does not make the visitor's cap count it", async () => {
    const frequencyCaps = [{ per: "campaign", maxImpressions: 1, windowSeconds: 3_600 }] as const;
    const request = winner({ frequencyCaps });
    await money.holdBudgets([request], asked({ visitorKey: "v1" }));
    await money.record("impression", claimsOf(request), noonMs, from({ reason: "bot" }));
    // Its reservation lapses as if nothing had been shown.
    const later = asked({ visitorKey: "v1", nowMs: noonMs + 61_000 });
    const [outcome] = await money.holdBudgets([winner({ frequencyCaps })], later);
    expect(outcome?.held).toBe(true);
  });

  it("uses up nothing of what its neighbours may do", async () => {
    for (let time = 0; time < 20; time++)
      await tell("impression", { source: from({ reason: "bot" }) });
    expect(await tell("impression")).toBe("counted");
  });
});

describe("a person's next click on the same campaign", () => {
  const browserKey = "somebody";
  it("is free, also through another ad of it, until the window is over", async () => {
    const click = (atMs: number, campaignId = 12) =>
      tell("click", { claims: cpc, source: from({ browserKey }), atMs, campaignId });
    expect(await click(noonMs)).toBe("counted");
    expect(await click(noonMs + 1_000)).toBe("invalid:duplicate_click");
    expect(await click(noonMs + 59_999)).toBe("invalid:duplicate_click");
    expect(await click(noonMs + 2_000, 13)).toBe("counted");
    expect(await click(noonMs + 60_000)).toBe("counted");
    expect((await money.counters()).s).toBe("800000");
  });

  it("is the visitor's where we know one: two in one browser are two, one in two browsers is one", async () => {
    const click = (visitorKey: string | undefined, browser: string) =>
      tell("click", {
        claims: cpc,
        source: from({ browserKey: browser }),
        ...(visitorKey === undefined ? {} : { visitorKey }),
      });
    expect(await click("v1", "shared")).toBe("counted");
    expect(await click("v2", "shared")).toBe("counted");
    expect(await click("v1", "other")).toBe("invalid:duplicate_click");
    // Somebody who has just clicked under a name and comes back without one.
    expect(await click(undefined, "shared")).toBe("invalid:duplicate_click");
  });

  it("counts from the time at which it happened, whenever it is told", async () => {
    const click = (atMs: number) =>
      tell("click", { claims: cpc, source: from({ browserKey }), atMs });
    expect(await click(noonMs)).toBe("counted");
    expect(await click(noonMs - 30_000)).toBe("invalid:duplicate_click");
    expect(await click(noonMs - 120_000)).toBe("counted");
  });
});

describe("more than one source is believed", () => {
  it("is free for the rest of the hour, by address and by person, clicks and impressions apart", async () => {
    const impressions = async (source: () => EventSource, times: number, atMs = noonMs) => {
      const outcomes = [];
      for (let time = 0; time < times; time++)
        outcomes.push(await tell("impression", { source: source(), atMs }));
      return outcomes.filter((outcome) => outcome === "counted").length;
    };
    expect(await impressions(() => from({ browserKey: "one" }), 8)).toBe(5);
    // The address has had 8 of its 10 events, invalid ones too.
    expect(await impressions(from, 8)).toBe(2);
    expect(await impressions(() => from({ addressKey: "elsewhere" }), 8)).toBe(8);
    expect(await tell("click", { claims: cpc })).toBe("counted");
    expect(await impressions(from, 20, noonMs + hourMs)).toBe(10);
  });

  it("is counted for each advertiser, and for a visitor through all networks", async () => {
    for (let time = 0; time < 5; time++)
      expect(
        await tell("impression", { visitorKey: "v1", source: from({ addressKey: `n${time}` }) }),
      ).toBe("counted");
    expect(
      await tell("impression", { visitorKey: "v1", source: from({ addressKey: "another" }) }),
    ).toBe("invalid:too_many");
    const request = winner({ advertiserId: 71, campaignId: 40 });
    await money.holdBudgets([request], asked({ visitorKey: "v1" }));
    expect(nameOf(await money.record("impression", claimsOf(request), noonMs, from()))).toBe(
      "counted",
    );
  });

  it("doubts nobody on our own network, nor those who look at house ads", async () => {
    const own = { reason: null, addressKey: null, browserKey: null };
    for (let time = 0; time < 12; time++)
      expect(await tell("impression", { source: own })).toBe("counted");
    for (let time = 0; time < 12; time++)
      expect(
        await tell("impression", {
          claims: { priceMicros: 0 },
          source: from({ browserKey: "house" }),
        }),
      ).toBe("counted");
  });

  it("charges of a thousand clicks from one address the allowed ones, and every counter ends", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 1_000 }, () => tell("click", { claims: cpc })),
    );
    expect(outcomes.filter((outcome) => outcome === "counted")).toHaveLength(6);
    expect(outcomes.filter((outcome) => outcome === "invalid:too_many")).toHaveLength(994);
    expect(await money.counters()).toEqual({ s: "2400000", "s:2026-06-01": "2400000", h: "0" });
    for (const key of [
      ...(await money.redis.keys("{m7}:n:*")),
      ...(await money.redis.keys("{m7}:k:*")),
    ])
      expect(await money.redis.pttl(key), key).toBeGreaterThan(0);
  });
});

it("whatever comes from wherever, what is charged is what was counted, and no source has more than its share", async () => {
  const event = fc.record({
    kind: fc.constantFrom<TrackedEventKind>("impression", "viewable", "click"),
    network: fc.nat(2),
    browser: fc.nat(3),
    visitor: fc.option(fc.nat(2), { nil: undefined }),
    reason: fc.option(fc.constantFrom("bot" as const, "data_centre" as const), { freq: 6 }),
    pricing: fc.constantFrom("cpm" as const, "vcpm" as const, "cpc" as const),
  });
  const billable = { cpm: "impression", vcpm: "viewable", cpc: "click" };
  const check = fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
    await money.redis.flushall();
    await money.openBuckets();
    const counted = new Map<string, number>();
    let charged = 0;
    for (const { kind, network, browser, visitor, reason, pricing } of events) {
      const addressKey = `n${network}`;
      const outcome = await tell(kind, {
        claims: { pricing, priceMicros: 5_000 },
        source: { reason, addressKey, browserKey: `${network}.${browser}` },
        ...(visitor === undefined ? {} : { visitorKey: `v${visitor}` }),
      });
      if (reason !== null) expect(outcome).toBe(`invalid:${reason}`);
      if (outcome !== "counted") continue;
      if (billable[pricing] === kind) charged += 5_000;
      const source = `${kind} ${addressKey}`;
      counted.set(source, (counted.get(source) ?? 0) + 1);
    }
    for (const [source, times] of counted)
      expect(times).toBeLessThanOrEqual(source.startsWith("click") ? 6 : 10);
    expect(Number((await money.counters()).s ?? 0)).toBe(charged);
  });
  await fc.assert(check, { numRuns: 25 });
});
