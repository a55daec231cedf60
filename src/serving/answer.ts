import { priceMicros } from "../budgets/price.ts";
import type { FieldProblem } from "../errors.ts";
import type { CellId, PlaceSource, VisitorPlace } from "../geo/types.ts";
import { distanceBand } from "../targeting/clickEffects.ts";
import { hashText, mixHash } from "../targeting/hash.ts";
import { mentionTexts } from "../targeting/mentions.ts";
import type { AdFormat, AdRequest, Candidate, VisitorState } from "../targeting/types.ts";
import type { AboutUrlOf } from "./aboutAd.ts";
import type { EventFacets } from "./eventFacets.ts";
import type { ExplainedCampaign } from "./explainAnswer.ts";
import type { InvalidReason, TrackedEventKind, TrackingClaims } from "./ports.ts";
import { adReasonsOf, type Why, whyOf } from "./why.ts";

/** The answer to `POST /v1/ads`, as it is written. */
export interface AdsAnswer {
  readonly decisionId: string;
  /** The best of the places that were used; null = none. */
  readonly place: AnsweredPlace | null;
  /** Places that the page named and nobody knows. Absent when there are none. */
  readonly placeProblems?: readonly FieldProblem[];
  readonly placements: readonly AnsweredPlacement[];
  /** Why the caller is nobody's and gets no ads. Absent for everybody else. */
  readonly invalidTraffic?: InvalidReason;
  /** The node had more to do than it could: nobody decided. Absent otherwise. */
  readonly overloaded?: true;
  /** Only when asked for with a key that may. */
  readonly explanation?: readonly ExplainedCampaign[];
}

export interface AnsweredPlace {
  readonly cell: CellId;
  readonly source: PlaceSource;
  readonly label: string | null;
  readonly accuracyMeters: number;
}

export interface AnsweredPlacement {
  readonly id: string;
  readonly ads: readonly ServedAd[];
}

export interface ServedAd {
  readonly campaignId: number;
  readonly creativeId: number;
  readonly advertiser: string;
  readonly format: AdFormat;
  /** Pixels; absent for native. */
  readonly width?: number;
  readonly height?: number;
  readonly content: Candidate["creative"]["content"];
  readonly label: "Publicité";
  /** What the law has this ad say, to be shown with it; absent = nothing. */
  readonly mentions?: readonly string[];
  readonly why: Why;
  readonly tracking: Readonly<Record<TrackedEventKind, string>>;
  /** Micros per thousand views; only with an explanation. */
  readonly valueMicros?: number;
}

/** A candidate that is shown, with the budget that was reserved for it. */
export interface Winner {
  readonly placementId: string;
  /** Unique in the decision. */
  readonly slot: number;
  readonly candidate: Candidate;
  /** Null = nothing had to be held. */
  readonly holdId: string | null;
  readonly budgetDay: string;
}

export interface AnswerContext {
  readonly visitor: VisitorState;
  readonly test: boolean;
  readonly pageViewKey: string | null;
  /** What reports ask about these ads; null = there are none. */
  readonly facets: EventFacets | null;
  /** The campaigns whose value is told: those of an explanation. */
  readonly valuesToldOf: ReadonlySet<number>;
  /** Scheme and host that the page reaches us by, without a trailing slash. */
  readonly publicUrl: string;
  readonly tokenLifeMs: number;
  readonly signToken: (claims: TrackingClaims) => string;
  /** Where the ad's page is; absent = there are none. */
  readonly aboutUrlOf?: AboutUrlOf;
}

/** One placement's winners as the page gets them. The landing address stays with us. */
export function placementAnswer(
  placementId: string,
  winners: readonly Winner[],
  request: AdRequest,
  context: AnswerContext,
): AnsweredPlacement {
  const own = winners.filter((winner) => winner.placementId === placementId);
  return { id: placementId, ads: own.map((winner) => adOf(winner, request, context)) };
}

/** What the page is told of the visitor's place: the first one, already as coarse as consent asks. */
export function answeredPlace(places: readonly VisitorPlace[]): AnsweredPlace | null {
  const [best] = places;
  if (best === undefined) return null;
  const { cell, source, label } = best;
  return { cell, source, label, accuracyMeters: Math.round(best.accuracyMeters) };
}

function adOf(winner: Winner, request: AdRequest, context: AnswerContext): ServedAd {
  const { campaign, creative, value } = winner.candidate;
  const token = context.signToken(claimsOf(winner, request, context));
  const { publicUrl } = context;
  return {
    campaignId: campaign.campaignId,
    creativeId: creative.creativeId,
    advertiser: campaign.advertiserName,
    format: creative.format,
    ...(creative.format === "native" ? {} : { width: creative.width, height: creative.height }),
    content: creative.content,
    label: "Publicité",
    ...mentionsOf(winner, request),
    why: {
      ...whyOf(winner.candidate, request, context.visitor),
      ...aboutOf(winner, request, context),
    },
    tracking: {
      impression: `${publicUrl}/t/i/${token}`,
      viewable: `${publicUrl}/t/v/${token}`,
      click: `${publicUrl}/t/c/${token}`,
    },
    ...(context.valuesToldOf.has(campaign.campaignId) ? { valueMicros: value.valueMicros } : {}),
  };
}

/** Texts that take turns do so from decision to decision. */
function mentionsOf(
  { slot, candidate: { campaign } }: Winner,
  { decisionId }: AdRequest,
): Pick<ServedAd, "mentions"> {
  const { mentions } = campaign;
  if (mentions === undefined) return {};
  return { mentions: mentionTexts(mentions, mixHash(hashText(decisionId), slot)) };
}

function aboutOf(
  { candidate }: Winner,
  request: AdRequest,
  { aboutUrlOf, visitor }: AnswerContext,
): Pick<Why, "aboutUrl"> {
  if (aboutUrlOf === undefined) return {};
  return { aboutUrl: aboutUrlOf(adReasonsOf(candidate, request, visitor), request.nowMs) };
}

function claimsOf(winner: Winner, request: AdRequest, context: AnswerContext): TrackingClaims {
  const { campaign, creative } = winner.candidate;
  return {
    decisionId: request.decisionId,
    slot: winner.slot,
    campaignId: campaign.campaignId,
    creativeId: creative.creativeId,
    advertiserId: campaign.advertiserId,
    placementId: winner.placementId,
    pricing: campaign.pricing,
    priceMicros: priceMicros(campaign),
    holdId: winner.holdId,
    budgetDay: winner.budgetDay,
    issuedAtMs: request.nowMs,
    expiresAtMs: request.nowMs + context.tokenLifeMs,
    test: context.test,
    mayMeasure: request.consent.mayMeasure,
    pageViewKey: winner.holdId === null ? null : context.pageViewKey,
    facets: withDistance(context.facets, winner),
  };
}

/** How far the ad's campaign is: what clicks are predicted from later. */
function withDistance(facets: EventFacets | null, { candidate }: Winner): EventFacets | null {
  const distance = distanceBand(candidate.distanceMeters);
  return facets === null || distance === 0 ? facets : { ...facets, distance };
}

const noAds: readonly ServedAd[] = [];

/** The answer without any ad. */
export function emptyAnswer(request: AdRequest): AdsAnswer {
  return {
    decisionId: request.decisionId,
    place: answeredPlace(request.places),
    placements: request.placements.map(({ id }) => ({ id, ads: noAds })),
  };
}
