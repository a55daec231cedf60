import { bidPerThousandMicros, rankKey, tiers, valueUpperMicros } from "../rank.ts";
import type { ServableCampaign } from "../types.ts";
import { isNationwide } from "./zoneColumns.ts";

/**
 * What the search reads of every campaign that it visits, side by side: a visit costs two or three cache lines where
 * one array per property would cost twenty. Read it through the functions below.
 */
export interface Heads {
  /** Campaign id, advertiser id, trade id, traits; four per campaign. */
  readonly integers: Uint32Array;
  /** Bound, bid per thousand views (micros), start, end (ms; Infinity = none); four per campaign. */
  readonly numbers: Float64Array;
}

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
  const integers = new Uint32Array(4 * campaigns.length);
  const numbers = new Float64Array(4 * campaigns.length);
  campaigns.forEach((campaign, position) => {
    const at = 4 * position;
    integers[at] = campaign.campaignId;
    integers[at + 1] = campaign.advertiserId;
    integers[at + 2] = tradeIdOf(campaign.trade);
    integers[at + 3] = traitsOf(campaign);
    numbers[at] = boundOf(campaign);
    numbers[at + 1] = bidPerThousandMicros(campaign);
    numbers[at + 2] = campaign.startsAtMs;
    numbers[at + 3] = campaign.endsAtMs ?? Infinity;
  });
  return { integers, numbers };
}

/** No request can rank the campaign above this key. */
export function boundOf(campaign: ServableCampaign): number {
  return rankKey(tiers.indexOf(campaign.priority), valueUpperMicros(campaign));
}

export function campaignIdAt({ integers }: Heads, position: number): number {
  return integers[4 * position]!;
}
export function advertiserIdAt({ integers }: Heads, position: number): number {
  return integers[4 * position + 1]!;
}
export function tradeIdAt({ integers }: Heads, position: number): number {
  return integers[4 * position + 2]!;
}
export function traitsAt({ integers }: Heads, position: number): number {
  return integers[4 * position + 3]!;
}
/** Index into `tiers`: 0 = house. */
export function tierAt(heads: Heads, position: number): number {
  return traitsAt(heads, position) & tierMask;
}
export function hasTrait(heads: Heads, position: number, trait: number): boolean {
  return (traitsAt(heads, position) & trait) !== 0;
}
export function boundAt({ numbers }: Heads, position: number): number {
  return numbers[4 * position]!;
}
export function bidPerThousandAt({ numbers }: Heads, position: number): number {
  return numbers[4 * position + 1]!;
}
export function startsAtMsAt({ numbers }: Heads, position: number): number {
  return numbers[4 * position + 2]!;
}
export function endsAtMsAt({ numbers }: Heads, position: number): number {
  return numbers[4 * position + 3]!;
}

function traitsOf(campaign: ServableCampaign): number {
  const { audience, zone } = campaign;
  const { circles, polygons, areaKeys } = zone.include;
  const wantsPages = campaign.wantedCategories.length + campaign.wantedKeywords.length > 0;
  const oneCircle = circles.length === 1 && polygons.length + areaKeys.length === 0;
  const present: readonly (readonly [number, boolean])[] = [
    [traits.inactive, campaign.status !== "active"],
    [traits.withoutCreative, campaign.creatives.length === 0],
    [traits.hours, campaign.hoursOfWeek !== null],
    [traits.devices, campaign.devices.length > 0],
    [traits.categories, campaign.wantedCategories.length + campaign.avoidedCategories.length > 0],
    [traits.keywords, campaign.wantedKeywords.length + campaign.avoidedKeywords.length > 0],
    [traits.intention, campaign.placeIntention !== "any"],
    [traits.caps, campaign.frequencyCaps.length > 0],
    [traits.minScores, audience.some((rule) => rule.minScore !== null)],
    [traits.boosts, audience.some((rule) => rule.multiplier !== null)],
    [traits.wantsPages, wantsPages],
    [traits.nationwide, isNationwide(campaign)],
    [traits.oneCircle, oneCircle && zone.exclude === null],
    [traits.includesAreas, areaKeys.length > 0],
    [traits.includesPolygons, polygons.length > 0],
    [traits.exclusions, zone.exclude !== null],
    [traits.includesCircles, circles.length > 0],
  ];
  return present.reduce(
    (bits, [trait, isPresent]) => (isPresent ? bits | trait : bits),
    tiers.indexOf(campaign.priority),
  );
}
