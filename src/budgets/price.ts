import type { Pricing, Priority } from "../targeting/types.ts";

/** What is charged, by what is paid for. */
export const billableEvents = {
  cpm: "impression",
  vcpm: "viewable",
  cpc: "click",
} as const satisfies Readonly<Record<Pricing, string>>;

/** The part of a campaign that decides what a view or a click costs. */
export interface PricedCampaign {
  readonly priority: Priority;
  readonly pricing: Pricing;
  /** Per thousand impressions for CPM and viewable ones for vCPM (multiples of 1,000), per click for CPC; integer micros of a euro. */
  readonly bidMicros: number;
  /** Upper bound of the predicted click probability, 0–1. */
  readonly clickRateUpper: number;
}

/** What one impression of a CPM bid (a viewable one of a vCPM bid) costs: a thousandth of it, exactly. Throws a RangeError when the bid is not a multiple of 1,000 micros. */
export function impressionPriceMicros(cpmBidMicros: number): number {
  if (!Number.isSafeInteger(cpmBidMicros) || cpmBidMicros < 0 || cpmBidMicros % 1_000 !== 0)
    throw new RangeError(`A CPM bid of ${cpmBidMicros} micros is not a multiple of 1,000`);
  return cpmBidMicros / 1_000;
}

/** What the billable event (see {@link billableEvents}) is charged, in micros; house ads are free. */
export function priceMicros(campaign: PricedCampaign): number {
  if (campaign.priority === "house") return 0;
  return campaign.pricing === "cpc"
    ? campaign.bidMicros
    : impressionPriceMicros(campaign.bidMicros);
}

/**
 * What is reserved when the ad is chosen, in micros: the price of the impression for CPM
 * and vCPM; for CPC the bid times the upper
 * bound of its click probability, rounded up (at least 1 micro, at most the bid); nothing for house ads.
 */
export function holdAmountMicros(campaign: PricedCampaign): number {
  const price = priceMicros(campaign);
  if (campaign.pricing !== "cpc" || price === 0) return price;
  return Math.min(price, Math.max(1, Math.ceil(price * campaign.clickRateUpper)));
}
