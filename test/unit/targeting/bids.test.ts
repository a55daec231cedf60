import { describe, expect, test } from "vitest";
import { bidConstraintsOf } from "../../../src/openrtb/bidConstraints.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { describeRejection } from "../../../src/serving/describeRejection.ts";
import { decide } from "../../../src/targeting/decide.ts";
import { explain } from "../../../src/targeting/explain.ts";
import { landingApp, landingHost } from "../../../src/targeting/landing.ts";
import { applyChanges, buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { AdFormat, AdRequest } from "../../../src/targeting/types.ts";
import { buildCampaign, type CampaignFields } from "../../support/campaignBuilder.ts";
import { rates } from "../../support/openrtb/bidSamples.ts";
import { answerSettings } from "../../support/openrtb/goldenAnswer.ts";
import {
  buildPlacement,
  buildRequest,
  freeDelivery,
  unknownVisitor,
} from "../../support/requestBuilder.ts";

const meta = { revision: "1", builtAtMs: 0 };
const ssp = { name: "demo", answer: answerSettings, price: answerSettings };
const banner = { w: 300, h: 250 };

function asked(
  imp: object,
  top: object = {},
  formats: readonly AdFormat[] = ["native", "image", "html"],
): AdRequest {
  const parsed = parseBidRequest({ id: "r", imp: [{ id: "1", ...imp }], ...top });
  if (!parsed.ok) throw new Error(parsed.problem);
  const [first] = parsed.request.imps;
  const bid = bidConstraintsOf(parsed.request, first!, ssp, rates);
  const placement = buildPlacement({ id: "1", formats, sizes: [[300, 250]], bid });
  return buildRequest({ placements: [placement] });
}

function decided(campaigns: readonly CampaignFields[], request: AdRequest) {
  const snapshot = buildSnapshot(campaigns.map(buildCampaign), meta);
  return decide(request, snapshot, unknownVisitor, freeDelivery);
}

const card = {};
const image = { format: "image", width: 300, height: 250 } as const;

describe("the creative of a bid", () => {
  test("is one of the banner's size before it is a card, whatever chance says", () => {
    const campaign = { campaignId: 1, creatives: [card, card, image, card] };
    for (let turn = 0; turn < 20; turn++) {
      const request = { ...asked({ banner }), decisionId: `d-${turn}` };
      const [winner] = decided([campaign], request).placements[0]!.winners;
      expect(winner?.creative.creativeId).toBe(12);
    }
  });

  test("is the native one where both media are asked for and it fits, as often as the banner", () => {
    const native = { request: JSON.stringify({ assets: [{ id: 1, title: { len: 90 } }] }) };
    const campaign = { campaignId: 1, creatives: [card, image] };
    const shown = new Set<number>();
    for (let turn = 0; turn < 30; turn++) {
      const request = { ...asked({ banner, native }), decisionId: `d-${turn}` };
      const [winner] = decided([campaign], request).placements[0]!.winners;
      shown.add(winner!.creative.creativeId);
    }
    expect([...shown].sort()).toEqual([10, 11]);
  });

  test("is one that the exchange takes, when others of the campaign are not", () => {
    const blocked = { ...image, bidFacts: { picture: null, icon: null, attributes: [1] } };
    const campaign = { campaignId: 1, creatives: [blocked, image, blocked] };
    const request = asked({ banner: { ...banner, battr: [1] } }, {}, ["image"]);
    for (let turn = 0; turn < 20; turn++) {
      const decision = decided([campaign], { ...request, decisionId: `d-${turn}` });
      expect(decision.placements[0]!.winners[0]?.creative.creativeId).toBe(11);
    }
  });

  test("is told with its picture, icon and attributes", () => {
    const bidFacts = {
      picture: { width: 1200, height: 627 },
      icon: { url: "https://images.example/i.png", side: 80 },
      attributes: [3, 13],
    };
    const [winner] = decided([{ campaignId: 1, creatives: [{ bidFacts }] }], asked({ banner }))
      .placements[0]!.winners;
    expect(winner?.creative.bidFacts).toEqual(bidFacts);
  });
});

describe("a search for bids", () => {
  test("is not begun for deals that nobody has", () => {
    const pmp = { private_auction: 1, deals: [{ id: "d9" }] };
    const campaigns = Array.from({ length: 50 }, (_, index) => ({ campaignId: index + 1 }));
    expect(decided(campaigns, asked({ banner, pmp })).scanned).toBe(0);
    const withDeal = { campaignId: 99, deals: [{ ssp: "demo", id: "d9" }] };
    const decision = decided([...campaigns, withDeal], asked({ banner, pmp }));
    expect(decision.placements[0]!.winners.map((it) => it.campaign.campaignId)).toEqual([99]);
  });

  test("is not begun where nothing of ours is wanted", () => {
    const campaigns = [{ campaignId: 1 }];
    expect(decided(campaigns, asked({ banner }, { wlang: ["en"] })).scanned).toBe(0);
    expect(decided(campaigns, asked({ banner }, { wlang: ["fr"] })).scanned).toBe(1);
  });

  test("never offers a house ad, also not as a last resort, nor after a page that had one", () => {
    const house = { campaignId: 1, priority: "house", bidMicros: 0 } as const;
    const onPage = decided([house], buildRequest());
    expect(onPage.placements[0]!.winners).toHaveLength(1);
    const [placement] = decided([house], asked({ banner })).placements;
    expect(placement?.winners).toEqual([]);
    expect(placement?.ranked).toEqual([]);
  });

  test("finds a campaign that is only in the changes since the snapshot was built", () => {
    const pmp = { private_auction: 1, deals: [{ id: "d1" }] };
    const deals = [{ ssp: "demo", id: "d1" }];
    const base = buildSnapshot([buildCampaign({ campaignId: 1 })], meta);
    const changed = applyChanges(base, [buildCampaign({ campaignId: 2, deals })], [], meta);
    const decision = decide(asked({ banner, pmp }), changed, unknownVisitor, freeDelivery);
    expect(decision.placements[0]!.winners.map((it) => it.campaign.campaignId)).toEqual([2]);
    const [winner] = decision.placements[0]!.winners;
    expect(winner?.campaign).toMatchObject({ deals, openAuction: true });
  });
});

describe("an explanation of a bid", () => {
  const why = (campaign: Partial<CampaignFields>, request: AdRequest) => {
    const snapshot = buildSnapshot([buildCampaign({ campaignId: 1, ...campaign })], meta);
    const [told] = explain(request, snapshot, unknownVisitor, freeDelivery, {
      campaignIds: [1],
    }).rejections;
    return { told, ...describeRejection(told!) };
  };

  test("names the trade that the site does not want", () => {
    const { told, fr, en } = why({ trade: "caviste" }, asked({ banner }, { bcat: ["IAB8-5"] }));
    expect(told).toEqual({
      campaignId: 1,
      rule: "exchange_category",
      figures: { placementId: "1", ssp: "demo", category: "wine_shop", trade: "caviste" },
    });
    expect(fr).toBe("Le site ou l'application ne veut pas d'annonces de ce métier (caviste).");
    expect(en).toBe("The site or app does not want ads of this trade (caviste).");
  });

  test("tells the floor with the margin in it", () => {
    const { told, fr } = why(
      { bidMicros: 2_000_000 },
      asked({ banner, bidfloor: 2.5, bidfloorcur: "EUR" }),
    );
    expect(told?.figures).toMatchObject({ payMicros: 2_000_000, floorMicros: 2_500_000 });
    expect(fr.replace(/\s/g, " ")).toContain("2,00 € pour mille vues");
    expect(fr.replace(/\s/g, " ")).toContain("(2,50 €, notre marge comprise)");
  });

  test.each([
    ["seat", { wseat: ["autre"] }, "notre siège n'y est pas admis"],
    ["language", { wlang: ["de"] }, "le français n'y est pas demandé"],
    ["block_lists", { badv: manyDomains() }, "trop longue pour être respectée"],
    ["categories", { cattax: 500, bcat: ["x"] }, "nomenclature inconnue"],
  ])("says why nobody of ours may answer: %s", (reason, top, words) => {
    const { told, fr, en } = why({}, asked({ banner }, top));
    expect(told).toMatchObject({ rule: "exchange_terms", figures: { reason } });
    expect(fr).toContain(words);
    expect(en).toMatch(/^The exchange “demo” takes none of our ads here: /);
  });

  test("tells a private auction from a campaign that keeps to its deals", () => {
    const pmp = { private_auction: 1, deals: [{ id: "d1" }, { id: "d2" }] };
    const closed = why({}, asked({ banner, pmp }));
    expect(closed.told).toMatchObject({ figures: { deals: "d1, d2", dealsOnly: true } });
    expect(closed.fr).toContain("se vend par accord seulement (d1, d2)");
    const loyal = why({ openAuction: false }, asked({ banner }));
    expect(loyal.told?.figures).toMatchObject({ deals: "", dealsOnly: false });
    expect(loyal.fr).toContain("La campagne ne se vend que par accord");
    expect(loyal.en).toContain("keeps to its deals");
  });

  test("has a sentence in two languages for each rule of exchanges", () => {
    const figures = { placementId: "1", ssp: "demo" };
    const sentences = ["house", "advertiser", "attribute", "insecure", "media", "floor"].map((it) =>
      describeRejection({ campaignId: 1, rule: `exchange_${it}` as "exchange_house", figures }),
    );
    expect(new Set(sentences.map(({ fr }) => fr)).size).toBe(6);
    for (const { fr, en } of sentences) {
      expect(fr).toMatch(/^(L'|Le |La |Une |Aucune ).{30,300}\.$/);
      expect(en).toMatch(/^(The |Nobody |No ).{20,300}\.$/);
    }
  });
});

describe("a landing page", () => {
  test.each([
    ["https://www.martin.fr/devis?x=1", "martin.fr"],
    ["https://WWW.Martin.FR", "martin.fr"],
    ["https://www.fr/", "www.fr"],
    ["https://www.martin.fr./devis", "martin.fr"],
    ["https://user@a.b.example:8443/#x", "a.b.example"],
  ])("%s is of the domain %s", (url, host) => {
    expect(landingHost(url)).toBe(host);
  });

  test.each([
    ["https://play.google.com/store/apps/details?id=fr.pizza.luigi", "fr.pizza.luigi"],
    ["https://play.google.com/store/apps/details?hl=fr&id=fr.pizza.luigi&gl=FR", "fr.pizza.luigi"],
    ["https://apps.apple.com/fr/app/luigi/id907394059?mt=8", "907394059"],
    ["https://itunes.apple.com/app/id907394059", "907394059"],
    ["https://apps.apple.com.example/app/id907394059", null],
    ["https://play.google.com/store/apps/details#&id=fr.pizza", null],
    ["https://pizza.example/id907394059", null],
  ])("%s offers the app %s", (url, app) => {
    expect(landingApp(url)).toBe(app);
  });
});

function manyDomains(): readonly string[] {
  return Array.from({ length: 10_001 }, (_, index) => `d${index}.example`);
}
