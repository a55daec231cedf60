import {
  categoryFitMultiplier,
  maxAudienceMultiplier,
  maxNearnessMultiplier,
} from "./multipliers.ts";
import type { Pricing, Priority, ServableCampaign } from "./types.ts";

/** Tiers by number, lowest first: a higher tier ranks before any value of a lower one. */
export const tiers = ["house", "paid", "guaranteed"] as const satisfies readonly Priority[];

/** One tier up is worth more than any value: values stay below 2^50 micros, and the sum is still exact. */
const tierStep = 2 ** 50;

/** Tier and value as one number that compares as (tier, value). `valueMicros` is an integer. */
export function rankKey(tier: number, valueMicros: number): number {
  return tier * tierStep + Math.min(valueMicros, tierStep - 1);
}

/** Upper bounds are raised by this factor, so that rounding never puts a value above its bound. */
export const roundingRoom = 1 + 1e-9;

/** What is paid, by number. */
export const pricings = ["cpm", "cpc", "vcpm"] as const satisfies readonly Pricing[];

/** What a bid is worth per thousand impressions, before multipliers. CPM bids are that already. */
export function bidPerThousandMicros(
  campaign: Pick<ServableCampaign, "bidMicros" | "pricing" | "clickRate" | "viewRate">,
): number {
  const { bidMicros, pricing, clickRate, viewRate } = campaign;
  if (pricing === "cpc") return bidMicros * clickRate * 1000;
  return pricing === "vcpm" ? bidMicros * viewRate : bidMicros;
}

/**
 * No request can make the campaign worth more than this (micros per thousand views): every boost that it has, at its
 * most. It orders the index; a little room is left for rounding. A fresh click or view rate is a changed campaign, and comes
 * with a bound of its own.
 */
export function valueUpperMicros(campaign: ServableCampaign): number {
  if (campaign.priority === "house") return 0;
  const wantsPages = campaign.wantedCategories.length > 0 || campaign.wantedKeywords.length > 0;
  const upper =
    bidPerThousandMicros(campaign) *
    (campaign.pricing === "cpc" ? (campaign.clickCeiling ?? 1) : 1) *
    audienceUpper(campaign) *
    (campaign.zone.include.circles.length > 0 ? maxNearnessMultiplier : 1) *
    (wantsPages ? categoryFitMultiplier : 1);
  return Math.ceil(upper * roundingRoom);
}

function audienceUpper(campaign: ServableCampaign): number {
  const product = campaign.audience.reduce((so, rule) => so * Math.max(1, rule.multiplier ?? 1), 1);
  return Math.min(product, maxAudienceMultiplier);
}
