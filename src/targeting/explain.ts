import { type Allocation, allocate } from "./allocate.ts";
import { type DecideOptions, decide } from "./decide.ts";
import type { DeliveryState } from "./deliveryState.ts";
import { nearestCampaignIds } from "./nearestCampaigns.ts";
import { matchPlace } from "./placeMatch.ts";
import type { Rejection } from "./rejection.ts";
import { checkRules, type RuleCheck } from "./ruleChecks.ts";
import { campaignRules, placementRules } from "./rules/list.ts";
import { createScene, pageTopics, type Scene } from "./scene.ts";
import { advertiserIdAt, campaignIdAt } from "./segment/heads.ts";
import { type Segment, tradeOf } from "./segment/segment.ts";
import { layersOf, locateCampaign, type Snapshot } from "./snapshot.ts";
import type {
  AdRequest,
  CampaignView,
  Decision,
  Placement,
  ValueBreakdown,
  VisitorState,
} from "./types.ts";
import { valueMicros } from "./value.ts";

/** Campaigns explained when none is named. */
export const explainedByDefault = 50;

export interface ExplainOptions extends DecideOptions {
  /** Absent = the nearest `explainedByDefault` campaigns to the visitor's first place, whatever their status. */
  readonly campaignIds?: readonly number[];
}

export interface Explanation {
  readonly decision: Decision;
  /** The campaigns that the decision shows, with their value broken down. */
  readonly winners: readonly ExplainedWinner[];
  /** One for each campaign asked about that is not among the winners, in the order asked. */
  readonly rejections: readonly Rejection[];
  /** What every rule says of each known campaign asked about, winners too. */
  readonly checks: ReadonlyMap<number, readonly RuleCheck[]>;
}

export interface ExplainedWinner {
  readonly placementId: string;
  readonly campaignId: number;
  readonly value: ValueBreakdown;
}

/**
 * Decides with the same inputs, and says why each campaign asked about did not win: the first rule of
 * `campaignRules`, then of `placementRules` (on the placement where it got furthest), that refused it, with the figures
 * that the rule looked at; else a competitor on the page, or a campaign worth more. Uses the very rules of `decide`.
 */
export function explain(
  request: AdRequest,
  snapshot: Snapshot,
  visitor: VisitorState,
  delivery: DeliveryState,
  options: ExplainOptions = {},
): Explanation {
  const decision = decide(request, snapshot, visitor, delivery, options);
  const winners = allocate(decision);
  const shown = new Set(winners.map(({ candidate }) => candidate.campaign.campaignId));
  const asked = options.campaignIds ?? nearestCampaignIds(snapshot, request, explainedByDefault);
  const sceneOf = (segment: Segment) =>
    createScene(segment, pageTopics(segment, request), request, visitor, delivery);
  const scenes = new Map(layersOf(snapshot).map((it) => [it.segment, sceneOf(it.segment)]));
  const rejections = [...new Set(asked)]
    .filter((campaignId) => !shown.has(campaignId))
    .map((campaignId): Rejection => {
      const located = locateCampaign(snapshot, campaignId);
      if (located === null) return { campaignId, rule: "unknown_campaign", figures: {} };
      return explainCampaign(scenes.get(located.segment)!, located.position, winners);
    });
  const checks = new Map(
    asked.flatMap((campaignId) => {
      const located = locateCampaign(snapshot, campaignId);
      if (located === null) return [];
      return [[campaignId, checkRules(scenes.get(located.segment)!, located.position)] as const];
    }),
  );
  return { decision, winners: winners.map(toExplainedWinner), rejections, checks };
}

function explainCampaign(
  scene: Scene,
  position: number,
  winners: readonly Allocation[],
): Rejection {
  const campaignId = campaignIdAt(scene.segment.heads, position);
  const rule = campaignRules.find((it) => !it.passes(scene, position));
  if (rule !== undefined) {
    return { campaignId, rule: rule.name, figures: rule.figures(scene, position) };
  }
  const value = valueMicros(scene, position, matchPlace(scene, position));
  const { placements } = scene.request;
  const refusals = placements.map((placement) => refusalOn(scene, position, placement, value));
  if (placements.length > 0 && refusals.every((refusal) => refusal >= 0)) {
    const furthest = refusals.indexOf(Math.max(...refusals));
    const placementRule = placementRules[refusals[furthest]!]!;
    const figures = placementRule.figures(scene, position, placements[furthest]!, value);
    return { campaignId, rule: placementRule.name, figures };
  }
  const eligibleFor = new Set(placements.filter((_, index) => refusals[index] === -1));
  return explainDefeat(scene, position, value, { eligibleFor, winners });
}

/** The index of the first of `placementRules` that refuses the campaign on a placement, or −1. */
function refusalOn(scene: Scene, position: number, placement: Placement, value: number): number {
  return placementRules.findIndex((rule) => !rule.passes(scene, position, placement, value));
}

/** Why a campaign that every rule lets pass is not on the page. */
function explainDefeat(
  { segment, request }: Scene,
  position: number,
  value: number,
  page: { readonly eligibleFor: ReadonlySet<Placement>; readonly winners: readonly Allocation[] },
): Rejection {
  const campaignId = campaignIdAt(segment.heads, position);
  const advertiserId = advertiserIdAt(segment.heads, position);
  const trade = tradeOf(segment, position);
  const isCompetitor = ({ candidate: { campaign } }: { candidate: { campaign: CampaignView } }) =>
    campaign.advertiserId === advertiserId || (trade !== "" && campaign.trade === trade);
  const competitor = page.winners.find(isCompetitor);
  const better =
    competitor ??
    page.winners.findLast((it) => page.eligibleFor.has(request.placements[it.placementIndex]!));
  return {
    campaignId,
    rule: competitor === undefined ? "outranked" : "competitor_on_page",
    figures: {
      valueMicros: value,
      winningCampaignId: better?.candidate.campaign.campaignId ?? null,
      winningValueMicros: better?.candidate.value.valueMicros ?? null,
      placementId: better?.placementId ?? null,
      ...(competitor === undefined ? {} : { trade }),
    },
  };
}

function toExplainedWinner({ placementId, candidate }: Allocation): ExplainedWinner {
  return { placementId, campaignId: candidate.campaign.campaignId, value: candidate.value };
}
