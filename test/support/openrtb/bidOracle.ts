import { priceBid } from "../../../src/openrtb/bidPrice.ts";
import { checkCandidate } from "../../../src/openrtb/bidResponse.ts";
import type { BidRequest, Imp } from "../../../src/openrtb/types.ts";
import { bidCandidateOf } from "../../../src/serving/bidCandidate.ts";
import type { ServableCampaign, ServableCreative } from "../../../src/targeting/types.ts";
import { rates } from "./bidSamples.ts";
import type { answerSettings } from "./goldenAnswer.ts";

export interface BidWorld {
  readonly request: BidRequest;
  readonly ssp: { readonly name: string; readonly settings: typeof answerSettings };
  readonly currency: string;
}

/** Whether a campaign may bid for an imp, asked of the last word on each way and creative: no columns, bits or hashes. */
export function mayBidByForce(world: BidWorld, imp: Imp, campaign: ServableCampaign): boolean {
  return campaign.creatives.some((creative) => creativeMayBid(world, imp, campaign, creative));
}

export function creativeMayBid(
  { request, ssp, currency }: BidWorld,
  imp: Imp,
  campaign: ServableCampaign,
  creative: ServableCreative,
): boolean {
  if (campaign.priority === "house") return false;
  const view = {
    ...campaign,
    zoneLabel: "",
    zoneApproximate: false,
    deals: campaign.deals ?? [],
    openAuction: campaign.openAuction ?? true,
  };
  const candidate = bidCandidateOf({ campaign: view, creative }, request.categoryTaxonomy);
  const agreed = imp.deals.filter(({ id }) =>
    view.deals.some((deal) => deal.ssp === ssp.name && deal.id === id),
  );
  const ways = view.openAuction && !imp.privateAuction ? [...agreed, null] : agreed;
  return ways.some((deal) => {
    const offer = { candidate, dealId: deal?.id ?? null, dsaParameters: [2] as const };
    if (checkCandidate(request, imp, offer, ssp.settings) !== null) return false;
    const { pricing, bidMicros, clickRate, viewRate } = campaign;
    const value = { valueMicros: 1e12, pricing, bidMicros, clickRate, viewRate };
    const { settings } = ssp;
    return priceBid({ request, imp, deal, value, currency, settings, minToWin: null, ...rates }).ok;
  });
}
