import { expect, test } from "vitest";
import { decide } from "../../../src/targeting/decide.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { AdRequest, ServableCampaign } from "../../../src/targeting/types.ts";
import { decideByBruteForce } from "../../support/bruteForceDecision.ts";
import world from "../../support/fixtures/tooFewReserves.json" with { type: "json" };
import { meta } from "./worlds.ts";

test("a late reserve that keeps two others away leaves no gap: the search goes on for who fills it", () => {
  const campaigns = world.campaigns as unknown as readonly ServableCampaign[];
  const request = world.request as unknown as AdRequest;
  const visitor = { scores: null, impressions: new Map() };
  const delivery = { exhaustedUntilMs: new Map(), throttles: new Map() };
  const expected = decideByBruteForce(campaigns, request, visitor, delivery);
  const snapshot = buildSnapshot(campaigns, meta);
  const { placements } = decide(request, snapshot, visitor, delivery, { keepsReserves: true });
  const ranked = placements.map((one) => one.ranked.map(({ campaign }) => campaign.campaignId));
  expect(ranked).toEqual(expected.ranked);
});
