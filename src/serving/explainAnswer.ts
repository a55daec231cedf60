import type { DeliveryState } from "../targeting/deliveryState.ts";
import { explain, explainedByDefault } from "../targeting/explain.ts";
import { nearestCampaignIds } from "../targeting/nearestCampaigns.ts";
import type { Rejection } from "../targeting/rejection.ts";
import type { RuleCheck } from "../targeting/ruleChecks.ts";
import { advertiserIdOf, findCampaign, type Snapshot } from "../targeting/snapshot.ts";
import type { AdRequest, ValueBreakdown, VisitorState } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import { describeRejection } from "./describeRejection.ts";
import type { Sentence } from "./figuresInWords.ts";
import type { HoldOutcome } from "./ports.ts";

/** What somebody wants explained, and may see. */
export interface ExplainWish {
  /** Null = the nearest 50. */
  readonly campaignIds: readonly number[] | null;
  /** Whose campaigns; others do not exist for the asker. Null = everybody's. */
  readonly advertiserIds: readonly number[] | null;
}

/** What became of one campaign in a decision. */
export interface ExplainedCampaign extends Sentence {
  readonly campaignId: number;
  /** Null when the campaign is unknown. */
  readonly name: string | null;
  readonly shown: boolean;
  /** The slot in which it shows. */
  readonly placementId?: string;
  /** What its value is made of, when it shows. */
  readonly value?: ValueBreakdown;
  /** The first rule that refused it, and what that rule looked at. */
  readonly rule?: Rejection["rule"];
  readonly figures?: Rejection["figures"];
  /** What every rule says by itself, in the order in which they are asked; empty when the campaign is unknown. */
  readonly checks: readonly RuleCheck[];
}

export type HoldRefusal = Extract<HoldOutcome, { readonly held: false }>["reason"];

export interface DecisionInputs {
  readonly request: AdRequest;
  readonly snapshot: Snapshot;
  readonly visitor: VisitorState;
  readonly delivery: DeliveryState;
}

export interface DecisionOutcome {
  readonly winners: readonly Winner[];
  /** Winners of the decision that a store then refused. */
  readonly refusals: ReadonlyMap<number, HoldRefusal>;
}

/**
 * Explains a served decision: those shown first, then why each other campaign asked about was not. A manager learns
 * nothing of others: their campaigns count as unknown, their values are left out. Pure. To find the nearest passes over
 * the whole snapshot (milliseconds), so that it is only for callers with a key.
 */
export function explainDecision(
  wish: ExplainWish,
  inputs: DecisionInputs,
  outcome: DecisionOutcome,
): readonly ExplainedCampaign[] {
  const { request, snapshot, visitor, delivery } = inputs;
  const mayShow = (campaignId: number) => isVisible(snapshot, campaignId, wish.advertiserIds);
  const asked = wish.campaignIds ?? nearestOf(wish.advertiserIds, inputs);
  const visible = asked.filter(mayShow);
  const { rejections, checks } = explain(request, snapshot, visitor, delivery, {
    campaignIds: [
      ...visible,
      ...outcome.winners.map(({ candidate }) => candidate.campaign.campaignId),
    ],
  });
  const shown = outcome.winners.filter(({ candidate: { campaign } }) =>
    wish.campaignIds === null
      ? mayShow(campaign.campaignId)
      : visible.includes(campaign.campaignId),
  );
  const shownIds = new Set(shown.map(({ candidate }) => candidate.campaign.campaignId));
  const known = new Map(rejections.map((rejection) => [rejection.campaignId, rejection]));
  const others = [...new Set(asked)]
    .filter((campaignId) => !shownIds.has(campaignId))
    .map((campaignId): Rejection => {
      if (!mayShow(campaignId)) return { campaignId, rule: "unknown_campaign", figures: {} };
      // The rules were asked in a world without those refused: what the store said of these comes first.
      const rejection = outcome.refusals.has(campaignId)
        ? refusedByStore(campaignId, outcome)
        : (known.get(campaignId) ?? refusedByStore(campaignId, outcome));
      return withoutOthersValues(rejection, mayShow);
    });
  return [
    ...shown.map((winner) => toExplainedWinner(winner, checks)),
    ...others.map((rejection) => toExplainedRejection(rejection, snapshot, checks)),
  ];
}

function isVisible(
  snapshot: Snapshot,
  campaignId: number,
  advertiserIds: readonly number[] | null,
): boolean {
  if (advertiserIds === null) return true;
  const advertiserId = advertiserIdOf(snapshot, campaignId);
  return advertiserId !== null && advertiserIds.includes(advertiserId);
}

function nearestOf(
  advertiserIds: readonly number[] | null,
  { request, snapshot }: DecisionInputs,
): readonly number[] {
  const only = advertiserIds === null ? null : new Set(advertiserIds);
  return nearestCampaignIds(snapshot, request, explainedByDefault, only);
}

/** The rules let it win, and then its reservation was refused, or could not even be asked for. */
function refusedByStore(campaignId: number, outcome: DecisionOutcome): Rejection {
  const reason = outcome.refusals.get(campaignId) ?? "unavailable";
  if (reason === "frequency_cap") return { campaignId, rule: "frequency_cap", figures: {} };
  return { campaignId, rule: "budget", figures: { reason } };
}

/** What a competitor's campaign was worth is the competitor's business. */
function withoutOthersValues(
  rejection: Rejection,
  mayShow: (campaignId: number) => boolean,
): Rejection {
  const { winningCampaignId, winningValueMicros: _, ...figures } = rejection.figures;
  if (typeof winningCampaignId !== "number" || mayShow(winningCampaignId)) return rejection;
  return { ...rejection, figures };
}

type Checks = ReadonlyMap<number, readonly RuleCheck[]>;

function toExplainedWinner({ placementId, candidate }: Winner, checks: Checks): ExplainedCampaign {
  const { campaign, value } = candidate;
  return {
    campaignId: campaign.campaignId,
    name: campaign.name,
    shown: true,
    placementId,
    value,
    checks: checks.get(campaign.campaignId) ?? [],
    fr: `La campagne est affichée dans l'emplacement « ${placementId} ».`,
    en: `The campaign shows in the placement “${placementId}”.`,
  };
}

function toExplainedRejection(
  rejection: Rejection,
  snapshot: Snapshot,
  checks: Checks,
): ExplainedCampaign {
  const { campaignId, rule, figures } = rejection;
  const isKnown = rule !== "unknown_campaign";
  const name = isKnown ? (findCampaign(snapshot, campaignId)?.name ?? null) : null;
  // A store may have refused what the rules let pass.
  const asked = (isKnown ? (checks.get(campaignId) ?? []) : []).map((check) =>
    check.rule === rule ? { ...check, passed: false } : check,
  );
  const words = describeRejection(rejection);
  return { campaignId, name, shown: false, rule, figures, checks: asked, ...words };
}
