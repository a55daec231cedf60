import { describe, expect, it } from "vitest";
import type { HoldOutcome } from "../../../src/serving/ports.ts";
import { verifyTrackingToken } from "../../../src/serving/trackingToken.ts";
import { applyChanges } from "../../../src/targeting/snapshot.ts";
import type { ServableCampaign } from "../../../src/targeting/types.ts";
import {
  anonymous,
  buildPlacement,
  buildRequest,
  createTestServing,
  everythingAllowed,
  granted,
  testNowMs,
  testTrackingKey,
} from "../../support/adsApp.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const refuse = (reason: Extract<HoldOutcome, { held: false }>["reason"]): HoldOutcome => ({
  held: false,
  reason,
});
const three = [
  buildCampaign({ campaignId: 1, bidMicros: 9_000_000 }),
  buildCampaign({ campaignId: 2, bidMicros: 6_000_000 }),
  buildCampaign({ campaignId: 3, bidMicros: 3_000_000 }),
];
const house = buildCampaign({ campaignId: 90, priority: "house" });
const shown = (answer: Awaited<ReturnType<ReturnType<typeof createTestServing>["serveAds"]>>) =>
  answer.placements.map(({ ads }) => ads.map(({ campaignId }) => campaignId));

describe("an answered request", () => {
  it("holds the price of one view and says so in a token of ours, without the landing address", async () => {
    const { serveAds, trips, events } = createTestServing(three);
    const answer = await serveAds(buildRequest(), anonymous);
    expect(shown(answer)).toEqual([[1]]);
    expect(trips).toHaveLength(1);
    expect(trips[0]).toMatchObject([{ campaignId: 1, amountMicros: 9_000, slot: 0 }]);
    const [ad] = answer.placements[0]?.ads ?? [];
    const token = ad?.tracking.click.split("/t/c/")[1] ?? "";
    expect(verifyTrackingToken(token, [testTrackingKey], testNowMs)).toMatchObject({
      ok: true,
      claims: { campaignId: 1, holdId: "hold-1", priceMicros: 9_000, placementId: "top" },
    });
    expect(JSON.stringify(answer)).not.toContain("artisan.example/");
    expect(ad).toMatchObject({ label: "Publicité", why: { advertiser: "Commerce 1001" } });
    expect(ad).not.toHaveProperty("valueMicros");
    expect(events).toMatchObject([{ schema: "ad_decision.v1", payload: { weight: 1 } }]);
  });

  it("without an ad writes nothing", async () => {
    const { serveAds, trips, reads } = createTestServing([]);
    expect(shown(await serveAds(buildRequest(), anonymous))).toEqual([[]]);
    expect(trips).toEqual([]);
    expect(reads).toEqual([]);
  });

  it("reads a visitor only with an id and consent, and scores only where they may be used", async () => {
    const { serveAds, reads } = createTestServing(three);
    const known = { ...anonymous, visitorKey: "v-1" };
    await serveAds(buildRequest({ hasStableVisitor: false }), known);
    await serveAds(buildRequest({ hasStableVisitor: true }), known);
    const consent = { ...everythingAllowed, mayPersonalise: false };
    await serveAds(buildRequest({ hasStableVisitor: true, consent }), known);
    expect(reads).toEqual([
      { key: "v-1", scores: true },
      { key: "v-1", scores: false },
    ]);
  });

  it("with test: true decides without holding, counting or telling anybody", async () => {
    const { serveAds, trips, events } = createTestServing(three);
    const answer = await serveAds(buildRequest(), { ...anonymous, test: true });
    expect(shown(answer)).toEqual([[1]]);
    expect(trips).toEqual([]);
    expect(events).toEqual([]);
    const token = answer.placements[0]?.ads[0]?.tracking.impression.split("/t/i/")[1] ?? "";
    const verified = verifyTrackingToken(token, [testTrackingKey], testNowMs);
    expect(verified).toMatchObject({ ok: true, claims: { test: true, holdId: null } });
  });

  it("tells in its event neither the visitor nor the address", async () => {
    const { serveAds, events } = createTestServing(three);
    const known = { ...anonymous, visitorKey: "v-secret", addressKey: () => "a-secret" };
    await serveAds(buildRequest({ hasStableVisitor: true }), known);
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).not.toMatch(/secret/);
  });

  it("keeps one in N events of empty answers, with their weight", async () => {
    const { serveAds, events } = createTestServing([], { settings: { emptySampleEvery: 4 } });
    for (let count = 0; count < 400; count += 1) await serveAds(buildRequest(), anonymous);
    expect(events.length).toBeGreaterThan(60);
    expect(events.length).toBeLessThan(140);
    expect(events[0]?.payload).toMatchObject({ weight: 4, ads: [] });
  });
});

describe("a refused hold", () => {
  it("lets the next in rank step in, while siblings keep what they hold", async () => {
    const { serveAds, trips, released } = createTestServing(three, {
      hold: (request, trip) =>
        request.campaignId === 1 ? refuse("daily_budget") : granted(request, trip),
    });
    const placements = [buildPlacement("a"), buildPlacement("b")];
    const answer = await serveAds(buildRequest({ placements }), anonymous);
    expect(shown(answer).flat().sort()).toEqual([2, 3]);
    expect(trips.map((trip) => trip.map(({ campaignId }) => campaignId))).toEqual([[1, 2], [3]]);
    expect(released).toEqual([]);
    const slots = trips.flat().map(({ slot }) => slot);
    expect(new Set(slots).size).toBe(3);
  });

  it("gives way to the truly next in rank, and the explanation blames nobody who was not asked", async () => {
    const clicks = { pricing: "cpc", bidMicros: 1_000_000, clickRate: 0.002 } as const;
    const { serveAds } = createTestServing(
      [
        buildCampaign({ campaignId: 1, bidMicros: 20_000_000 }),
        // Looks better than it is: its click rate could be high, but is not.
        buildCampaign({ campaignId: 2, ...clicks, clickRateUpper: 0.015 }),
        buildCampaign({ campaignId: 3, bidMicros: 10_000_000 }),
      ],
      {
        hold: (request, trip) =>
          request.campaignId === 1 ? refuse("frequency_cap") : granted(request, trip),
      },
    );
    const explain = { campaignIds: [1, 2], advertiserIds: null };
    const answer = await serveAds(buildRequest(), { ...anonymous, explain });
    expect(shown(answer)).toEqual([[3]]);
    expect(answer.explanation).toMatchObject([
      { campaignId: 1, rule: "frequency_cap" },
      { campaignId: 2, rule: "outranked" },
    ]);
  });

  it("is tried at most twice more, and then house ads step in", async () => {
    const many = Array.from({ length: 8 }, (_, index) => buildCampaign({ campaignId: index + 1 }));
    const { serveAds, trips } = createTestServing([...many, house], {
      hold: () => refuse("total_budget"),
    });
    expect(shown(await serveAds(buildRequest(), anonymous))).toEqual([[90]]);
    expect(trips).toHaveLength(3);
  });

  it("for money is remembered for everybody, until the campaign changes", async () => {
    let refusing = true;
    const { serveAds, trips, state } = createTestServing(three, {
      hold: (request, trip) =>
        refusing && request.campaignId === 1 ? refuse("daily_budget") : granted(request, trip),
    });
    await serveAds(buildRequest(), anonymous);
    refusing = false;
    expect(shown(await serveAds(buildRequest({ nowMs: testNowMs + 10 }), anonymous))).toEqual([
      [2],
    ]);
    expect(trips).toHaveLength(3);
    const changed: ServableCampaign = { ...three[0]!, dailyBudgetMicros: 1_000_000_000 };
    state.snapshot = applyChanges(state.snapshot, [changed], [], { revision: "2", builtAtMs: 1 });
    expect(shown(await serveAds(buildRequest({ nowMs: testNowMs + 20 }), anonymous))).toEqual([
      [1],
    ]);
  });

  it("for money is asked again after a while, and later each time", async () => {
    const asked: number[] = [];
    let nowMs = testNowMs;
    const { serveAds } = createTestServing([three[0]!], {
      hold: () => {
        asked.push(nowMs - testNowMs);
        return refuse("total_budget");
      },
    });
    for (; nowMs < testNowMs + 200_000; nowMs += 500) {
      await serveAds(buildRequest({ nowMs }), anonymous);
    }
    const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it.each(["open_holds", "frequency_cap", "unavailable"] as const)(
    "for %s concerns one visitor or moment, and is remembered for nobody",
    async (reason) => {
      let refusing = true;
      const { serveAds } = createTestServing(three, {
        hold: (request, trip) =>
          refusing && request.campaignId === 1 ? refuse(reason) : granted(request, trip),
      });
      await serveAds(buildRequest(), anonymous);
      refusing = false;
      expect(shown(await serveAds(buildRequest(), anonymous))).toEqual([[1]]);
    },
  );
});

describe("a store that is away", () => {
  it("leaves house ads at once when the visitor cannot be read, and holds nothing", async () => {
    const capped = buildCampaign({
      campaignId: 91,
      priority: "house",
      frequencyCaps: [{ per: "campaign", maxImpressions: 1, windowSeconds: 3600 }],
    });
    const { serveAds, trips } = createTestServing([...three, house, capped], {
      ports: { readVisitor: async () => ({ ok: false }) },
    });
    const request = buildRequest({
      hasStableVisitor: true,
      placements: [buildPlacement("top", 3)],
    });
    const answer = await serveAds(request, { ...anonymous, visitorKey: "v-1" });
    expect(shown(answer)).toEqual([[90]]);
    expect(trips).toEqual([]);
  });

  it("shows no capped campaign even in a test decision, since nobody knows what the visitor has seen", async () => {
    const capped = buildCampaign({
      campaignId: 5,
      bidMicros: 90_000_000,
      frequencyCaps: [{ per: "campaign", maxImpressions: 1, windowSeconds: 3600 }],
    });
    const { serveAds } = createTestServing([...three, capped], {
      ports: { readVisitor: async () => ({ ok: false }) },
    });
    const known = { ...anonymous, visitorKey: "v-1", test: true };
    expect(shown(await serveAds(buildRequest({ hasStableVisitor: true }), known))).toEqual([[1]]);
  });

  it("leaves house ads when it cannot hold, after one trip", async () => {
    const { serveAds, trips } = createTestServing([...three, house], {
      hold: () => refuse("unavailable"),
    });
    expect(shown(await serveAds(buildRequest(), anonymous))).toEqual([[90]]);
    expect(trips).toHaveLength(1);
  });

  it("or behind with its writing pauses paid ads, not house ads, even those with a cap", async () => {
    const capped = {
      ...house,
      frequencyCaps: [{ per: "campaign", maxImpressions: 2, windowSeconds: 60 }],
    } as const;
    const { serveAds, trips } = createTestServing([...three, capped], {
      ports: { paidAllowed: () => false },
    });
    const request = buildRequest({ hasStableVisitor: true });
    expect(shown(await serveAds(request, { ...anonymous, visitorKey: "v" }))).toEqual([[90]]);
    expect(trips.flat()).toMatchObject([{ campaignId: 90, amountMicros: 0 }]);
  });
});

describe("a deadline", () => {
  it("is kept with an empty answer, and what was held too late is given back", async () => {
    const slow = Promise.withResolvers<readonly HoldOutcome[]>();
    const givenBack = Promise.withResolvers<readonly string[]>();
    const { serveAds, events } = createTestServing(three, {
      settings: { deadlineMs: 20 },
      ports: {
        holdBudgets: () => slow.promise,
        releaseHolds: async (holdIds) => givenBack.resolve(holdIds),
      },
    });
    const answer = await serveAds(buildRequest(), anonymous);
    expect(shown(answer)).toEqual([[]]);
    slow.resolve([{ held: true, holdId: "late", budgetDay: "2026-03-12" }]);
    expect(await givenBack.promise).toEqual(["late"]);
    expect(events.filter(({ payload }) => JSON.stringify(payload).includes("late"))).toEqual([]);
  });

  it("passed while the visitor was being read decides and holds nothing", async () => {
    const slow = Promise.withResolvers<{ readonly ok: false }>();
    const { serveAds, trips } = createTestServing(three, {
      settings: { deadlineMs: 20 },
      ports: { readVisitor: () => slow.promise },
    });
    const request = buildRequest({ hasStableVisitor: true });
    expect(shown(await serveAds(request, { ...anonymous, visitorKey: "v" }))).toEqual([[]]);
    slow.resolve({ ok: false });
    await slow.promise;
    expect(trips).toEqual([]);
  });
});

describe("an explanation", () => {
  const paused = buildCampaign({ campaignId: 4, status: "paused" });
  const all = [...three, paused];
  const explainAll = { campaignIds: null, advertiserIds: null };

  it("names the winner's value, and the rule and figures of everybody else, in words", async () => {
    const { serveAds } = createTestServing(all);
    const answer = await serveAds(buildRequest(), { ...anonymous, explain: explainAll });
    expect(answer.placements[0]?.ads[0]?.valueMicros).toBe(9_000_000);
    expect(answer.explanation).toMatchObject([
      { campaignId: 1, shown: true, value: { bidMicros: 9_000_000 } },
      { campaignId: 2, rule: "outranked", fr: expect.stringContaining("6,00") },
      { campaignId: 3, rule: "outranked" },
      { campaignId: 4, rule: "status", fr: "La campagne n'est pas active : elle est en pause." },
    ]);
  });

  it("says which budget refused a campaign that the rules let win", async () => {
    const { serveAds } = createTestServing(all, {
      hold: (request, trip) =>
        request.campaignId === 1 ? refuse("daily_budget") : granted(request, trip),
    });
    const explain = { campaignIds: [1, 99], advertiserIds: null };
    const answer = await serveAds(buildRequest(), { ...anonymous, explain });
    expect(answer.explanation).toMatchObject([
      { campaignId: 1, rule: "budget", fr: "Le budget du jour est dépensé ou réservé." },
      { campaignId: 99, rule: "unknown_campaign", name: null },
    ]);
  });

  it("of a visit at another time judges budgets as they are now", async () => {
    const { serveAds } = createTestServing(three, {
      hold: (request, trip) =>
        request.campaignId === 1 ? refuse("daily_budget") : granted(request, trip),
    });
    await serveAds(buildRequest(), anonymous);
    const explain = { campaignIds: [1], advertiserIds: null };
    const fateAt = async (nowMs: number, budgetsAtMs: number) => {
      const how = { ...anonymous, test: true, explain, budgetsAtMs };
      return (await serveAds(buildRequest({ nowMs }), how)).explanation?.[0];
    };
    const hourMs = 3_600_000;
    for (const supposedMs of [testNowMs - hourMs, testNowMs, testNowMs + hourMs])
      expect(await fateAt(supposedMs, testNowMs)).toMatchObject({ shown: false, rule: "budget" });
    for (const supposedMs of [testNowMs, testNowMs + hourMs])
      expect(await fateAt(supposedMs, testNowMs + hourMs)).toMatchObject({ shown: true });
  });

  it("tells a manager nothing of the campaigns of others", async () => {
    const { serveAds } = createTestServing(all);
    const own = { campaignIds: null, advertiserIds: [1002] };
    const nearest = await serveAds(buildRequest(), { ...anonymous, explain: own });
    expect(nearest.explanation).toMatchObject([{ campaignId: 2, rule: "outranked" }]);
    expect(JSON.stringify(nearest.explanation)).not.toMatch(/9000000|Campagne 1"/);
    expect(nearest.placements[0]?.ads[0]).not.toHaveProperty("valueMicros");
    const asked = await serveAds(buildRequest(), {
      ...anonymous,
      explain: { ...own, campaignIds: [1, 2] },
    });
    expect(asked.explanation).toMatchObject([
      { campaignId: 1, rule: "unknown_campaign", name: null, shown: false },
      { campaignId: 2, rule: "outranked" },
    ]);
    expect(asked.placements[0]?.ads[0]).not.toHaveProperty("valueMicros");
  });
});
