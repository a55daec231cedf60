import { expect, test } from "vitest";
import { decide } from "../../../src/targeting/decide.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { Candidate } from "../../../src/targeting/types.ts";
import { buildCampaign, type CampaignFields } from "../../support/campaignBuilder.ts";
import { circle, frenchLocator, known, zoneOf } from "../../support/geography.ts";
import { buildRequest, freeDelivery } from "../../support/requestBuilder.ts";

const precise = known(
  frenchLocator.locateDevice({ lat: 45.8336, lon: 1.2611, accuracyMeters: 20 }, true),
);

function candidateOf(
  campaign: Partial<CampaignFields>,
  scores: ReadonlyMap<number, number> | null = null,
): Candidate {
  const snapshot = buildSnapshot([buildCampaign({ campaignId: 1, ...campaign })], {
    revision: "1",
    builtAtMs: 0,
  });
  const request = buildRequest({
    places: [precise],
    page: { category: "maison/travaux", keywords: ["toiture"] },
  });
  const visitor = { scores, impressions: new Map() };
  const found = decide(request, snapshot, visitor, freeDelivery).placements[0]?.ranked[0];
  if (found === undefined) throw new Error("the campaign does not show");
  return found;
}

const boost = (multiplier: number, segmentId = 3) => ({
  segmentId,
  segmentName: "bricoleurs",
  minScore: null,
  multiplier,
});

test("a CPM bid is worth itself, a vCPM bid the part that is viewed, a CPC bid its clicks in a thousand views", () => {
  expect(candidateOf({ bidMicros: 2_500_000 }).value).toEqual({
    valueMicros: 2_500_000,
    bidMicros: 2_500_000,
    pricing: "cpm",
    clickRate: null,
    viewRate: null,
    audienceMultiplier: 1,
    nearnessMultiplier: 1,
    categoryMultiplier: 1,
  });
  const perClick = { pricing: "cpc", bidMicros: 400_000, clickRate: 0.005 } as const;
  expect(candidateOf(perClick).value).toMatchObject({ valueMicros: 2_000_000, clickRate: 0.005 });
  const perView = { pricing: "vcpm", bidMicros: 4_000_000, viewRate: 0.55 } as const;
  expect(candidateOf(perView).value).toMatchObject({
    valueMicros: 2_200_000,
    pricing: "vcpm",
    clickRate: null,
    viewRate: 0.55,
  });
});

test("the audience boosts by score, each segment on top of the other, three times at most", () => {
  const at = (score: number) => new Map([[3, score]]);
  const valueWith = (audience: CampaignFields["audience"], scores: Map<number, number> | null) =>
    candidateOf({ bidMicros: 1_000_000, audience }, scores).value.valueMicros;
  expect(valueWith([boost(2)], at(0))).toBe(1_000_000);
  expect(valueWith([boost(2)], at(0.5))).toBe(1_500_000);
  expect(valueWith([boost(2)], at(1))).toBe(2_000_000);
  expect(valueWith([boost(2)], null)).toBe(1_000_000);
  expect(
    valueWith(
      [boost(2), boost(1.5, 4)],
      new Map([
        [3, 1],
        [4, 1],
      ]),
    ),
  ).toBe(3_000_000);
  expect(
    valueWith(
      [boost(3), boost(3, 4)],
      new Map([
        [3, 1],
        [4, 1],
      ]),
    ),
  ).toBe(3_000_000);
});

test("nearness adds a quarter at the centre of a circle and nothing at its edge", () => {
  const { lat, lon } = precise.centre;
  const atCentre = candidateOf({ zone: zoneOf([circle(lat, lon, 5_000)]) });
  expect(atCentre.value.nearnessMultiplier).toBeCloseTo(1.25, 6);
  expect(atCentre.distanceMeters).toBeCloseTo(0, 1);
  const oneDegree = 111_194.9;
  const halfWay = candidateOf({ zone: zoneOf([circle(lat + 5_000 / oneDegree, lon, 10_000)]) });
  expect(halfWay.value.nearnessMultiplier).toBeCloseTo(1.125, 3);
  expect(halfWay.distanceMeters).toBeGreaterThan(4_995);
  expect(halfWay.distanceMeters).toBeLessThan(5_005);
  const nearEdge = candidateOf({ zone: zoneOf([circle(lat + 9_990 / oneDegree, lon, 10_000)]) });
  expect(nearEdge.value.nearnessMultiplier).toBeLessThan(1.001);
  const shape = candidateOf({ zone: zoneOf([{ type: "departement", code: "87" }]) });
  expect(shape.value.nearnessMultiplier).toBe(1);
  expect(shape.distanceMeters).toBeNull();
});

test("a page that the campaign asked for is worth a fifth more", () => {
  const pageFit = (campaign: Partial<CampaignFields>) =>
    candidateOf(campaign).value.categoryMultiplier;
  expect(pageFit({ wantedCategories: ["maison"] })).toBe(1.2);
  expect(pageFit({ wantedKeywords: ["toiture"] })).toBe(1.2);
  expect(pageFit({ wantedCategories: ["maison"], wantedKeywords: ["toiture"] })).toBe(1.2);
  expect(pageFit({})).toBe(1);
});

test("a house ad is worth nothing, whatever it bids", () => {
  expect(candidateOf({ priority: "house", bidMicros: 9_000_000 }).value.valueMicros).toBe(0);
});

test("a candidate says which place matched", () => {
  expect(candidateOf({})).toMatchObject({ placeSource: "device", placeLabel: precise.label });
});
