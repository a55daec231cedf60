import { describe, expect, test } from "vitest";
import { parseAdvertiser } from "../../../src/campaigns/advertiserSchema.ts";
import { parseCampaign } from "../../../src/campaigns/campaignSchema.ts";
import { parseCreative } from "../../../src/campaigns/creativeSchema.ts";
import type { Parsed } from "../../../src/campaigns/problems.ts";
import type { DemoCampaign } from "../../../src/demo/demoTypes.ts";
import { demoSegments } from "../../../src/demo/segments.ts";
import { distanceMeters } from "../../../src/geo/sphere.ts";
import { demoPlaces, makeDemo } from "../../support/demoShops.ts";

const shops = makeDemo();
const campaigns = shops.flatMap((shop) => shop.campaigns);
const visible = campaigns.filter((campaign) => campaign.refusedBy === null);
const placeByCode = new Map(demoPlaces.map((place) => [place.inseeCode, place]));

function problemsOf(parsed: Parsed<unknown>, name: string): readonly string[] {
  return parsed.ok ? [] : parsed.problems.map((it) => `${name} ${it.pointer} ${it.rule}`);
}

test("there are at least 5,000 shops of at least 30 trades, in every département", () => {
  const local = shops.filter((shop) => shop.inseeCode !== null);
  expect(local.length).toBeGreaterThanOrEqual(5_000);
  expect(new Set(local.map((shop) => shop.advertiser.trade)).size).toBeGreaterThanOrEqual(30);
  const reached = new Set(local.map((shop) => placeByCode.get(shop.inseeCode!)?.departementCode));
  const inhabited = new Set(demoPlaces.map((place) => place.departementCode));
  expect([...inhabited].filter((code) => !reached.has(code))).toEqual([]);
  expect(inhabited.size).toBe(107);
});

test("the same dice make the same demo, others make another", () => {
  const told = JSON.stringify(shops);
  expect(JSON.stringify(makeDemo()) === told).toBe(true);
  expect(JSON.stringify(makeDemo(1)) === told).toBe(false);
});

test("every advertiser, campaign and creative passes the checks of the management API", () => {
  const problems = shops.flatMap(({ advertiser, campaigns: own }) => [
    ...problemsOf(parseAdvertiser(advertiser), advertiser.name),
    ...own.flatMap(({ creatives, spentMicros: _spent, refusedBy: _rule, ...fields }) => [
      ...problemsOf(parseCampaign({ ...fields, advertiserId: 1 }), fields.name),
      ...creatives.flatMap((creative) =>
        problemsOf(parseCreative({ ...creative, campaignId: 1 }, "httpsOrLoopback"), fields.name),
      ),
    ]),
  ]);
  expect(problems).toEqual([]);
});

test("no two shops of one commune have the same name", () => {
  const names = shops
    .filter((shop) => shop.inseeCode !== null)
    .map((shop) => {
      const place = placeByCode.get(shop.inseeCode!)!;
      return `${place.departementCode} ${place.name}: ${shop.advertiser.name}`;
    });
  expect(new Set(names).size).toBe(names.length);
});

test("every audience rule names a segment of the demo", () => {
  const slugs = new Set(demoSegments.map((segment) => segment.slug));
  const named = campaigns.flatMap((campaign) => campaign.audience.map((rule) => rule.segment));
  expect(named.filter((slug) => !slugs.has(slug))).toEqual([]);
  expect(new Set(named).size).toBeGreaterThan(15);
});

test("landing pages are on domains reserved for examples", () => {
  const hosts = campaigns.flatMap((it) => it.creatives.map((c) => new URL(c.landingUrl).hostname));
  expect(hosts.filter((host) => !/^[a-z0-9-]{1,63}\.example\.com$/.test(host))).toEqual([]);
});

test("budgets are those of small shops", () => {
  for (const { priority, totalBudgetMicros, dailyBudgetMicros, pricing, bidMicros } of visible) {
    if (priority !== "paid") continue;
    expect(totalBudgetMicros).toBeGreaterThanOrEqual(20_000_000);
    expect(totalBudgetMicros).toBeLessThanOrEqual(500_000_000);
    if (dailyBudgetMicros !== null) {
      expect(dailyBudgetMicros).toBeGreaterThanOrEqual(1_000_000);
      expect(dailyBudgetMicros).toBeLessThanOrEqual(30_000_000);
    }
    expect(bidMicros).toBeGreaterThanOrEqual(pricing === "cpc" ? 100_000 : 2_000_000);
    expect(bidMicros).toBeLessThanOrEqual(pricing === "cpc" ? 600_000 : 12_000_000);
  }
});

/** Shows to anybody who searches, is or lives there, on any page, at any hour, on any device. */
function isUnconditional(campaign: DemoCampaign): boolean {
  return (
    campaign.priority === "paid" &&
    campaign.placeIntention === "any" &&
    campaign.dayparts.length === 0 &&
    campaign.frequencyCaps.length === 0 &&
    campaign.devices.length === 0 &&
    campaign.categories.include.length + campaign.categories.exclude.length === 0 &&
    campaign.keywords.include.length + campaign.keywords.exclude.length === 0 &&
    campaign.audience.every((rule) => rule.minScore === null) &&
    campaign.creatives.some((creative) => creative.format === "native")
  );
}

describe("any place has its local ads", () => {
  const circles = visible
    .filter(isUnconditional)
    .flatMap((campaign) => campaign.zone.include)
    .filter((area) => area.type === "circle");

  test("each commune of 500 inhabitants or more is within reach of two shops, whatever the page and the hour", () => {
    const lonely = demoPlaces
      .filter((place) => place.population >= 500)
      .filter((place) => {
        let reached = 0;
        for (const circle of circles) {
          if (Math.abs(circle.lat - place.lat) > 0.5) continue;
          if (distanceMeters(circle, place) <= circle.radiusMeters) reached++;
          if (reached === 2) return false;
        }
        return true;
      });
    expect(lonely.map((place) => place.name)).toEqual([]);
  });

  test("each inhabited département has campaigns of its own, so that the smallest hamlet has ads too", () => {
    const codes = visible.flatMap((campaign) =>
      campaign.zone.include.flatMap((area) => (area.type === "departement" ? [area.code] : [])),
    );
    const inhabited = new Set(demoPlaces.map((place) => place.departementCode));
    for (const code of inhabited) {
      expect(codes.filter((it) => it === code)).toHaveLength(3);
    }
  });

  test("the house has ads for all of France in every size of the demo", () => {
    const house = visible.filter((campaign) => campaign.priority === "house");
    expect(house.length).toBeGreaterThanOrEqual(2);
    for (const { zone, creatives } of house) {
      expect(zone.include).toEqual([{ type: "france" }]);
      expect(creatives).toHaveLength(7);
    }
  });
});

test("what must show runs for a year at least", () => {
  for (const { status, startsOn, endsOn } of visible) {
    expect(status).toBe("active");
    expect(startsOn < "2026-03-12").toBe(true);
    if (endsOn !== null) expect(endsOn > "2027-03-12").toBe(true);
  }
});
