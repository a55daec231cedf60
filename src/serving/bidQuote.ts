import type { Consent } from "../consent/types.ts";
import { type BidPrice, priceBid } from "../openrtb/bidPrice.ts";
import { checkCandidate } from "../openrtb/bidResponse.ts";
import type { MinToWinCounts } from "../openrtb/bidShading.ts";
import type { BidCandidate, BidOffer } from "../openrtb/bidTypes.ts";
import type { ExchangeTable } from "../openrtb/exchangeTable.ts";
import type { NoBidReason } from "../openrtb/noBid.ts";
import type { BidRequest, Deal, Imp } from "../openrtb/types.ts";
import type { Candidate } from "../targeting/types.ts";
import { bidCandidateOf } from "./bidCandidate.ts";
import type { Ssp } from "./bidPorts.ts";

/** What a candidate would offer for an imp. */
export interface Quote {
  readonly imp: Imp;
  readonly bidCandidate: BidCandidate;
  readonly dealId: string | null;
  readonly dsaParameters: BidOffer["dsaParameters"];
  readonly price: Extract<BidPrice, { readonly ok: true }>;
}

/** The same for all candidates of one request. */
export interface QuoteTerms {
  readonly request: BidRequest;
  readonly ssp: Ssp;
  readonly consent: Consent;
  /** Of the answer. */
  readonly currency: string;
  readonly minToWin: MinToWinCounts | null;
  readonly table: ExchangeTable;
  readonly nowMs: number;
}

/**
 * What a candidate may offer for an imp: by the first of its deals that the imp takes, else in the open auction. Why not
 * otherwise: the reason of the way that came last. House ads never: nobody pays for them, and the exchange asks money. Pure.
 */
export function quoteOf(candidate: Candidate, imp: Imp, terms: QuoteTerms): Quote | NoBidReason {
  if (candidate.campaign.priority === "house") return "no_campaign";
  const { request, ssp } = terms;
  const bidCandidate = bidCandidateOf(candidate, request.categoryTaxonomy);
  const dsaParameters = dsaParametersOf(candidate, terms.consent);
  let reason: NoBidReason = "no_deal";
  for (const deal of waysOf(candidate, imp, ssp.name)) {
    const dealId = deal?.id ?? null;
    const refusal = checkCandidate(
      request,
      imp,
      { candidate: bidCandidate, dealId, dsaParameters },
      ssp.answer,
    );
    if (refusal !== null) {
      reason = reasonOfRefusal(refusal);
      continue;
    }
    const price = priceBid({
      request,
      imp,
      deal,
      value: candidate.value,
      currency: terms.currency,
      settings: ssp.price,
      minToWin: terms.minToWin,
      table: terms.table,
      nowMs: terms.nowMs,
    });
    if (price.ok) return { imp, bidCandidate, dealId, dsaParameters, price };
    reason = reasonOfPrice[price.reason];
  }
  return reason;
}

/** The deals that both sides know, as the imp lists them, then (null) the open auction where both take part. */
function waysOf({ campaign }: Candidate, imp: Imp, ssp: string): readonly (Deal | null)[] {
  const agreed = imp.deals.filter(({ id }) =>
    campaign.deals.some((deal) => deal.ssp === ssp && deal.id === id),
  );
  return campaign.openAuction && !imp.privateAuction ? [...agreed, null] : agreed;
}

const reasonOfPrice = {
  currency: "unknown_currency",
  floor: "below_floor",
  worthless: "below_floor",
} as const satisfies Readonly<Record<string, NoBidReason>>;

function reasonOfRefusal(refusal: NonNullable<ReturnType<typeof checkCandidate>>): NoBidReason {
  if (refusal === "seat") return "blocked_seat";
  return refusal === "deal" ? "no_deal" : "no_creative";
}

/** 1 a profile was used, 2 basic criteria always are, 3 a precise place was. */
function dsaParametersOf(
  { campaign, placeSource }: Candidate,
  consent: Consent,
): BidOffer["dsaParameters"] {
  const usedProfile = consent.mayPersonalise && campaign.audience.length > 0;
  const usedPrecisePlace = consent.mayUsePrecisePlace && placeSource === "device";
  return [...(usedProfile ? [1 as const] : []), 2, ...(usedPrecisePlace ? [3 as const] : [])];
}
