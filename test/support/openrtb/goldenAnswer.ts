import {
  answerCurrency,
  type PriceAsk,
  type PriceSettings,
  priceBid,
} from "../../../src/openrtb/bidPrice.ts";
import { type BuiltResponse, buildBidResponse } from "../../../src/openrtb/bidResponse.ts";
import type { AnswerSettings, BidCandidate, BidOffer } from "../../../src/openrtb/bidTypes.ts";
import { noBid } from "../../../src/openrtb/noBid.ts";
import { auctionMacro } from "../../../src/openrtb/noticeMacros.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import type { BidRequest } from "../../../src/openrtb/types.ts";
import type { CreativeView } from "../../../src/targeting/types.ts";
import { buildCreative } from "../campaignBuilder.ts";
import { rates } from "./bidSamples.ts";

/** One file of test/golden/openrtb/responses; see the README there. */
export interface GoldenAnswer {
  readonly description: string;
  /** The body that an exchange sends. */
  readonly request: unknown;
  readonly settings?: Partial<AnswerSettings & PriceSettings>;
  readonly offers: readonly GoldenOffer[];
  /** What it took to win, by bucket. */
  readonly minToWin?: Readonly<Record<string, number>>;
  readonly expected: {
    readonly status: 200 | 204;
    /** In part (a list: as long as this). */
    readonly body?: object;
    /** Fields of the first bid that must not be there. */
    readonly absent?: readonly string[];
    /** The markup of the first bid: in part, to the letter; a native ad's JSON in part. */
    readonly contains?: readonly string[];
    readonly lacks?: readonly string[];
    readonly native?: object;
    /** Why which imp's offer is no bid. */
    readonly refused?: readonly (readonly [impId: string, reason: string])[];
  };
}

export interface GoldenOffer {
  readonly impId?: string;
  readonly dealId?: string;
  readonly campaign?: Partial<BidCandidate["campaign"]>;
  readonly creative?: Partial<CreativeView>;
  readonly picture?: BidCandidate["picture"];
  readonly icon?: BidCandidate["icon"];
  readonly attributes?: readonly number[];
  readonly categories?: readonly string[];
  readonly categoryTaxonomy?: number;
  readonly dsaParameters?: BidOffer["dsaParameters"];
  readonly tracking?: Partial<BidOffer["tracking"]>;
  readonly aboutUrl?: string | null;
  readonly value?: Partial<PriceAsk["value"]>;
}

export const answerSettings: AnswerSettings & PriceSettings = {
  seat: "atelier",
  wantsNoBidReasons: false,
  clickMacro: null,
  priceMacro: auctionMacro("PRICE"),
  holdSeconds: 300,
  domain: "atelier.example",
  currencies: [],
  marginPermille: 0,
  shading: { kind: "off" },
};

/** An offer of the first imp by a roofer with everything filled in. */
export function buildOffer(fields: GoldenOffer, index: number): BidOffer {
  const token = `token-${index + 1}`;
  return {
    candidate: {
      campaign: {
        campaignId: 12 + index,
        advertiserName: "Toitures Martin",
        payerName: "Toitures Martin",
        pricing: "cpm",
        ...fields.campaign,
      },
      creative: buildCreative({ creativeId: 120 + index, ...fields.creative }),
      picture: fields.picture ?? null,
      icon: fields.icon ?? null,
      attributes: fields.attributes ?? [],
      categories: fields.categories ?? ["IAB10-5"],
      categoryTaxonomy: fields.categoryTaxonomy ?? 1,
    },
    impId: fields.impId ?? "1",
    bidId: `b${index + 1}`,
    priceMicros: 0,
    dealId: fields.dealId ?? null,
    dsaParameters: fields.dsaParameters ?? [2],
    tracking: {
      impression: `https://ads.example/t/i/${token}`,
      viewable: `https://ads.example/t/v/${token}`,
      click: `https://ads.example/t/c/${token}`,
      ...fields.tracking,
    },
    notices: {
      win: `https://ads.example/n/w/${token}`,
      billing: `https://ads.example/n/b/${token}`,
      loss: `https://ads.example/n/l/${token}`,
    },
    aboutUrl: fields.aboutUrl === undefined ? "https://ads.example/pourquoi" : fields.aboutUrl,
  };
}

/** The whole answering half on one case: parsed, priced, built. Offers without a price are left out, the reason kept. */
export function answerGolden(golden: GoldenAnswer): {
  readonly request: BidRequest;
  readonly built: BuiltResponse;
  readonly unpriced: readonly (readonly [impId: string, reason: string])[];
} {
  const parsed = parseBidRequest(golden.request);
  if (!parsed.ok) throw new Error(`a golden request must be readable: ${parsed.problem}`);
  const { request } = parsed;
  const settings = { ...answerSettings, ...golden.settings };
  const currency = answerCurrency(request, settings, rates);
  if (currency === null) {
    const answer = noBid(request.id, "unknown_currency", settings);
    return { request, built: { answer, refused: [] }, unpriced: [] };
  }
  const unpriced: (readonly [string, string])[] = [];
  const offers = golden.offers.flatMap((fields, index) => {
    const offer = buildOffer(fields, index);
    const price = priceOf(golden, fields, offer, { request, currency, settings });
    if (price.ok) return [{ ...offer, priceMicros: price.priceMicros }];
    unpriced.push([offer.impId, price.reason]);
    return [];
  });
  const otherwise = unpriced.length > 0 ? "below_floor" : "no_campaign";
  const responseId = "r1";
  const built = buildBidResponse({ request, settings, currency, responseId, offers, otherwise });
  return { request, built, unpriced };
}

function priceOf(
  golden: GoldenAnswer,
  fields: GoldenOffer,
  offer: BidOffer,
  facts: Pick<PriceAsk, "currency" | "settings"> & { readonly request: BidRequest },
): ReturnType<typeof priceBid> {
  const imp = facts.request.imps.find(({ id }) => id === offer.impId);
  const { pricing } = offer.candidate.campaign;
  // An offer for an imp that is not there has a price all the same: the builder must refuse it.
  if (imp === undefined) return { ok: true, priceMicros: 1, costMicros: 1, payMicros: 1 };
  const bidMicros = fields.value?.bidMicros ?? 3_000_000;
  const counts = Array.from({ length: 161 }, (_, at) => golden.minToWin?.[String(at)] ?? 0);
  return priceBid({
    ...facts,
    imp,
    deal: imp.deals.find(({ id }) => id === offer.dealId) ?? null,
    value: {
      valueMicros: 1e9,
      bidMicros,
      pricing,
      clickRate: null,
      viewRate: null,
      ...fields.value,
    },
    minToWin: golden.minToWin === undefined ? null : counts,
    ...rates,
  });
}
