import { describe, expect, test } from "vitest";
import { startOfBudgetDayMs } from "../../../src/budgets/budgetDay.ts";
import { defaultNationalCurve } from "../../../src/budgets/pacing/nationalCurve.ts";
import {
  addSample,
  type CounterName,
  type Counts,
  createCounts,
} from "../../../src/reports/counters.ts";
import { diagnose } from "../../../src/reports/diagnose.ts";
import type { DeliveryFacts, LagReason } from "../../../src/reports/diagnosisTypes.ts";
import { buildCampaign, type CampaignFields } from "../../support/campaignBuilder.ts";
import { circle, zoneOf } from "../../support/geography.ts";

const hourMs = 3_600_000;
const dayStartMs = startOfBudgetDayMs("2026-03-12");
const noonMs = dayStartMs + 12 * hourMs;

/** So many samples of each counter, each standing for `weight` requests. */
function countsOf(samples: Partial<Record<CounterName, number>>, weight = 1): Counts {
  const counts = createCounts();
  for (const [name, times] of Object.entries(samples)) {
    for (let index = 0; index < times; index++) addSample(counts, name as CounterName, weight, 1);
  }
  return counts;
}

/** A florist of 5 € a day at 10 € per thousand views: 500 views a day. */
function factsOf(
  fields: Partial<Omit<DeliveryFacts, "campaign">> & {
    readonly campaign?: Partial<CampaignFields>;
  },
): DeliveryFacts {
  const { campaign, ...given } = fields;
  return {
    nowMs: noonMs,
    sinceMs: dayStartMs,
    curve: defaultNationalCurve(),
    spentBeforeMicros: 0,
    spentTodayMicros: (given.events?.impressions ?? 0) * 10_000,
    events: { impressions: 0, viewables: 0, clicks: 0 },
    counts: null,
    requests: countsOf({ requests: 5_000 }),
    peopleWithin: (byMeters) => 1_000 + byMeters * 1.4,
    ...given,
    campaign: buildCampaign({
      campaignId: 7,
      bidMicros: 10_000_000,
      dailyBudgetMicros: 5_000_000,
      pacing: "even",
      zone: zoneOf([circle(45.5, 1.6, 1_000)]),
      ...campaign,
    }),
  };
}

const seenViews = (impressions: number) => ({ impressions, viewables: 0, clicks: 0 });

function firstReason(facts: DeliveryFacts): LagReason | undefined {
  return diagnose(facts).reasons[0]?.reason;
}

describe("the status", () => {
  test("a campaign that keeps its plan is on track", () => {
    const diagnosis = diagnose(factsOf({ events: seenViews(140), counts: countsOf({ won: 140 }) }));
    expect(diagnosis).toMatchObject({ status: "on_track", reasons: [], rest: null });
    expect(diagnosis.expectedMicros?.value).toBeGreaterThan(4_500_000);
    expect(diagnosis.words.fr).toBe("La campagne dépense son budget comme prévu.");
  });

  test("a campaign that will have spent less than half is told at noon that it cannot spend", () => {
    const facts = factsOf({ events: seenViews(20), counts: countsOf({ won: 20 }) });
    expect(diagnose(facts).status).toBe("cannot_spend");
  });

  test("one that will have spent more than half and less than nine tenths is behind", () => {
    const facts = factsOf({ events: seenViews(85), counts: countsOf({ won: 85, outranked: 200 }) });
    expect(diagnose(facts).status).toBe("behind");
  });

  test("before a tenth of the day's traffic it is too early, at night as in the morning", () => {
    for (const hours of [3, 6, 8]) {
      const facts = factsOf({ nowMs: dayStartMs + hours * hourMs });
      expect(diagnose(facts).status).toBe("too_early");
    }
    expect(diagnose(factsOf({ nowMs: dayStartMs + 10 * hourMs })).status).toBe("cannot_spend");
  });

  test("a campaign created at 10:30 is judged at noon, one created at 11:30 is not yet", () => {
    const at = (sinceMs: number) => diagnose(factsOf({ sinceMs })).status;
    expect(at(dayStartMs + 10.5 * hourMs)).toBe("cannot_spend");
    expect(at(dayStartMs + 11.5 * hourMs)).toBe("too_early");
  });

  test("where no request at all was sampled nothing is said against the campaign", () => {
    expect(diagnose(factsOf({ requests: createCounts() })).status).toBe("too_early");
  });

  test("two clicks a day are too few to call their absence at noon a failure", () => {
    const facts = factsOf({
      campaign: {
        pricing: "cpc",
        bidMicros: 500_000,
        dailyBudgetMicros: 1_000_000,
        clickRate: 0.01,
      },
      events: seenViews(55),
      spentTodayMicros: 0,
      counts: countsOf({ won: 55 }),
    });
    expect(diagnose(facts).status).toBe("too_early");
  });

  test("a click campaign that hardly shows cannot spend, whatever the luck of its clicks", () => {
    const facts = factsOf({
      campaign: { pricing: "cpc", bidMicros: 500_000, clickRate: 0.01, clickRateUpper: 0.02 },
      events: seenViews(2),
      spentTodayMicros: 0,
      counts: countsOf({ won: 2, outranked: 400 }),
    });
    expect(diagnose(facts).status).toBe("cannot_spend");
  });

  test("a campaign that pacing holds back does not lag: it could spend more than it does", () => {
    const facts = factsOf({ events: seenViews(40), counts: countsOf({ won: 40, pacing: 400 }) });
    expect(diagnose(facts)).toMatchObject({ status: "on_track", reasons: [] });
  });
});

describe("what is no fault", () => {
  test.each([
    ["paused", { status: "paused" }, {}, "not_running"],
    ["draft", { status: "draft" }, {}, "not_running"],
    ["not_started", { startsAtMs: noonMs + 1 }, {}, "not_running"],
    ["ended", { endsAtMs: noonMs }, {}, "not_running"],
    ["day_spent", {}, { spentTodayMicros: 5_000_000 }, "on_track"],
    [
      "total_spent",
      { totalBudgetMicros: 9_000_000 },
      { spentBeforeMicros: 9_000_000 },
      "not_running",
    ],
    ["not_today", { hoursOfWeek: [0, 1, 2] }, {}, "not_running"],
    ["free", { priority: "house" }, {}, "on_track"],
  ] as const)("%s", (rest, campaign, given, status) => {
    expect(diagnose(factsOf({ campaign, ...given }))).toMatchObject({ status, rest, reasons: [] });
  });
});

describe("the reason", () => {
  test("a small zone, with the people and the views that a wider one would reach", () => {
    const counts = countsOf({
      won: 12,
      gain_radius_1000: 8,
      gain_radius_3000: 47,
      gain_radius_5000: 52,
      gain_radius_8000: 52,
    });
    const diagnosis = diagnose(factsOf({ events: seenViews(12), counts }));
    expect(diagnosis.status).toBe("cannot_spend");
    expect(diagnosis.reasons[0]).toMatchObject({
      reason: "zone_too_small",
      suggestions: [{ lever: "radius_3000", people: 4_200 }],
    });
    const gain = diagnosis.reasons[0]!.suggestions[0]!.opportunitiesPerDay!;
    // Half past a quarter of the day's traffic is seen by noon on a Thursday.
    expect(gain.value).toBeCloseTo(47 / diagnosis.seenShare, 6);
    expect(gain.low).toBeLessThan(gain.value);
    expect(diagnosis.words.fr.replaceAll(/\s/g, " ")).toBe(
      "Votre zone est petite : +3 km toucheraient 4 200 personnes de plus, soit environ 180 affichages de plus par jour.",
    );
    expect(diagnosis.words.en).toBe(
      "Your zone is small: +3 km would reach 4,200 more people: about 180 more views a day.",
    );
  });

  test("a zone that no request reaches is known by its absence", () => {
    const diagnosis = diagnose(factsOf({ counts: null }));
    expect(diagnosis.reasons[0]).toMatchObject({
      reason: "zone_too_small",
      suggestions: [{ lever: "wider_zone", opportunitiesPerDay: null }],
    });
    expect(diagnosis.opportunitiesPerDay?.value).toBe(0);
  });

  test("what brings nothing is not proposed, and that nothing helps is said", () => {
    const small = diagnose(
      factsOf({ events: seenViews(12), counts: countsOf({ won: 12, gain_radius_8000: 0 }) }),
    );
    expect(small.reasons[0]).toMatchObject({ reason: "zone_too_small", suggestions: [] });
    expect(small.words.fr).toMatch(/rien n'est à changer|n'apporterait davantage/);
    expect(small.words.en).toContain("nothing is to be changed");
    // One more view of some five hundred that are missing is none.
    const outbid = diagnose(
      factsOf({
        events: seenViews(5),
        counts: countsOf({ won: 5, outranked: 900, gain_bid_300: 1 }),
      }),
    );
    expect(outbid.reasons.flatMap(({ suggestions }) => suggestions)).toEqual([]);
    // Sites that refuse a campaign, or an empty balance, are no settings of it.
    const blocked = diagnose(factsOf({ counts: countsOf({ blocked_by_placement: 900 }) }));
    expect(blocked.words.en).not.toContain("nothing is to be changed");
  });

  test.each([
    [
      "bid_under_floor",
      { floor: 900, gain_bid_150: 60, gain_bid_200: 900, gain_bid_300: 900 },
      "bid_200",
    ],
    ["outbid", { outranked: 900, won: 5, gain_bid_120: 400, gain_bid_150: 700 }, "bid_120"],
    [
      "competitor_on_page",
      { competitor_on_page: 900, outranked: 10, gain_bid_300: 700 },
      "bid_300",
    ],
    [
      "caps_too_tight",
      { won: 20, frequency_cap: 980, gain_cap_double: 980, gain_cap_none: 980 },
      "cap_none",
    ],
    [
      "caps_too_tight",
      { won: 80, held_cap: 10, frequency_cap: 980, gain_cap_double: 980, gain_cap_none: 980 },
      "cap_double",
    ],
    [
      "unknown_visitors",
      { no_stable_visitor: 800, frequency_cap: 5, gain_cap_none: 700 },
      "cap_none",
    ],
    ["audience_too_narrow", { audience: 900, gain_any_audience: 700 }, "any_audience"],
    ["schedule_too_narrow", { daypart: 900, won: 5, gain_all_hours: 800 }, "all_hours"],
    ["devices_too_narrow", { device: 900, gain_all_devices: 800 }, "all_devices"],
    ["pages_too_narrow", { category: 500, keyword: 300, gain_all_pages: 800 }, "all_pages"],
    [
      "place_intention_too_narrow",
      { place_intention: 900, gain_any_intention: 800 },
      "any_intention",
    ],
    ["no_fitting_creative", { size: 900, gain_all_formats: 800 }, "all_formats"],
  ] as const)("%s: %o", (reason, samples, lever) => {
    const won = (samples as { readonly won?: number }).won ?? 0;
    const facts = factsOf({ counts: countsOf(samples), events: seenViews(won) });
    const [first] = diagnose(facts).reasons;
    expect(first).toMatchObject({ reason, suggestions: [{ lever }] });
  });

  test.each([
    ["blocked_by_sites", { blocked_by_placement: 900 }],
    ["store_away", { held_unavailable: 900 }],
  ] as const)("%s has no lever", (reason, samples) => {
    expect(firstReason(factsOf({ counts: countsOf(samples) }))).toBe(reason);
  });

  test("no creative is known at once, without waiting for noon", () => {
    const facts = factsOf({ campaign: { creatives: [] }, nowMs: dayStartMs + hourMs });
    expect(diagnose(facts)).toMatchObject({
      status: "cannot_spend",
      reasons: [{ reason: "no_creative" }],
    });
  });

  test("ads that are chosen and never shown are told apart from those that lose", () => {
    expect(firstReason(factsOf({ counts: countsOf({ won: 900 }) }))).toBe("not_rendered");
  });

  test("of two reasons the one whose lever brings more comes first, however much the other loses", () => {
    const counts = countsOf({
      audience: 900,
      outranked: 300,
      gain_bid_120: 250,
      gain_any_audience: 20,
    });
    const reasons = diagnose(factsOf({ counts })).reasons.map((it) => it.reason);
    expect(reasons.slice(0, 2)).toEqual(["outbid", "audience_too_narrow"]);
  });

  test("samples that stand for a hundred requests each widen the bounds, not the figure", () => {
    const exact = diagnose(factsOf({ counts: countsOf({ outranked: 900, gain_bid_120: 400 }) }));
    const sampled = diagnose(
      factsOf({
        counts: countsOf({ outranked: 9, gain_bid_120: 4 }, 100),
        requests: countsOf({ requests: 50 }, 100),
      }),
    );
    const [a, b] = [exact, sampled].map(
      (it) => it.reasons[0]!.suggestions[0]!.opportunitiesPerDay!,
    );
    expect(b!.value).toBeCloseTo(a!.value, 6);
    expect(b!.high - b!.low).toBeGreaterThan(5 * (a!.high - a!.low));
  });
});
