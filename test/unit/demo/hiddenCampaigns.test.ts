import { describe, expect, test } from "vitest";
import { hiddenProbe, makeHiddenShops } from "../../../src/demo/hiddenCampaigns.ts";
import { explain } from "../../../src/targeting/explain.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { AdRequest, ServableCampaign } from "../../../src/targeting/types.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { demoNowMs, demoToServable } from "../../support/demoShops.ts";
import { frenchLocator, known } from "../../support/geography.ts";

const shops = makeHiddenShops({ nowMs: demoNowMs, publicUrl: "http://localhost:8080" });

const request: AdRequest = {
  decisionId: "hidden",
  nowMs: demoNowMs,
  places: [known(frenchLocator.locateSearch(hiddenProbe.place.search))],
  page: hiddenProbe.page,
  deviceType: hiddenProbe.device.type,
  placements: hiddenProbe.placements.map((placement) => ({
    ...placement,
    sizes: [],
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
};

function rejectionsOf(candidates: readonly ServableCampaign[]): ReadonlyMap<number, string> {
  const snapshot = buildSnapshot(candidates, { revision: "1", builtAtMs: demoNowMs });
  const visitor = { scores: null, impressions: new Map() };
  // What the stores answer for spent money reaches the decision as exhausted campaigns.
  const exhausted = shops.flatMap((shop, index) =>
    shop.campaigns[0]!.spentMicros > 0 || shop.advertiser.balanceMicros === 0
      ? [[index + 1, { untilMs: demoNowMs + 1000, reason: "total_budget" }] as const]
      : [],
  );
  const delivery = { exhaustedUntilMs: new Map(exhausted), throttles: new Map() };
  const campaignIds = candidates.map((campaign) => campaign.campaignId);
  const { rejections } = explain(request, snapshot, visitor, delivery, { campaignIds });
  return new Map(rejections.map(({ campaignId, rule }) => [campaignId, rule]));
}

describe("campaigns that must not show", () => {
  const candidates = shops.map((shop, index) =>
    demoToServable(shop.campaigns[0]!, shop, index + 1),
  );
  const rejections = rejectionsOf(candidates);

  test.each(shops.map((shop, index) => [shop.campaigns[0]!.name, index] as const))(
    "%s: the announced rule refuses it",
    (_name, index) => {
      expect(rejections.get(index + 1)).toBe(shops[index]!.campaigns[0]!.refusedBy);
    },
  );

  test("they are named so, and cover most rules", () => {
    const names = shops.map((shop) => shop.campaigns[0]!.name);
    expect(names.every((name) => /^(À ne pas voir|Sous condition) : /.test(name))).toBe(true);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(rejections.values()).size).toBeGreaterThanOrEqual(13);
  });

  test("without its fault, such a campaign would win: the others are not refused for lack of a good request", () => {
    const healthy = buildCampaign({
      ...candidates.find((campaign) => campaign.status === "paused")!,
      campaignId: 999,
      status: "active",
      creatives: [{}],
    });
    expect(rejectionsOf([healthy]).size).toBe(0);
  });
});
