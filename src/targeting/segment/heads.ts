import { bidPerThousandMicros, rankKey, tiers, valueUpperMicros } from "../rank.ts";
import type { AudienceRule, ServableCampaign } from "../types.ts";
import { isNationwide } from "./zoneColumns.ts";

/**
 * What the search reads of every campaign that it visits, side by side: eight numbers of eight bytes, thus one cache
 * line, where one array per property would cost a line each. Read it through the functions below.
 */
export type Heads = Float64Array;

const stride = 8;
const boundOffset = 0;
const bidOffset = 1;
const traitsOffset = 2;
const startsAtOffset = 3;
const endsAtOffset = 4;
const campaignOffset = 5;
const advertiserOffset = 6;
const tradeOffset = 7;

/** The two lowest bits of the traits: index into `tiers`. */
const tierMask = 3;

/** What a campaign has that others lack, as bits: a rule that is about something absent is not even asked. */
export const traits = {
  inactive: 1 << 2,
  withoutCreative: 1 << 3,
  hours: 1 << 4,
  devices: 1 << 5,
  categories: 1 << 6,
  keywords: 1 << 7,
  intention: 1 << 8,
  caps: 1 << 9,
  minScores: 1 << 10,
  boosts: 1 << 11,
  wantsPages: 1 << 12,
  nationwide: 1 << 13,
  /** Its zone is one circle and nothing else. */
  oneCircle: 1 << 14,
  includesAreas: 1 << 15,
  includesPolygons: 1 << 16,
  exclusions: 1 << 17,
  includesCircles: 1 << 18,
} as const;

export function compileHeads(
  campaigns: readonly ServableCampaign[],
  tradeIdOf: (trade: string) => number,
): Heads {
  const heads = new Float64Array(stride * campaigns.length);
  campaigns.forEach((campaign, position) => {
    const at = stride * position;
    heads[at + boundOffset] = boundOf(campaign);
    heads[at + bidOffset] = bidPerThousandMicros(campaign);
    heads[at + traitsOffset] = traitsOf(campaign);
    heads[at + startsAtOffset] = campaign.startsAtMs;
    heads[at + endsAtOffset] = campaign.endsAtMs ?? Infinity;
    heads[at + campaignOffset] = campaign.campaignId;
    heads[at + advertiserOffset] = campaign.advertiserId;
    heads[at + tradeOffset] = tradeIdOf(campaign.trade);
  });
  return heads;
}

/** No request can rank the campaign above this key. */
export function boundOf(campaign: ServableCampaign): number {
  return rankKey(tiers.indexOf(campaign.priority), valueUpperMicros(campaign));
}

export function campaignIdAt(heads: Heads, position: number): number {
  return heads[stride * position + campaignOffset]!;
}
export function advertiserIdAt(heads: Heads, position: number): number {
  return heads[stride * position + advertiserOffset]!;
}
export function tradeIdAt(heads: Heads, position: number): number {
  return heads[stride * position + tradeOffset]!;
}
export function traitsAt(heads: Heads, position: number): number {
  return heads[stride * position + traitsOffset]!;
}
/** Index into `tiers`: 0 = house. */
export function tierAt(heads: Heads, position: number): number {
  return traitsAt(heads, position) & tierMask;
}
export function hasTrait(heads: Heads, position: number, trait: number): boolean {
  return (traitsAt(heads, position) & trait) !== 0;
}
/** `rankKey` of tier and upper bound of value; descends with the position. */
export function boundAt(heads: Heads, position: number): number {
  return heads[stride * position + boundOffset]!;
}
export function bidPerThousandAt(heads: Heads, position: number): number {
  return heads[stride * position + bidOffset]!;
}
export function startsAtMsAt(heads: Heads, position: number): number {
  return heads[stride * position + startsAtOffset]!;
}
/** Exclusive; Infinity = no end. */
export function endsAtMsAt(heads: Heads, position: number): number {
  return heads[stride * position + endsAtOffset]!;
}

function traitsOf(campaign: ServableCampaign): number {
  const { audience, zone, wantedCategories, wantedKeywords } = campaign;
  const { circles, polygons, areaKeys } = zone.include;
  const oneCircle = circles.length === 1 && polygons.length + areaKeys.length === 0;
  const wantsOrAvoidsCategories = wantedCategories.length + campaign.avoidedCategories.length > 0;
  const wantsOrAvoidsKeywords = wantedKeywords.length + campaign.avoidedKeywords.length > 0;
  return (
    tiers.indexOf(campaign.priority) |
    bitIf(campaign.status !== "active", traits.inactive) |
    bitIf(campaign.creatives.length === 0, traits.withoutCreative) |
    bitIf(campaign.hoursOfWeek !== null, traits.hours) |
    bitIf(campaign.devices.length > 0, traits.devices) |
    bitIf(wantsOrAvoidsCategories, traits.categories) |
    bitIf(wantsOrAvoidsKeywords, traits.keywords) |
    bitIf(campaign.placeIntention !== "any", traits.intention) |
    bitIf(campaign.frequencyCaps.length > 0, traits.caps) |
    bitIf(audience.some(hasMinScore), traits.minScores) |
    bitIf(audience.some(hasMultiplier), traits.boosts) |
    bitIf(wantedCategories.length + wantedKeywords.length > 0, traits.wantsPages) |
    bitIf(isNationwide(campaign), traits.nationwide) |
    bitIf(oneCircle && zone.exclude === null, traits.oneCircle) |
    bitIf(areaKeys.length > 0, traits.includesAreas) |
    bitIf(polygons.length > 0, traits.includesPolygons) |
    bitIf(zone.exclude !== null, traits.exclusions) |
    bitIf(circles.length > 0, traits.includesCircles)
  );
}

function bitIf(isPresent: boolean, trait: number): number {
  return isPresent ? trait : 0;
}

function hasMinScore({ minScore }: AudienceRule): boolean {
  return minScore !== null;
}

function hasMultiplier({ multiplier }: AudienceRule): boolean {
  return multiplier !== null;
}
