import { priceMicros } from "../budgets/price.ts";
import type { BidOffer } from "../openrtb/bidTypes.ts";
import type { BidRequest } from "../openrtb/types.ts";
import type { AdRequest, VisitorState } from "../targeting/types.ts";
import type { AboutUrlOf } from "./aboutAd.ts";
import type { Winner } from "./answer.ts";
import type { BidNoticeClaims, SignBidNotice, Ssp } from "./bidPorts.ts";
import type { Quote } from "./bidQuote.ts";
import { facetsOf } from "./eventFacets.ts";
import type { TrackingClaims } from "./ports.ts";
import { sspPlacementOf } from "./sspPlacement.ts";
import { adReasonsOf } from "./why.ts";

export interface BidOfferDeps {
  readonly signToken: (claims: TrackingClaims) => string;
  readonly signNotice: SignBidNotice;
  readonly options: {
    /** Scheme and host that browsers reach us by, without a trailing slash. */
    readonly publicUrl: string;
    readonly tokenLifeMs: number;
  };
  /** Where the ad's "Why this ad?" is; absent = nowhere. */
  readonly aboutUrlOf?: AboutUrlOf;
}

interface OfferTerms {
  readonly request: BidRequest;
  readonly ssp: Ssp;
  readonly asked: AdRequest;
  /** Null = nobody who may be recognised. */
  readonly visitorKey: string | null;
  readonly currency: string;
  readonly visitor: VisitorState;
}

/**
 * A held winner as the answer needs it, with its signed tracking and notice addresses. Where the SSP is billed on the
 * impression the pixel brings along what it bills.
 */
export function offerOf(
  winner: Winner,
  quote: Quote,
  terms: OfferTerms,
  { signToken, signNotice, aboutUrlOf, options }: BidOfferDeps,
): BidOffer {
  const { decisionId } = terms.asked;
  const claims = claimsOf(winner, terms, options.tokenLifeMs);
  const token = signToken(claims);
  const { publicUrl } = options;
  const reasons = adReasonsOf(winner.candidate, terms.asked, terms.visitor);
  const notices = signNotice(noticeClaimsOf(winner, quote, terms, claims));
  return {
    candidate: quote.bidCandidate,
    impId: quote.imp.id,
    bidId: `${decisionId}.${winner.slot}`,
    priceMicros: quote.price.priceMicros,
    dealId: quote.dealId,
    dsaParameters: quote.dsaParameters,
    tracking: {
      impression: `${publicUrl}/t/i/${token}${terms.ssp.openToBrowsers ? `?b=${notices.token}` : ""}`,
      viewable: `${publicUrl}/t/v/${token}`,
      click: `${publicUrl}/t/c/${token}`,
    },
    notices,
    aboutUrl: aboutUrlOf?.(reasons, terms.asked.nowMs) ?? null,
  };
}

function noticeClaimsOf(
  winner: Winner,
  { price }: Quote,
  { asked, ssp, currency }: OfferTerms,
  claims: TrackingClaims,
): BidNoticeClaims {
  return {
    decisionId: asked.decisionId,
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
  };
}

function claimsOf(winner: Winner, terms: OfferTerms, tokenLifeMs: number): TrackingClaims {
  const { campaign, creative } = winner.candidate;
  const { asked, request, ssp, visitorKey } = terms;
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
    facets: facetsOf(asked, visitorKey),
  };
}
