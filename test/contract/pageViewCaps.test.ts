import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodePageView, pageViewCapsKey } from "../../src/budgets/pageView.ts";
import type { HoldRequest } from "../../src/serving/ports.ts";
import { createReadPageView } from "../../src/stores/redis/readPageView.ts";
import type { FrequencyCap } from "../../src/targeting/types.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

let server: TestRedis;
let money: Money;
beforeEach(async () => {
  server = await freshRedis();
  money = await openMoney(server.url);
  await money.openBuckets();
});
afterEach(async () => {
  money.close();
  await server.close();
});

const minuteMs = 60_000;
const pageCap = (maxImpressions: number, per: FrequencyCap["per"] = "campaign"): FrequencyCap => ({
  per,
  maxImpressions,
  window: "page_view",
});
const capped = (max: number, changes: Partial<HoldRequest> = {}) =>
  winner({ frequencyCaps: [pageCap(max)], ...changes });
const inPage = (pageViewKey: string | null, changes = {}) => asked({ pageViewKey, ...changes });
async function hold(request: HoldRequest, context: ReturnType<typeof asked>, node = money) {
  const [outcome] = await node.holdBudgets([request], context);
  return outcome!.held ? "held" : outcome!.reason;
}
const shown = async (nowMs: number, pageViewKey = "page") =>
  Object.fromEntries(
    (await createReadPageView({ redis: money.redis })(pageViewKey, nowMs)) ?? [["away", 1]],
  );

describe("a cap within the page view", () => {
  it("is kept by a hundred requests of one page view at once, on two connections, for nobody in particular", async () => {
    const other = await openMoney(server.url);
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        hold(capped(7), inPage("page"), index % 2 === 0 ? money : other),
      ),
    );
    expect(outcomes.filter((it) => it === "held")).toHaveLength(7);
    expect(outcomes.filter((it) => it === "frequency_cap")).toHaveLength(93);
    expect(await hold(capped(7), inPage("another page"))).toBe("held");
    // What was refused gives its money back, without anybody waiting for it.
    await until(async () => (await money.counters()).h === String(8 * 5_000));
    other.close();
  });

  it("does not bind requests that name no page view, and writes nothing for them", async () => {
    for (let index = 0; index < 3; index++)
      expect(await hold(capped(1), inPage(null))).toBe("held");
    expect(await money.redis.keys("{p:*")).toEqual([]);
  });

  it("stands beside caps over time, which nobody unknown may have", async () => {
    const both = () =>
      winner({
        frequencyCaps: [pageCap(1), { per: "campaign", maxImpressions: 2, windowSeconds: 3_600 }],
      });
    expect(await hold(both(), inPage("page of nobody"))).toBe("frequency_cap");
    await until(async () => Object.keys(await shown(noonMs, "page of nobody")).length === 0);
    const known = { visitorKey: "v" };
    expect(await hold(both(), inPage("page", known))).toBe("held");
    expect(await hold(both(), inPage("page", known))).toBe("frequency_cap");
    // The refusal of the page took nothing of the visitor's cap.
    expect(await hold(both(), inPage("page 2", known))).toBe("held");
    expect(await hold(both(), inPage("page 3", known))).toBe("frequency_cap");
    // And that of the visitor nothing of the page's.
    await until(async () => Object.keys(await shown(noonMs, "page 3")).length === 0);
    expect(await shown(noonMs, "page 3")).toEqual({});
  });

  it("of an advertiser counts all of its campaigns, capped or not", async () => {
    const free = winner({ campaignId: 20 });
    expect(await hold(free, inPage("page"))).toBe("held");
    const request = winner({ campaignId: 21, frequencyCaps: [pageCap(1, "advertiser")] });
    expect(await hold(request, inPage("page"))).toBe("frequency_cap");
    expect(await hold(request, inPage("page 2"))).toBe("held");
    expect(await shown(noonMs)).toEqual({ c20: 1, a7: 1 });
  });

  it("comes back with a hold that lapses, is given back or finds no money, and stays with a view", async () => {
    const life = { timeToLiveMs: minuteMs };
    expect(await hold(capped(1), inPage("page", life))).toBe("held");
    expect(await shown(noonMs)).toEqual({ c12: 1, a7: 1 });
    const later = noonMs + minuteMs;
    expect(await shown(later)).toEqual({});
    const second = capped(1);
    expect(await hold(second, inPage("page", { ...life, nowMs: later }))).toBe("held");
    const { holdId } = claimsOf(second);
    await money.releaseHolds([holdId ?? ""], later, "page");
    const poor = capped(1, { totalBudgetMicros: 1 });
    expect(await hold(poor, inPage("page", { nowMs: later }))).toBe("total_budget");
    await until(async () => Object.keys(await shown(later)).length === 0);
    const third = capped(1);
    expect(await hold(third, inPage("page", { ...life, nowMs: later }))).toBe("held");
    const claims = claimsOf(third, { pageViewKey: "page", issuedAtMs: later });
    await money.record("impression", claims, later + 1);
    await until(async () => (await shown(later + 2 * minuteMs)).c12 === 1);
    const muchLater = inPage("page", { nowMs: later + 2 * minuteMs });
    expect(await hold(capped(1), muchLater)).toBe("frequency_cap");
  });

  it("ends half an hour after the first ad of the page view, and nothing of it is kept for longer", async () => {
    const at = (minutes: number) =>
      inPage("page", { nowMs: noonMs + minutes * minuteMs, timeToLiveMs: 40 * minuteMs });
    expect(await hold(capped(2), at(0))).toBe("held");
    expect(await hold(capped(2), at(20))).toBe("held");
    expect(await money.redis.pttl(pageViewCapsKey("page"))).toBeLessThanOrEqual(10 * minuteMs);
    expect(await hold(capped(2), at(29.9))).toBe("frequency_cap");
    expect(await hold(capped(2), at(30))).toBe("held");
    expect(await shown(noonMs + 30 * minuteMs)).toEqual({ c12: 1, a7: 1 });
    expect(await money.redis.pttl(pageViewCapsKey("page"))).toBeGreaterThan(29 * minuteMs);
    expect(await shown(noonMs + 60 * minuteMs)).toEqual({});
  });

  it("is unknown, not reached, while Redis is away", async () => {
    await money.redis.quit();
    const troubles: string[] = [];
    const read = createReadPageView({
      redis: money.redis,
      onTrouble: (what) => troubles.push(what),
    });
    expect(await read("page", noonMs)).toBeNull();
    expect(troubles).toEqual(["page view not read"]);
    expect(await hold(capped(1), inPage("page"))).toBe("unavailable");
  });

  it("is counted as a list of all that happened says, whatever happens", async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant("hold" as const),
        campaignId: fc.constantFrom(1, 2, 3),
        page: fc.constantFrom("p1", "p2"),
        caps: fc.subarray([
          pageCap(1),
          pageCap(3),
          pageCap(2, "advertiser"),
          pageCap(4, "advertiser"),
        ]),
      }),
      fc.record({ do: fc.constant("release" as const), which: fc.nat(5) }),
      fc.record({
        do: fc.constant("wait" as const),
        ms: fc.constantFrom(1, 30_000, 10 * minuteMs),
      }),
    );
    const run = async (steps: readonly Step[]): Promise<void> => {
      await money.redis.flushall();
      await money.openBuckets();
      let nowMs = noonMs;
      let events: Event[] = [];
      for (const one of steps) {
        if (one.do === "wait") {
          nowMs += one.ms;
          continue;
        }
        if (one.do === "release") {
          const event = events.at(-1 - one.which);
          // Given back in the turn in which it was held, as serving does.
          if (event === undefined || event.atMs !== nowMs) continue;
          await money.releaseHolds([event.holdId], nowMs, event.page);
          events = events.filter((it) => it !== event);
          continue;
        }
        const { campaignId, page } = one;
        const advertiserId = campaignId === 3 ? 8 : 7;
        nowMs += 1;
        const request = winner({ campaignId, advertiserId, frequencyCaps: one.caps });
        const outcome = await hold(request, inPage(page, { nowMs }));
        expect(outcome).toBe(isFree(events, one, advertiserId, nowMs) ? "held" : "frequency_cap");
        const holdId = claimsOf(request).holdId ?? "";
        if (outcome === "held")
          events.push({ page, campaignId, advertiserId, atMs: nowMs, holdId });
      }
    };
    const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), run);
    await fc.assert(property, { numRuns: 40 });
  });
});

type Step =
  | {
      readonly do: "hold";
      readonly campaignId: number;
      readonly page: string;
      readonly caps: readonly FrequencyCap[];
    }
  | { readonly do: "release"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number };
interface Event {
  readonly page: string;
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly atMs: number;
  readonly holdId: string;
}

/** Holds live for a minute, page views for half an hour from the oldest of theirs that lives. */
function isFree(
  events: readonly Event[],
  { page, campaignId, caps }: Extract<Step, { do: "hold" }>,
  advertiserId: number,
  nowMs: number,
): boolean {
  const living = events.filter((it) => it.page === page && it.atMs + minuteMs > nowMs);
  return caps.every(({ per, maxImpressions }) => {
    const count = living.filter((it) =>
      per === "campaign" ? it.campaignId === campaignId : it.advertiserId === advertiserId,
    );
    return count.length < maxImpressions;
  });
}

it("junk in a page view's log counts nothing", () => {
  for (const junk of [null, Buffer.alloc(0), Buffer.from("junk"), Buffer.alloc(200, 9)])
    expect(decodePageView(junk, noonMs).size).toBe(0);
});
