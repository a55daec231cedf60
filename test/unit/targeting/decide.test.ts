import { expect, test } from "vitest";
import { allocate } from "../../../src/targeting/allocate.ts";
import { decide } from "../../../src/targeting/decide.ts";
import { explain } from "../../../src/targeting/explain.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { AdRequest } from "../../../src/targeting/types.ts";
import { buildCampaign, type CampaignFields } from "../../support/campaignBuilder.ts";
import {
  bordeaux,
  circle,
  frenchLocator,
  known,
  limoges,
  zoneOf,
} from "../../support/geography.ts";
import {
  buildPlacement,
  buildRequest,
  freeDelivery,
  unknownVisitor,
} from "../../support/requestBuilder.ts";

const snapshotOf = (campaigns: readonly CampaignFields[]) =>
  buildSnapshot(campaigns.map(buildCampaign), { revision: "1", builtAtMs: 0 });

const decideOn = (
  campaigns: readonly CampaignFields[],
  request: Partial<AdRequest> = {},
  scanCap?: number,
) =>
  decide(buildRequest(request), snapshotOf(campaigns), unknownVisitor, freeDelivery, {
    scanCap,
    keepsReserves: true,
  });

const shownIds = (decision: ReturnType<typeof decide>, refused?: ReadonlySet<number>) =>
  allocate(decision, refused).map(
    ({ placementId, candidate }) => `${placementId}: ${candidate.campaign.campaignId}`,
  );

test("an empty snapshot, and a request that no creative fits, cost nothing and give nothing", () => {
  const nothing = {
    placements: [{ placementId: "top", count: 1, winners: [], ranked: [] }],
    scanned: 0,
  };
  expect(decideOn([])).toMatchObject(nothing);
  const html = { placements: [buildPlacement({ formats: ["html"] })] };
  expect(decideOn([{ campaignId: 1 }], html)).toMatchObject(nothing);
});

test("any guaranteed campaign ranks before any paid one, and any paid one before a house ad", () => {
  const decision = decideOn([
    { campaignId: 1, priority: "house", bidMicros: 99_000_000 },
    { campaignId: 2, priority: "paid", bidMicros: 1_000 },
    { campaignId: 3, priority: "guaranteed", bidMicros: 0 },
    { campaignId: 4, priority: "paid", bidMicros: 2_000 },
  ]);
  expect(decision.placements[0]!.ranked.map((it) => it.campaign.campaignId)).toEqual([3, 4, 2, 1]);
});

test("equals take turns from decision to decision, and each decision always takes the same one", () => {
  const equals = [1, 2, 3, 4].map((campaignId) => ({ campaignId }));
  const winners = Array.from({ length: 400 }, (_, index) =>
    shownIds(decideOn(equals, { decisionId: `decision ${index}` })).join(),
  );
  const turns = Map.groupBy(winners, (winner) => winner);
  expect(turns.size).toBe(4);
  for (const turn of turns.values()) expect(turn.length).toBeGreaterThan(60);
  expect(shownIds(decideOn([...equals].reverse(), { decisionId: "decision 7" })).join()).toBe(
    winners[7],
  );
});

test("a campaign with several creatives shows them in turn, and only those that fit", () => {
  const image = { format: "image" as const };
  const campaign = { campaignId: 1, creatives: [{}, image, image, { ...image, width: 728 }] };
  const placements = [buildPlacement({ formats: ["image"], sizes: [[300, 250]] })];
  const shown = Array.from({ length: 200 }, (_, index) => {
    const decision = decideOn([campaign], { decisionId: `decision ${index}`, placements });
    return decision.placements[0]?.ranked[0]?.creative.creativeId;
  });
  expect(new Set(shown)).toEqual(new Set([11, 12]));
});

test("two roofers, or two ads of one shop, never share a page", () => {
  const campaigns = [
    { campaignId: 1, trade: "couvreur", bidMicros: 9_000_000 },
    { campaignId: 2, trade: "couvreur", bidMicros: 8_000_000 },
    { campaignId: 3, advertiserId: 1001, bidMicros: 7_000_000 },
    { campaignId: 4, trade: "plombier", bidMicros: 6_000_000 },
    { campaignId: 5, bidMicros: 5_000_000 },
    { campaignId: 6, bidMicros: 4_000_000 },
  ];
  const placements = [buildPlacement({ id: "top", count: 2 }), buildPlacement({ id: "side" })];
  const decision = decideOn(campaigns, { placements });
  expect(shownIds(decision)).toEqual(["top: 1", "top: 4", "side: 5"]);
  expect(shownIds(decision, new Set([1]))).toEqual(["top: 4", "top: 2", "side: 5"]);
  expect(shownIds(decision, new Set([1, 2, 3, 5]))).toEqual(["top: 4", "top: 6"]);
});

test("when everything paid is refused, house ads fill the page however many paid campaigns there were", () => {
  const paid = Array.from({ length: 300 }, (_, index) => ({ campaignId: index + 1 }));
  const house = [801, 802, 803].map((campaignId) => ({ campaignId, priority: "house" as const }));
  const placements = [buildPlacement({ id: "top", count: 2 }), buildPlacement({ id: "side" })];
  const decision = decideOn([...paid, ...house], { placements });
  const ranked = decision.placements.flatMap((it) => it.ranked);
  const refused = new Set(
    ranked.filter((it) => it.campaign.priority !== "house").map((it) => it.campaign.campaignId),
  );
  const shown = shownIds(decision, refused);
  expect(shown.map((it) => it.split(":")[0])).toEqual(["top", "top", "side"]);
  expect(new Set(shown.map((it) => Number(it.split(": ")[1])))).toEqual(new Set([801, 802, 803]));
});

test("the search stops early, long before it has seen every campaign", () => {
  const many = Array.from({ length: 2_000 }, (_, index) => ({
    campaignId: index + 1,
    bidMicros: 1_000_000 + index * 1_000,
  }));
  const decision = decideOn(many);
  expect(shownIds(decision)).toEqual(["top: 2000"]);
  expect(decision.scanned).toBeLessThan(20);
  expect(decision.scanCapped).toBe(false);
});

test("for a page nobody is looked for beside the winners and the house ads: whom a budget refuses is replaced by deciding again", () => {
  const many = Array.from({ length: 2_000 }, (_, index) => ({
    campaignId: index + 1,
    bidMicros: 1_000_000 + index * 1_000,
    priority: index === 0 ? ("house" as const) : ("paid" as const),
  }));
  const decision = decide(buildRequest(), snapshotOf(many), unknownVisitor, freeDelivery);
  expect(decision.placements[0]!.ranked.map((it) => it.campaign.campaignId)).toEqual([2000, 1]);
  expect(decision.scanned).toBeLessThan(5);
});

test("where the scan cap stops the search, the decision says so and still shows the best it saw", () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    campaignId: index + 1,
    bidMicros: 1_000_000 + index * 1_000,
    devices: index < 45 ? [] : (["tv"] as const),
  }));
  const decision = decideOn(many, {}, 8);
  expect(decision).toMatchObject({ scanned: 8, scanCapped: true });
  expect(shownIds(decision)).toEqual(["top: 45"]);
  expect(shownIds(decideOn(many, {}, 3))).toEqual([]);
});

test("more placements than can be decided together are refused", () => {
  const placements = Array.from({ length: 33 }, (_, index) => buildPlacement({ id: `p${index}` }));
  expect(() => decideOn([{ campaignId: 1 }], { placements })).toThrow(RangeError);
  const decision = decideOn([{ campaignId: 1 }], { placements: placements.slice(1) });
  expect(shownIds(decision)).toEqual(["p1: 1"]);
});

test("a campaign that only the thirty-second placement takes is shown there", () => {
  const placements = Array.from({ length: 32 }, (_, index) =>
    buildPlacement({ id: `p${index}`, formats: index === 31 ? ["html"] : ["native"] }),
  );
  const decision = decideOn([{ campaignId: 1, creatives: [{ format: "html" }] }], { placements });
  expect(shownIds(decision)).toEqual(["p31: 1"]);
});

test("without names, an explanation takes the fifty nearest campaigns, then those without a circle", () => {
  const near = Array.from({ length: 40 }, (_, index) => ({
    campaignId: 200 + index,
    status: "paused" as const,
    zone: zoneOf([circle(limoges.lat + index * 0.01, limoges.lon, 5_000)]),
  }));
  const far = Array.from({ length: 30 }, (_, index) => ({
    campaignId: 100 + index,
    status: "paused" as const,
    zone: zoneOf([circle(bordeaux.lat, bordeaux.lon, 5_000)]),
  }));
  const nowhere = { campaignId: 1, status: "paused" as const };
  const places = [known(frenchLocator.locateSearch({ inseeCode: "87085" }))];
  const explained = (request: Partial<AdRequest>, campaigns: readonly CampaignFields[]) =>
    explain(
      buildRequest(request),
      snapshotOf(campaigns),
      unknownVisitor,
      freeDelivery,
    ).rejections.map((rejection) => rejection.campaignId);
  const all = explained({ places }, [nowhere, ...far, ...near]);
  expect(all).toHaveLength(50);
  expect(new Set(all.slice(0, 40))).toEqual(new Set(near.map((it) => it.campaignId)));
  expect(all.slice(40)).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108, 109]);
  expect(explained({ places }, [nowhere, ...near]).at(-1)).toBe(1);
  expect(explained({}, [...near, nowhere])[0]).toBe(1);
});

test("a rival on the page and a better bid are told apart, with both values", () => {
  const snapshot = snapshotOf([
    { campaignId: 1, trade: "couvreur", bidMicros: 9_000_000 },
    { campaignId: 2, trade: "couvreur", bidMicros: 8_000_000 },
    { campaignId: 3, bidMicros: 7_000_000 },
  ]);
  const told = explain(buildRequest(), snapshot, unknownVisitor, freeDelivery, {
    campaignIds: [3, 2, 1, 44, 3],
  });
  const winning = { winningCampaignId: 1, winningValueMicros: 9_000_000, placementId: "top" };
  expect(told.rejections).toEqual([
    { campaignId: 3, rule: "outranked", figures: { valueMicros: 7_000_000, ...winning } },
    {
      campaignId: 2,
      rule: "competitor_on_page",
      figures: { valueMicros: 8_000_000, ...winning, trade: "couvreur" },
    },
    { campaignId: 44, rule: "unknown_campaign", figures: {} },
  ]);
  expect(told.winners).toMatchObject([
    { placementId: "top", campaignId: 1, value: { valueMicros: 9_000_000 } },
  ]);
});

test("who may step in is the same whether it is read at once or after decisions on other snapshots", () => {
  const campaigns = Array.from({ length: 30 }, (_, index) => ({
    campaignId: index + 1,
    advertiserId: index + 1,
    trade: `metier-${index}`,
    priority: index < 4 ? ("house" as const) : ("paid" as const),
    bidMicros: 1_000_000 + 1_000 * index,
  }));
  const atOnce = decideOn(campaigns).placements[0]!.ranked;
  const later = decideOn(campaigns);
  for (let other = 1; other <= 5; other++) {
    const elsewhere = { places: [known(frenchLocator.locateSearch(bordeaux))] };
    decideOn([{ campaignId: 900 + other, bidMicros: 9_000_000 }], elsewhere);
    decideOn(campaigns.slice(other), { decisionId: `autre-${other}` });
  }
  expect(atOnce.length).toBeGreaterThan(4);
  expect(later.placements[0]!.ranked).toEqual(atOnce);
});

test("a placement of one size among creatives of many shapes gets the one that fits, and nothing where none does", () => {
  const campaigns = Array.from({ length: 40 }, (_, index) => ({
    campaignId: index + 1,
    advertiserId: index + 1,
    trade: "",
    creatives: [{ format: "image" as const, width: 300 + index, height: 250 }],
  }));
  const wanting = (width: number) =>
    decideOn(campaigns, {
      placements: [buildPlacement({ formats: ["image"], sizes: [[width, 250]], count: 1 })],
    });
  expect(shownIds(wanting(317))).toEqual(["top: 18"]);
  expect(wanting(299).scanned).toBe(0);
  expect(shownIds(wanting(299))).toEqual([]);
});
