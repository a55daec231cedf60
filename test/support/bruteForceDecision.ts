import { franceKey } from "../../src/geo/areaKeys.ts";
import { distanceMeters } from "../../src/geo/sphere.ts";
import { categoryNumber, distanceBand } from "../../src/targeting/clickEffects.ts";
import type { DeliveryState } from "../../src/targeting/deliveryState.ts";
import { hashText, mixHash, stableChance } from "../../src/targeting/hash.ts";
import type { RejectionRule } from "../../src/targeting/rejection.ts";
import type {
  AdRequest,
  Placement,
  ServableCampaign,
  VisitorState,
} from "../../src/targeting/types.ts";
import { nearestCircleDistanceMeters, placeMatchesZone } from "./zoneMembership.ts";

/**
 * The decision as the documentation tells it, without an index, columns, bounds or early stop: every rule on every
 * campaign's own object. Slow and plain on purpose; the property tests compare the real one with it.
 */
export interface BruteForce {
  /** The first rule that refuses a campaign to the whole request; absent = none. */
  readonly refusedBy: ReadonlyMap<number, RejectionRule>;
  /** Ids by placement, as `Decision.placements[].ranked` when the search has seen every campaign. */
  readonly ranked: readonly (readonly number[])[];
  readonly winners: readonly (readonly number[])[];
  /** Ids by placement of all that may show there, best first. */
  readonly eligible: readonly (readonly number[])[];
  /** Ids by placement of the house ads that would fill it if nothing paid could. */
  readonly lastResort: readonly (readonly number[])[];
  readonly valuesMicros: ReadonlyMap<number, number>;
}

interface Eligible {
  readonly campaign: ServableCampaign;
  readonly value: number;
}

export function decideByBruteForce(
  campaigns: readonly ServableCampaign[],
  request: AdRequest,
  visitor: VisitorState,
  delivery: DeliveryState,
  /** What an exchange asks of a campaign besides. */
  mayBid: (campaign: ServableCampaign, placement: Placement) => boolean = () => true,
): BruteForce {
  const refusedBy = new Map<number, RejectionRule>();
  const eligible: Eligible[] = [];
  for (const campaign of campaigns) {
    const rule = firstRefusal(campaign, request, visitor, delivery);
    if (rule !== null) refusedBy.set(campaign.campaignId, rule);
    else eligible.push({ campaign, value: worthOf(campaign, request, visitor, delivery) });
  }
  const seed = hashText(request.decisionId);
  eligible.sort((a, b) => compareEligible(a, b, seed));
  const lists = request.placements.map((placement) =>
    eligible.filter((it) => fits(it, placement) && mayBid(it.campaign, placement)),
  );
  const winners = fillInOrder(lists, request.placements);
  const houseLists = lists.map((list) => list.filter((it) => it.campaign.priority === "house"));
  const lastResort = fillInOrder(houseLists, request.placements);
  const ranked = lists.map((list, index) => {
    const reserve = reserveOf(list, winners, index, request.placements[index]!.count + 3);
    const further = list.filter(
      (it) =>
        !winners[index]!.includes(it) && (reserve.includes(it) || lastResort[index]!.includes(it)),
    );
    return [...winners[index]!, ...further].map(idOf);
  });
  return {
    refusedBy,
    ranked,
    winners: winners.map((list) => list.map(idOf)),
    eligible: lists.map((list) => list.map(idOf)),
    lastResort: lastResort.map((list) => list.map(idOf)),
    valuesMicros: new Map(eligible.map((it) => [idOf(it), it.value])),
  };
}

function idOf({ campaign }: Eligible): number {
  return campaign.campaignId;
}

function fillInOrder(
  lists: readonly (readonly Eligible[])[],
  placements: readonly Placement[],
): Eligible[][] {
  const page: Eligible[] = [];
  return lists.map((list, index) => {
    const chosen: Eligible[] = [];
    for (const it of list) {
      if (chosen.length === placements[index]!.count) break;
      if (page.some((other) => compete(it, other))) continue;
      page.push(it);
      chosen.push(it);
    }
    return chosen;
  });
}

function reserveOf(
  list: readonly Eligible[],
  winners: readonly (readonly Eligible[])[],
  index: number,
  size: number,
): Eligible[] {
  const elsewhere = winners.flatMap((others, other) => (other === index ? [] : others));
  const reserve: Eligible[] = [];
  for (const it of list) {
    if (reserve.length === size) break;
    if (winners[index]!.includes(it)) continue;
    if ([...elsewhere, ...reserve].some((other) => compete(it, other))) continue;
    reserve.push(it);
  }
  return reserve;
}

function compete(a: Eligible, b: Eligible): boolean {
  if (a.campaign.advertiserId === b.campaign.advertiserId) return true;
  return a.campaign.trade !== "" && a.campaign.trade === b.campaign.trade;
}

const tierOf = { guaranteed: 2, paid: 1, house: 0 } as const;

function compareEligible(a: Eligible, b: Eligible, seed: number): number {
  return (
    tierOf[b.campaign.priority] - tierOf[a.campaign.priority] ||
    b.value - a.value ||
    mixHash(seed, idOf(a)) - mixHash(seed, idOf(b)) ||
    idOf(a) - idOf(b)
  );
}

export function fits({ campaign, value }: Eligible, placement: Placement): boolean {
  const shows = campaign.creatives.some(
    ({ format, width, height }) =>
      placement.formats.includes(format) &&
      (format === "native" ||
        placement.sizes.length === 0 ||
        placement.sizes.some(([w, h]) => w === width && h === height)),
  );
  const blocked =
    placement.blockedAdvertiserIds.includes(campaign.advertiserId) ||
    placement.blockedTrades.includes(campaign.trade);
  const reaches = campaign.priority === "house" || value >= placement.floorMicros;
  return shows && !blocked && reaches;
}

function firstRefusal(...given: Parameters<typeof allRefusals>): RejectionRule | null {
  return allRefusals(...given)[0] ?? null;
}

/** Every rule about the whole request that refuses a campaign, in the order in which they are asked. */
export function allRefusals(
  campaign: ServableCampaign,
  request: AdRequest,
  visitor: VisitorState,
  delivery: DeliveryState,
): readonly RejectionRule[] {
  const { nowMs } = request;
  const seed = hashText(request.decisionId);
  const exhausted = delivery.exhaustedUntilMs.get(campaign.campaignId);
  const throttle = delivery.throttles.get(campaign.campaignId) ?? 1;
  const refusals: readonly (readonly [RejectionRule, boolean])[] = [
    ["status", campaign.status !== "active"],
    ["no_creative", campaign.creatives.length === 0],
    ["dates", nowMs < campaign.startsAtMs || nowMs >= (campaign.endsAtMs ?? Infinity)],
    ["daypart", !(campaign.hoursOfWeek?.includes(hourOfWeekOf(campaign, nowMs)) ?? true)],
    ["device", campaign.devices.length > 0 && !campaign.devices.includes(request.deviceType)],
    ["budget", exhausted !== undefined && nowMs < exhausted.untilMs],
    ["category", !acceptsCategory(campaign, request.page.category)],
    ["keyword", !acceptsKeywords(campaign, request.page.keywords)],
    ["place_unknown", request.places.length === 0 && !isNationwide(campaign)],
    [
      "place_intention",
      campaign.placeIntention !== "any" && meantPlaces(campaign, request).length === 0,
    ],
    ["zone", request.places.length > 0 && matchedPlace(campaign, request) === undefined],
    [
      "no_stable_visitor",
      !request.hasStableVisitor &&
        campaign.frequencyCaps.some((it) => it.windowSeconds !== undefined),
    ],
    ["audience", !meetsMinScores(campaign, visitor)],
    ["frequency_cap", isCapped(campaign, visitor, nowMs)],
    ["pacing", stableChance(seed ^ 0x5bd1e995, campaign.campaignId) >= throttle],
  ];
  return refusals.filter(([, refused]) => refused).map(([rule]) => rule);
}

function hourOfWeekOf(campaign: ServableCampaign, nowMs: number): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: campaign.zone.timeZone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  }).formatToParts(nowMs);
  const text = (type: string) => parts.find((part) => part.type === type)!.value;
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  return days.indexOf(text("weekday")) * 24 + Number(text("hour"));
}

function isOnOrBelow(category: string | null, wanted: string): boolean {
  return category !== null && (category === wanted || category.startsWith(`${wanted}/`));
}

function acceptsCategory(campaign: ServableCampaign, category: string | null): boolean {
  const { wantedCategories, avoidedCategories } = campaign;
  if (avoidedCategories.some((path) => isOnOrBelow(category, path))) return false;
  return wantedCategories.length === 0 || wantedCategories.some((it) => isOnOrBelow(category, it));
}

function acceptsKeywords(campaign: ServableCampaign, keywords: readonly string[]): boolean {
  if (campaign.avoidedKeywords.some((it) => keywords.includes(it))) return false;
  const { wantedKeywords } = campaign;
  return wantedKeywords.length === 0 || wantedKeywords.some((it) => keywords.includes(it));
}

function isNationwide({ zone }: ServableCampaign): boolean {
  return zone.exclude === null && zone.include.areaKeys.includes(franceKey);
}

const meantSources = {
  any: ["search", "device", "home", "ip"],
  searches_here: ["search"],
  is_here: ["device", "ip"],
  lives_here: ["home"],
};

function meantPlaces(campaign: ServableCampaign, request: AdRequest) {
  const sources = meantSources[campaign.placeIntention];
  return request.places.filter((place) => sources.includes(place.source));
}

function matchedPlace(campaign: ServableCampaign, request: AdRequest) {
  return meantPlaces(campaign, request).find((place) => placeMatchesZone(campaign.zone, place));
}

function meetsMinScores(campaign: ServableCampaign, visitor: VisitorState): boolean {
  return campaign.audience.every(
    ({ segmentId, minScore }) =>
      minScore === null || (visitor.scores?.get(segmentId) ?? -1) >= minScore,
  );
}

function isCapped(campaign: ServableCampaign, visitor: VisitorState, nowMs: number): boolean {
  return campaign.frequencyCaps.some(({ per, maxImpressions, windowSeconds }) => {
    const key = per === "campaign" ? `c${campaign.campaignId}` : `a${campaign.advertiserId}`;
    if (windowSeconds === undefined)
      return (visitor.shownInPageView?.get(key) ?? 0) >= maxImpressions;
    const times = visitor.impressions.get(key) ?? [];
    return times.filter((time) => time > nowMs - windowSeconds * 1000).length >= maxImpressions;
  });
}

export function worthOf(
  campaign: ServableCampaign,
  request: AdRequest,
  visitor: VisitorState,
  delivery: Pick<DeliveryState, "clickEffects"> = {},
): number {
  if (campaign.priority === "house") return 0;
  const { bidMicros, clickRate, viewRate, pricing } = campaign;
  const perEvent = {
    cpm: bidMicros,
    vcpm: bidMicros * viewRate,
    cpc: bidMicros * clickRate * 1000,
  };
  const bid = perEvent[pricing];
  const boosts = campaign.audience.map(({ segmentId, multiplier }) => {
    const score = visitor.scores?.get(segmentId);
    return multiplier === null || score === undefined ? 1 : 1 + (multiplier - 1) * score;
  });
  const audience = Math.min(
    3,
    boosts.reduce((product, boost) => product * boost, 1),
  );
  return Math.round(
    bid *
      clickFactorOf(campaign, request, delivery) *
      audience *
      nearnessOf(campaign, request) *
      categoryFit(campaign, request),
  );
}

function clickFactorOf(
  campaign: ServableCampaign,
  request: AdRequest,
  { clickEffects: effects = null }: Pick<DeliveryState, "clickEffects">,
): number {
  const { placements, page, nowMs } = request;
  if (campaign.pricing !== "cpc" || effects === null || placements[0]?.bid != null) return 1;
  const ofPlacements = placements.map(({ id }) => effects.placements.get(id) ?? 1);
  const mean = ofPlacements.reduce((sum, one) => sum + one, 0) / placements.length;
  const hour = Number(
    new Intl.DateTimeFormat("en", {
      hour: "2-digit",
      hourCycle: "h23",
      timeZone: "Europe/Paris",
    }).format(nowMs),
  );
  const place = matchedPlace(campaign, request);
  const band = distanceBand(
    place === undefined ? null : nearestCircleDistanceMeters(campaign.zone.include, place.centre),
  );
  const category = effects.categories.get(categoryNumber(page.category)) ?? 1;
  const factor = mean * category * (effects.hours[hour] ?? 1) * (effects.distances[band] ?? 1);
  return Math.min(factor, campaign.clickCeiling ?? 1);
}

function nearnessOf(campaign: ServableCampaign, request: AdRequest): number {
  const place = matchedPlace(campaign, request);
  const { circles } = campaign.zone.include;
  if (
    place === undefined ||
    nearestCircleDistanceMeters(campaign.zone.include, place.centre) === null
  ) {
    return 1;
  }
  const closeness = circles.map((it) => 1 - distanceMeters(it, place.centre) / it.radiusMeters);
  return 1 + 0.25 * Math.max(0, ...closeness);
}

function categoryFit(campaign: ServableCampaign, { page }: AdRequest): number {
  const wantsCategory = campaign.wantedCategories.some((it) => isOnOrBelow(page.category, it));
  const wantsKeyword = campaign.wantedKeywords.some((it) => page.keywords.includes(it));
  return wantsCategory || wantsKeyword ? 1.2 : 1;
}
