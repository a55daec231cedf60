import { expect, test } from "vitest";
import { decide } from "../../../src/targeting/decide.ts";
import {
  applyChanges,
  buildSnapshot,
  campaignCount,
  findCampaign,
  findCreative,
  isAdvertiserCapped,
  overlaySize,
} from "../../../src/targeting/snapshot.ts";
import type { ServableCampaign } from "../../../src/targeting/types.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { buildRequest, freeDelivery, unknownVisitor } from "../../support/requestBuilder.ts";

const meta = { revision: "1", builtAtMs: 10 };

const full: ServableCampaign = buildCampaign({
  campaignId: 4_294_967_295,
  name: "Été à l’Île d’Yeu 🏖",
  advertiserId: 77,
  advertiserName: "L’Atelier du Pêcheur",
  payerName: "Régie de l’Ouest",
  trade: "poissonnier",
  status: "paused",
  pricing: "cpc",
  priority: "guaranteed",
  bidMicros: 350_000,
  clickRateUpper: 0.03,
  totalBudgetMicros: 90_000_000,
  dailyBudgetMicros: null,
  balanceMicros: 12_000_000,
  wantedCategories: ["vacances", "vacances/mer"],
  audience: [
    { segmentId: 3, segmentName: "marins", minScore: 0.25, multiplier: null },
    { segmentId: 9, segmentName: "gourmands", minScore: null, multiplier: 1.7 },
  ],
  frequencyCaps: [
    { per: "campaign", maxImpressions: 3, windowSeconds: 86_400 },
    { per: "advertiser", maxImpressions: 5, windowSeconds: 2_592_000 },
  ],
  deals: [{ ssp: "demo", id: "PMP-été 1" }],
  openAuction: false,
  creatives: [
    {
      bidFacts: {
        picture: { width: 1200, height: 627 },
        icon: { url: "https://images.example/icone.png", side: 80 },
        attributes: [4, 16],
      },
    },
    { format: "image", width: 728, height: 90 },
    { format: "html", width: 300, height: 250, content: { html: "<b>Été</b>" } },
  ],
});

test("a campaign comes out of the snapshot as it went in, accents, null budgets and all", () => {
  const snapshot = buildSnapshot([full, buildCampaign({ campaignId: 5 })], meta);
  expect(findCampaign(snapshot, full.campaignId)).toEqual({
    campaignId: full.campaignId,
    advertiserId: 77,
    advertiserName: "L’Atelier du Pêcheur",
    payerName: "Régie de l’Ouest",
    trade: "poissonnier",
    name: "Été à l’Île d’Yeu 🏖",
    pricing: "cpc",
    priority: "guaranteed",
    bidMicros: 350_000,
    clickRateUpper: 0.03,
    totalBudgetMicros: 90_000_000,
    dailyBudgetMicros: null,
    balanceMicros: 12_000_000,
    frequencyCaps: full.frequencyCaps,
    zoneLabel: full.zone.label,
    zoneApproximate: false,
    wantedCategories: ["vacances", "vacances/mer"],
    audience: full.audience,
    deals: full.deals,
    openAuction: false,
  });
});

test("a creative of a paused campaign is found, so that a late click finds its page", () => {
  const snapshot = buildSnapshot([full], meta);
  expect(full.creatives.map(({ format }) => format)).toEqual(["native", "image", "html"]);
  for (const creative of full.creatives) {
    expect(findCreative(snapshot, full.campaignId, creative.creativeId)).toEqual(creative);
    expect(findCreative(snapshot, 6, creative.creativeId)).toBeNull();
  }
  expect(findCreative(snapshot, full.campaignId, 123)).toBeNull();
  expect(findCampaign(snapshot, 6)).toBeNull();
});

test("texts too long for the first guess of memory are kept whole", () => {
  const html = "é".repeat(100_000);
  const long = buildCampaign({ campaignId: 1, creatives: [{ format: "html", content: { html } }] });
  const snapshot = buildSnapshot([long, buildCampaign({ campaignId: 2 })], meta);
  expect(findCreative(snapshot, 1, 10)?.content).toEqual({ html });
  expect(findCampaign(snapshot, 2)?.name).toBe("Campagne 2");
});

test("more records than are remembered can be read, again and again", () => {
  const campaigns = Array.from({ length: 5_000 }, (_, index) =>
    buildCampaign({ campaignId: index + 1 }),
  );
  const snapshot = buildSnapshot(campaigns, meta);
  for (const round of [1, 2]) {
    const names = campaigns.map(({ campaignId }) => findCampaign(snapshot, campaignId)?.name);
    expect(names, `round ${round}`).toEqual(campaigns.map((campaign) => campaign.name));
  }
});

const winnerOf = (snapshot: ReturnType<typeof buildSnapshot>) =>
  decide(buildRequest(), snapshot, unknownVisitor, freeDelivery).placements[0]?.ranked[0]?.campaign
    .campaignId;

test("a change, a pause, a removal and a return serve at once, and the older snapshots stay as they were", () => {
  const [cheap, dear] = [1, 2].map((campaignId) =>
    buildCampaign({ campaignId, bidMicros: campaignId * 1_000_000 }),
  );
  const first = buildSnapshot([cheap!, dear!], meta);
  const paused = applyChanges(first, [{ ...dear!, status: "paused" }], [], meta);
  const raised = applyChanges(paused, [{ ...cheap!, bidMicros: 9_000_000 }], [], meta);
  const back = applyChanges(raised, [{ ...dear!, bidMicros: 10_000_000 }], [1], meta);
  const gone = applyChanges(back, [], [1, 2, 3], { revision: "9", builtAtMs: 99 });
  expect([first, paused, raised, back, gone].map(winnerOf)).toEqual([2, 1, 1, 2, undefined]);
  expect([first, paused, raised, back, gone].map(campaignCount)).toEqual([2, 2, 2, 1, 0]);
  expect([first, paused, raised, back, gone].map(overlaySize)).toEqual([0, 1, 2, 2, 2]);
  expect(gone).toMatchObject({ revision: "9", builtAtMs: 99 });
  expect(findCampaign(gone, 1)).toBeNull();
  expect(findCampaign(first, 2)?.bidMicros).toBe(2_000_000);
});

test("an id that is both removed and changed counts as changed, and of two with one id the later counts", () => {
  const one = buildCampaign({ campaignId: 1, name: "ancien" });
  const changed = applyChanges(
    buildSnapshot([one], meta),
    [{ ...one, name: "nouveau" }],
    [1],
    meta,
  );
  expect(findCampaign(changed, 1)?.name).toBe("nouveau");
  const twice = buildSnapshot([one, { ...one, name: "dernier" }], meta);
  expect(findCampaign(twice, 1)?.name).toBe("dernier");
  expect(campaignCount(twice)).toBe(1);
});

test("a trade known to the base is the same trade in the overlay, and new trades are apart", () => {
  const roofer = buildCampaign({ campaignId: 1, trade: "couvreur", bidMicros: 5_000_000 });
  const others = ["couvreur", "plombier", "garage"].map((trade, index) =>
    buildCampaign({ campaignId: index + 2, trade, bidMicros: 4_000_000 - index }),
  );
  const snapshot = applyChanges(buildSnapshot([roofer], meta), others, [], meta);
  const request = buildRequest({ placements: [{ ...buildRequest().placements[0]!, count: 3 }] });
  const { ranked } = decide(request, snapshot, unknownVisitor, freeDelivery).placements[0]!;
  expect(ranked.slice(0, 3).map((it) => it.campaign.campaignId)).toEqual([1, 3, 4]);
});

test("campaigns with long texts, which share few places in what is remembered, do not answer for each other", () => {
  const html = "x".repeat(3_000);
  const campaigns = Array.from({ length: 300 }, (_, index) =>
    buildCampaign({
      campaignId: index + 1,
      creatives: [{ format: "html", content: { html: index % 2 === 0 ? html + index : "court" } }],
    }),
  );
  const snapshot = buildSnapshot(campaigns, meta);
  for (const round of [1, 2]) {
    for (const { campaignId, creatives } of campaigns) {
      const [creative] = creatives;
      const found = findCreative(snapshot, campaignId, creative!.creativeId);
      expect(found, `campaign ${campaignId}, round ${round}`).toEqual(creative);
    }
  }
});

test("an advertiser is capped as soon as one of its campaigns has a cap over all of them", () => {
  const before = buildSnapshot([full, buildCampaign({ campaignId: 5, advertiserId: 6 })], meta);
  expect([77, 6, 1].map((id) => isAdvertiserCapped(before, id))).toEqual([true, false, false]);
  const frequencyCaps = [{ per: "advertiser", maxImpressions: 5, window: "page_view" }] as const;
  const added = buildCampaign({ campaignId: 8, advertiserId: 6, frequencyCaps });
  expect(isAdvertiserCapped(applyChanges(before, [added], [], meta), 6)).toBe(true);
});
