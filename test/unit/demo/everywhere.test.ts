import { describe, expect, test } from "vitest";
import { demoSite } from "../../../src/demo/demoSite.ts";
import type { DemoCampaign, DemoPlace, DemoShop } from "../../../src/demo/demoTypes.ts";
import { createRandom } from "../../../src/demo/random.ts";
import { demoCategories } from "../../../src/demo/segments.ts";
import { distanceMeters } from "../../../src/geo/sphere.ts";
import { allocate } from "../../../src/targeting/allocate.ts";
import { decide } from "../../../src/targeting/decide.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import { demoNowMs, demoPlaces, demoToServable, makeDemo } from "../../support/demoShops.ts";
import { frenchLocator, known } from "../../support/geography.ts";

/** One commune of any size for each département, drawn by chance, and some that people will try first. */
function samplePlaces(): readonly DemoPlace[] {
  const random = createRandom(7);
  const byDepartement = Map.groupBy(demoPlaces, (place) => place.departementCode);
  const drawn = [...byDepartement.values()].map((members) => random.pick(members));
  const famous = new Set(["87085", "2A004", "97411", "97105", "97502", "98613", "75111", "69383"]);
  return [...drawn, ...demoPlaces.filter((place) => famous.has(place.inseeCode))];
}

const sampled = samplePlaces();

/** Whether the campaign may reach one of the sampled places: the others need not be compiled. */
function isNearby(campaign: DemoCampaign): boolean {
  return campaign.zone.include.some((area) => {
    if (area.type !== "circle") return true;
    return sampled.some((place) => {
      if (Math.abs(place.lat - area.lat) > 1.5) return false;
      return distanceMeters(place, area) < area.radiusMeters + 20_000;
    });
  });
}

const live = makeDemo()
  .flatMap((shop: DemoShop) => shop.campaigns.map((campaign) => ({ campaign, shop })))
  .filter(({ campaign }) => campaign.refusedBy === null && isNearby(campaign));
const snapshot = buildSnapshot(
  live.map(({ campaign, shop }, index) => demoToServable(campaign, shop, index + 1)),
  { revision: "1", builtAtMs: demoNowMs },
);

describe("an unknown visitor who searches anywhere gets local paid ads", () => {
  test.each(sampled.map((place) => [place.name, place] as const))("%s", (_name, place) => {
    const random = createRandom(Number.parseInt(place.inseeCode, 36));
    const decision = decide(
      {
        decisionId: `demo-${place.inseeCode}`,
        nowMs: demoNowMs,
        places: [known(frenchLocator.locateSearch({ inseeCode: place.inseeCode }))],
        page: { category: random.pick(demoCategories), keywords: [] },
        deviceType: "desktop",
        placements: demoSite.placements.map(({ code, formats, sizes, floorMicros }) => ({
          ...{ id: code, formats, sizes, floorMicros },
          count: code === "list" ? 3 : 1,
          blockedAdvertiserIds: [],
          blockedTrades: [],
        })),
        consent: {
          mayStore: false,
          mayPersonalise: false,
          mayUsePlace: false,
          mayUsePrecisePlace: false,
          mayMeasure: false,
          basis: "missing",
        },
        hasStableVisitor: false,
      },
      snapshot,
      { scores: null, impressions: new Map() },
      { exhaustedUntilMs: new Map(), throttles: new Map() },
    );
    const ads = allocate(decision);
    const paid = ads.filter(({ candidate }) => candidate.campaign.priority === "paid");
    expect(paid.length).toBeGreaterThanOrEqual(2);
    expect(new Set(ads.map((ad) => ad.placementId)).size).toBeGreaterThanOrEqual(3);
  });
});
