import { priceMicros } from "../budgets/price.ts";
import type { BidOffer } from "../openrtb/bidTypes.ts";
import type { BidRequest } from "../openrtb/types.ts";
import type { AdRequest } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import type { SignBidNotice, Ssp } from "./bidPorts.ts";
import type { Quote } from "./bidQuote.ts";
import type { TrackingClaims } from "./ports.ts";
import { sspPlacementOf } from "./sspPlacement.ts";

export interface BidOfferDeps {
  readonly signToken: (claims: TrackingClaims) => string;
  readonly signNotice: SignBidNotice;
  readonly options: {
    /** Scheme and host that browsers reach us by, without a trailing slash. */
    readonly publicUrl: string;
    readonly tokenLifeMs: number;
    /** A page that says whose ads these are and how to be shown others; null = none. */
    readonly aboutUrl: string | null;
  };
}

interface OfferTerms {
  readonly request: BidRequest;
  readonly ssp: Ssp;
  readonly asked: AdRequest;
  readonly currency: string;
}

/** A held winner as the answer needs it, with its signed tracking and notice addresses. */
export function offerOf(
  winner: Winner,
  quote: Quote,
  terms: OfferTerms,
  { signToken, signNotice, options }: BidOfferDeps,
): BidOffer {
  const { decisionId } = terms.asked;
  const claims = claimsOf(winner, terms, options.tokenLifeMs);
  const token = signToken(claims);
  const { publicUrl, aboutUrl } = options;
  const { ssp, currency } = terms;
  const { price } = quote;
  return {
    candidate: quote.bidCandidate,
    impId: quote.imp.id,
    bidId: `${decisionId}.${winner.slot}`,
    priceMicros: price.priceMicros,
    dealId: quote.dealId,
    dsaParameters: quote.dsaParameters,
    tracking: {
      impression: `${publicUrl}/t/i/${token}`,
      viewable: `${publicUrl}/t/v/${token}`,
      click: `${publicUrl}/t/c/${token}`,
    },
    notices: signNotice({
      decisionId,
      slot: winner.slot,
      sspId: ssp.sspId,
      campaignId: claims.campaignId,
      creativeId: claims.creativeId,
      advertiserId: claims.advertiserId,
      holdId: winner.holdId,
      budgetDay: winner.budgetDay,
      priceMicros: price.priceMicros,
      currency,
      costMicros: price.costMicros,
      issuedAtMs: claims.issuedAtMs,
      // What the bid's `exp` says: until then its impression may be billed.
      expiresAtMs: claims.issuedAtMs + ssp.answer.holdSeconds * 1_000,
      test: claims.test,
    }),
    aboutUrl,
  };
}

function claimsOf(winner: Winner, terms: OfferTerms, tokenLifeMs: number): TrackingClaims {
  const { campaign, creative } = winner.candidate;
  const { asked, request, ssp } = terms;
  return {
    decisionId: asked.decisionId,
    slot: winner.slot,
    campaignId: campaign.campaignId,
    creativeId: creative.creativeId,
    advertiserId: campaign.advertiserId,
    placementId: sspPlacementOf(ssp.name),
    pricing: campaign.pricing,
    priceMicros: priceMicros(campaign),
    holdId: winner.holdId,
    budgetDay: winner.budgetDay,
    issuedAtMs: asked.nowMs,
    expiresAtMs: asked.nowMs + tokenLifeMs,
    test: request.test,
    mayMeasure: asked.consent.mayMeasure,
    pageViewKey: null,
  };
}
