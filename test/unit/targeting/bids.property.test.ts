import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { bannerSizes } from "../../../src/campaigns/limits.ts";
import { bidConstraintsOf } from "../../../src/openrtb/bidConstraints.ts";
import { answerCurrency } from "../../../src/openrtb/bidPrice.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { placementAskOf } from "../../../src/openrtb/placementAsk.ts";
import type { BidRequest } from "../../../src/openrtb/types.ts";
import { decide } from "../../../src/targeting/decide.ts";
import { explain } from "../../../src/targeting/explain.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import type { AdRequest, Placement, ServableCampaign } from "../../../src/targeting/types.ts";
import { decideByBruteForce } from "../../support/bruteForceDecision.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { type BidWorld, creativeMayBid, mayBidByForce } from "../../support/openrtb/bidOracle.ts";
import { rates } from "../../support/openrtb/bidSamples.ts";
import { answerSettings } from "../../support/openrtb/goldenAnswer.ts";
import { buildPlacement, freeDelivery, unknownVisitor } from "../../support/requestBuilder.ts";
import { campaigns, history, meta, request, snapshotWithPast } from "./worlds.ts";

/**
 * Random worlds of bids: the search, which knows what exchanges ask as bits, numbers and hashes, must find exactly those who
 * are let through by what checks and prices each bid at the end.
 */
vi.setConfig({ testTimeout: 600_000 });

const isLong = process.env.TEST_LONG === "1";
const runs = isLong ? 8_000 : 150;
/** Few worlds may lack one that a rule needs: in the quick run they are always the same. */
const repeatable = isLong ? {} : { seed: 11 };

const rarely = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 4 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const seldom = <T>(values: readonly T[]) =>
  fc.oneof({ arbitrary: fc.constant<T[]>([]), weight: 3 }, { arbitrary: some(values), weight: 1 });

const landingUrls = [
  "https://martin-toitures.fr/devis",
  "https://www.martin-toitures.fr/",
  "https://martin-toitures.fr./",
  "https://limoges.artisans.example/",
  "https://play.google.com/store/apps/details?hl=fr&id=fr.martin.toitures",
];
const pictures = ["a.jpg", "a.png", "a", "a.svg?l=3"].map((it) => `https://images.example/${it}`);
const native = fc.record({
  title: rarely("Un couvreur près de chez vous", "Toitures", "x".repeat(45)),
  text: rarely("Devis gratuit sous 24 heures.", "x".repeat(130)),
  callToAction: fc.constantFrom("Devis", "Demander un devis maintenant"),
  imageUrl: rarely("https://images.example/a.jpg", ...pictures, "http://images.example/a.jpg"),
});
const html = fc.constantFrom(
  "<p>Un artisan</p>",
  "<script>alert(1)</script>",
  '<img src="http://images.example/a.png">',
);
const content = fc.oneof(
  { weight: 3, arbitrary: native.map((it) => ({ format: "native" as const, content: it })) },
  fc.constantFrom(...pictures).map((imageUrl) => ({
    format: "image" as const,
    content: { imageUrl, alt: "Un artisan" },
  })),
  html.map((it) => ({ format: "html" as const, content: { html: it } })),
);
const side = fc.constantFrom(80, 150, 627, 1200);
const creative = fc
  .record({
    shown: content,
    size: fc.constantFrom([300, 250], [728, 90], [320, 50]),
    landingUrl: fc.constantFrom(...landingUrls),
    bidFacts: fc.option(
      fc.record({
        picture: fc.option(fc.record({ width: side, height: side })),
        icon: fc.option(fc.record({ url: fc.constantFrom(...pictures), side })),
        attributes: seldom([1, 3, 16]),
      }),
      { nil: undefined },
    ),
  })
  .map(({ shown, size, landingUrl, bidFacts }) => ({
    ...shown,
    landingUrl,
    width: shown.format === "native" ? 0 : size[0]!,
    height: shown.format === "native" ? 0 : size[1]!,
    ...(bidFacts === undefined ? {} : { bidFacts }),
  }));

const dealIds = ["d1", "d2", "d3"];
const dressed = fc.array(
  fc.record({
    trade: fc.constantFrom("", "couvreur", "bar", "banque", "opticien", "artisan d'art"),
    advertiserName: rarely("Toitures Martin", "Les Compagnons du Toit Limousin"),
    creatives: fc.array(creative, { minLength: 1, maxLength: 3 }),
    deals: seldom(["demo", "autre"].flatMap((ssp) => dealIds.map((id) => ({ ssp, id })))),
    openAuction: rarely(true, false),
  }),
  { minLength: 1, maxLength: 12 },
);

/** The campaigns of the other worlds, in clothes that exchanges look at. */
const bidCampaigns = fc
  .tuple(campaigns, dressed)
  .map(([all, clothes]): ServableCampaign[] =>
    all.map(({ creatives: _creatives, ...campaign }, index) =>
      buildCampaign({ ...campaign, ...clothes[index % clothes.length]! }),
    ),
  );

const data = fc.record({
  type: fc.constantFrom(1, 2, 3, 10, 11, 12),
  len: fc.constantFrom(10, 15, 25, 30, 90, 140),
});
const img = fc.record(
  {
    type: fc.constantFrom(1, 3),
    wmin: side,
    hmin: side,
    w: fc.constantFrom(80, 1200),
    h: fc.constantFrom(80, 627),
    mimes: fc.constant(["image/jpeg", "image/png"]),
  },
  { requiredKeys: ["type"] },
);
const required = fc.constantFrom(0, 0, 1);
const asset = fc.oneof(
  fc.record({ required, title: fc.record({ len: fc.constantFrom(8, 25, 90) }) }),
  fc.record({ required, data }),
  fc.record({ required, img }),
);
const nativeAsk = fc
  .record({
    ver: fc.constantFrom("1.1", "1.2"),
    assets: fc.array(asset, { minLength: 1, maxLength: 5 }),
    eventtrackers: fc.constantFrom(
      [],
      [{ event: 1, methods: [1] }],
      [{ event: 2, methods: [1, 2] }],
    ),
  })
  .map(({ assets, ...it }) => ({ ...it, assets: assets.map((one, id) => ({ id, ...one })) }));
const banner = fc.record({
  format: some([
    { w: 300, h: 250 },
    { w: 728, h: 90 },
    { w: 320, h: 50 },
    { w: 160, h: 30 },
  ]),
  battr: seldom([1, 3, 16, 500]),
  btype: seldom([1, 2, 3, 4]),
  mimes: rarely<string[]>([], ["image/jpeg"], ["image/png", "text/html"], ["text/html"]),
});
const deal = (id: string) =>
  fc.record({
    id: fc.constant(id),
    bidfloor: rarely(0, 1.5, 4),
    bidfloorcur: fc.constantFrom("EUR", "USD", "GBP"),
    wseat: rarely<string[]>([], ["atelier"], ["autre"]),
    wadomain: rarely<string[]>([], ["martin-toitures.fr"], ["artisans.example"]),
  });
const imp = fc.record({
  banner: fc.option(banner, { nil: undefined, freq: 3 }),
  native: fc.option(
    nativeAsk.map((it) => ({
      request: JSON.stringify(it),
      ver: it.ver,
      battr: [] as number[],
    })),
    { nil: undefined, freq: 2 },
  ),
  bidfloor: rarely(0, 0.5, 1.2, 4),
  bidfloorcur: fc.constantFrom("EUR", "USD", "GBP", "XXX"),
  secure: fc.constantFrom(0, 1),
  rwdd: rarely(0, 1),
  pmp: fc.option(
    fc
      .tuple(fc.constantFrom(0, 1), deal("d1"), deal("d2"))
      .map(([private_auction, ...deals]) => ({ private_auction, deals })),
    { nil: undefined, freq: 1 },
  ),
});
const bidBody = fc.record({
  imp: fc
    .array(imp, { minLength: 1, maxLength: 3 })
    .map((all) => all.map((it, index) => ({ ...it, id: `${index + 1}` })))
    .filter((all) => all.every((it) => it.banner !== undefined || it.native !== undefined)),
  cattax: fc.constantFrom(undefined, 1, 2, 6, 7, 8, 3),
  bcat: seldom(["IAB10", "IAB13", "274", "391", "1396", "IAB8-5"]),
  acat: rarely<string[]>([], ["IAB10", "274", "1396", "1047", "60", "IAB3"]),
  badv: seldom(["martin-toitures.fr", "artisans.example", "toitures.fr"]),
  bapp: seldom(["fr.martin.toitures"]),
  wlang: rarely<string[]>([], ["fr-FR"], ["en"]),
  wseat: rarely<string[]>([], ["atelier"], ["autre"]),
  cur: fc.constantFrom(["EUR"], ["USD"], ["GBP", "EUR"]),
});

interface World extends BidWorld {
  readonly asked: AdRequest;
}

function worldOf(asked: AdRequest, body: object, marginPermille: number): World {
  const parsed = parseBidRequest({ id: "r", ...JSON.parse(JSON.stringify(body)) });
  if (!parsed.ok) throw new Error(parsed.problem);
  const settings = { ...answerSettings, marginPermille };
  const ssp = { name: "demo", answer: settings, price: settings };
  const placements = parsed.request.imps.flatMap((it): Placement[] => {
    const { id, formats, sizes } = placementAskOf(it, bannerSizes);
    const bid = bidConstraintsOf(parsed.request, it, ssp, rates);
    return formats.length === 0 ? [] : [buildPlacement({ id, formats, sizes, bid })];
  });
  const currency = answerCurrency(parsed.request, settings, rates) ?? "EUR";
  const world = { request: parsed.request, ssp: { name: "demo", settings }, currency };
  return { ...world, asked: { ...asked, placements } };
}

function impOf(bids: BidRequest, placementId: string) {
  return bids.imps.find(({ id }) => id === placementId)!;
}

const worlds = fc
  .tuple(request, bidBody, fc.constantFrom(0, 150, 333))
  .map(([asked, body, margin]) => worldOf(asked, body, margin));

test("the bids that win are those that checking and pricing every campaign's every creative gives", () => {
  let found = 0;
  let refused = 0;
  fc.assert(
    fc.property(bidCampaigns, worlds, history, (all, world, past) => {
      const { asked } = world;
      const mayBid = (campaign: ServableCampaign, { id }: Placement): boolean =>
        mayBidByForce(world, impOf(world.request, id), campaign);
      const expected = decideByBruteForce(all, asked, unknownVisitor, freeDelivery, mayBid);
      const decision = decide(asked, snapshotWithPast(all, past), unknownVisitor, freeDelivery);
      const won = decision.placements.map((it) => it.winners.map((one) => one.campaign.campaignId));
      expect(won).toEqual(expected.winners);
      found += won.flat().length;
      refused += won.filter((it) => it.length === 0).length;
      for (const { placementId, ranked } of decision.placements) {
        for (const { campaign, creative: shown } of ranked) {
          const whole = all.find((it) => it.campaignId === campaign.campaignId)!;
          const bidImp = impOf(world.request, placementId);
          expect(creativeMayBid(world, bidImp, whole, shown)).toBe(true);
        }
      }
    }),
    { numRuns: runs },
  );
  expect(found).toBeGreaterThan(runs / 10);
  expect(refused).toBeGreaterThan(runs / 10);
});

test("an explanation says of each campaign that may not bid which rule of the exchange refuses it, and of no other", () => {
  const named = new Set<string>();
  fc.assert(
    fc.property(bidCampaigns, worlds, (all, world) => {
      const { asked } = world;
      if (asked.placements.length === 0) return;
      const unasked = {
        ...asked,
        placements: asked.placements.map((it) => ({ ...it, bid: null })),
      };
      const onPages = decideByBruteForce(all, unasked, unknownVisitor, freeDelivery);
      const campaignIds = all.map((it) => it.campaignId);
      const snapshot = buildSnapshot(all, meta);
      const told = explain(asked, snapshot, unknownVisitor, freeDelivery, { campaignIds });
      for (const { campaignId, rule } of told.rejections) {
        const campaign = all.find((it) => it.campaignId === campaignId)!;
        const open = asked.placements.filter(
          (it, index) =>
            onPages.eligible[index]!.includes(campaignId) &&
            mayBidByForce(world, impOf(world.request, it.id), campaign),
        );
        if (rule.startsWith("exchange_")) {
          named.add(rule);
          expect(open).toEqual([]);
        } else if (rule === "outranked" || rule === "competitor_on_page") {
          expect(open).not.toEqual([]);
        }
      }
    }),
    { numRuns: runs, ...repeatable },
  );
  expect([...named].sort()).toEqual([
    "exchange_advertiser",
    "exchange_attribute",
    "exchange_category",
    "exchange_deal",
    "exchange_floor",
    "exchange_house",
    "exchange_insecure",
    "exchange_media",
    "exchange_terms",
  ]);
});
