import { bidPerThousandMicros, rankKey, tiers, valueUpperMicros } from "../rank.ts";
import type { AudienceRule, FrequencyCap, ServableCampaign } from "../types.ts";
import { isNationwide } from "./zoneColumns.ts";

/**
 * What the search reads of every campaign that it visits, side by side: 64 bytes, thus one cache line, where one array
 * per property would cost a line each. Two views of one block: four numbers of eight bytes, then eight words of four.
 * Read it through the functions below.
 */
export interface Heads {
  readonly numbers: Float64Array;
  readonly words: Uint32Array;
}

const numbersStride = 8;
const boundOffset = 0;
const bidOffset = 1;
const startsAtOffset = 2;
const endsAtOffset = 3;

const wordsStride = 16;
const traitsOffset = 8;
const campaignOffset = 9;
const advertiserOffset = 10;
const tradeOffset = 11;
const wishOffset = 12;
const audienceOffset = 13;
const circlesOffset = 14;
const shapeOffset = 15;

/** Where the rest of a campaign stands in the other columns. */
export interface HeadLinks {
  readonly tradeId: number;
  readonly wishId: number;
  /** Its first audience rule, or `noAudience`. */
  readonly audience: number;
  /** The first circle of its zone. */
  readonly circle: number;
  /** The one shape of all its creatives, or `severalShapes`. */
  readonly shape: number;
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
  /** One of its caps counts over time, and so needs a visitor who is recognised. */
  timedCaps: 1 << 19,
  deals: 1 << 20,
  /** It takes no part in open auctions. */
  dealsOnly: 1 << 21,
  /** Clicks are paid. */
  perClick: 1 << 22,
} as const;

export function createHeads(count: number): Heads {
  const numbers = new Float64Array(numbersStride * count);
  return { numbers, words: new Uint32Array(numbers.buffer) };
}

/** Writes the head of a campaign, while a segment is built. */
export function writeHead(
  { numbers, words }: Heads,
  position: number,
  campaign: ServableCampaign,
  links: HeadLinks,
): void {
  const number = numbersStride * position;
  numbers[number + boundOffset] = boundOf(campaign);
  numbers[number + bidOffset] = bidPerThousandMicros(campaign);
  numbers[number + startsAtOffset] = campaign.startsAtMs;
  numbers[number + endsAtOffset] = campaign.endsAtMs ?? Infinity;
  const word = wordsStride * position;
  words[word + traitsOffset] = traitsOf(campaign);
  words[word + campaignOffset] = campaign.campaignId;
  words[word + advertiserOffset] = campaign.advertiserId;
  words[word + tradeOffset] = links.tradeId;
  words[word + wishOffset] = links.wishId;
  words[word + audienceOffset] = links.audience;
  words[word + circlesOffset] = links.circle;
  words[word + shapeOffset] = links.shape;
}

/** No request can rank the campaign above this key. */
export function boundOf(campaign: ServableCampaign): number {
  return rankKey(tiers.indexOf(campaign.priority), valueUpperMicros(campaign));
}

export function campaignIdAt(heads: Heads, position: number): number {
  return heads.words[wordsStride * position + campaignOffset]!;
}
export function advertiserIdAt(heads: Heads, position: number): number {
  return heads.words[wordsStride * position + advertiserOffset]!;
}
export function tradeIdAt(heads: Heads, position: number): number {
  return heads.words[wordsStride * position + tradeOffset]!;
}
export function traitsAt(heads: Heads, position: number): number {
  return heads.words[wordsStride * position + traitsOffset]!;
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
  return heads.numbers[numbersStride * position + boundOffset]!;
}
export function bidPerThousandAt(heads: Heads, position: number): number {
  return heads.numbers[numbersStride * position + bidOffset]!;
}
export function startsAtMsAt(heads: Heads, position: number): number {
  return heads.numbers[numbersStride * position + startsAtOffset]!;
}
/** Exclusive; Infinity = no end. */
export function endsAtMsAt(heads: Heads, position: number): number {
  return heads.numbers[numbersStride * position + endsAtOffset]!;
}
/** The number of what it wants of a page, see `PageWishes`. */
export function wishIdAt(heads: Heads, position: number): number {
  return heads.words[wordsStride * position + wishOffset]!;
}
/** Its first audience rule, or `noAudience`. */
export function audienceStartAt(heads: Heads, position: number): number {
  return heads.words[wordsStride * position + audienceOffset]!;
}
/** The first circle of its zone; of zones without one nothing is said. */
export function circleStartAt(heads: Heads, position: number): number {
  return heads.words[wordsStride * position + circlesOffset]!;
}
/** The number of the one shape of all its creatives, or `severalShapes` (or none). */
export function shapeAt(heads: Heads, position: number): number {
  return heads.words[wordsStride * position + shapeOffset]!;
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
    bitIf(circles.length > 0, traits.includesCircles) |
    bitIf(campaign.frequencyCaps.some(isTimed), traits.timedCaps) |
    bitIf((campaign.deals ?? []).length > 0, traits.deals) |
    bitIf(campaign.openAuction === false, traits.dealsOnly) |
    bitIf(campaign.pricing === "cpc", traits.perClick)
  );
}

function bitIf(isPresent: boolean, trait: number): number {
  return isPresent ? trait : 0;
}

function isTimed({ window }: FrequencyCap): boolean {
  return window === undefined;
}

function hasMinScore({ minScore }: AudienceRule): boolean {
  return minScore !== null;
}

function hasMultiplier({ multiplier }: AudienceRule): boolean {
  return multiplier !== null;
}
