import { bidConstraintsOf } from "../openrtb/bidConstraints.ts";
import { buildBidResponse } from "../openrtb/bidResponse.ts";
import type { BidAnswer, BidOffer } from "../openrtb/bidTypes.ts";
import { type NoBidReason, noBid } from "../openrtb/noBid.ts";
import type { BidRequest } from "../openrtb/types.ts";
import { decide as decideAds } from "../targeting/decide.ts";
import type { Snapshot } from "../targeting/snapshot.ts";
import type { AdRequest, Candidate, VisitorState } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import {
  type BidAdRequestDeps,
  bidRequestToAdRequest,
  consentOfBid,
  placementOfImp,
} from "./bidAdRequest.ts";
import { bidDecisionEvent } from "./bidEvent.ts";
import { type BidGateDeps, type OpenBid, openBid } from "./bidGate.ts";
import { type BidOfferDeps, offerOf } from "./bidOffer.ts";
import type { BidCaller, Ssp, VisitorOfBid } from "./bidPorts.ts";
import { type Quote, quoteOf } from "./bidQuote.ts";
import { createDeadlines } from "./deadlines.ts";
import { isSampled } from "./decisionEvent.ts";
import { createFitting, type Fitting } from "./fittingDecision.ts";
import { type HoldBidsDeps, holdBids } from "./holdBids.ts";
import type { EmitEvent } from "./ports.ts";
import { type ReadVisitDeps, readVisit } from "./readVisit.ts";
import { createRefusalMemory, type RefusalMemory } from "./refusals.ts";
import { type DecisionInputs, reasonWithoutConstraints } from "./whyNoBid.ts";

export interface AnswerBidDeps
  extends ReadVisitDeps,
    BidAdRequestDeps,
    BidOfferDeps,
    BidGateDeps,
    HoldBidsDeps {
  readonly currentSnapshot: () => Snapshot;
  readonly decide?: typeof decideAds;
  /** Shares of opportunities to take, by campaign (pacing). */
  readonly throttles: () => ReadonlyMap<number, number>;
  /** False while charges pile up unwritten or the snapshot is too old: no bids. */
  readonly paidAllowed: () => boolean;
  readonly visitorOfBid: VisitorOfBid;
  readonly visitorKeyOf: (visitorId: string) => string;
  /** A UUID of at least 122 random bits. */
  readonly newDecisionId: () => string;
  readonly emit: EmitEvent;
  /** One in so many requests without a bid emits its event; every one with a bid does. */
  readonly emptySampleEvery: number;
  readonly nowMs: () => number;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
}

export interface BidResult {
  readonly answer: BidAnswer;
  /** Null = at least one bid. */
  readonly reason: NoBidReason | null;
  readonly bids: number;
}

/** Answers within `timeMs` from the call on; later there is no bid, and what was held is given back. Never rejects for what a request says. */
export type AnswerBid = (
  request: BidRequest,
  ssp: Ssp,
  timeMs: number,
  caller?: BidCaller,
) => Promise<BidResult>;

/**
 * Creates the function that answers a bid request: gate, consent and places, visitor (at most one read trip), the same
 * decision as pages have, prices, holds (one write trip), answer. See docs/adr/0022.
 */
export function createAnswerBid(deps: AnswerBidDeps): AnswerBid {
  const refusals = createRefusalMemory();
  const withDeadline = createDeadlines();
  return (request, ssp, timeMs, caller = { kind: "server" }) => {
    const dueMs = deps.monotonicMs() + timeMs;
    if (timeMs < 1) return Promise.resolve(nothing(request, ssp, "no_time"));
    const late = { isGivenUp: false };
    const isLate = () => late.isGivenUp || deps.monotonicMs() > dueMs;
    return withDeadline(timeMs)(serve(request, ssp, { deps, refusals, isLate, caller }), () => {
      late.isGivenUp = true;
      return nothing(request, ssp, "no_time");
    });
  };
}

interface Serving {
  readonly deps: AnswerBidDeps;
  readonly refusals: RefusalMemory;
  readonly isLate: () => boolean;
  readonly caller: BidCaller;
}

type QuoteFound = Quote | NoBidReason;

/** One bid request on its way. */
interface Bidding extends Serving, OpenBid {
  readonly request: BidRequest;
  readonly ssp: Ssp;
  readonly asked: AdRequest;
  readonly visitorKey: string | null;
}

async function serve(request: BidRequest, ssp: Ssp, serving: Serving): Promise<BidResult> {
  const { deps, isLate } = serving;
  const { decide = decideAds } = deps;
  const nowMs = deps.nowMs();
  const open = openBid(request, ssp, nowMs, deps);
  if (typeof open === "string") return nothing(request, ssp, open);
  if (!deps.paidAllowed()) return nothing(request, ssp, "technical_error");
  const bidding = { ...serving, ...open, request, ssp, ...askOf(request, ssp, open, nowMs, deps) };
  const read = await readVisit(
    bidding.asked,
    { visitorKey: bidding.visitorKey, pageViewKey: null },
    deps,
  );
  if (isLate()) return nothing(request, ssp, "no_time");
  if (!read.ok) return nothing(request, ssp, "technical_error");
  const reasons: NoBidReason[] = [];
  const snapshot = deps.currentSnapshot();
  const fitting = createFitting({
    decide: (asked, delivery) => decide(asked, snapshot, read.visitor, delivery),
    quote: createQuote(bidding),
    onUnfit: (reason) => reasons.push(reason),
  });
  const delivery = {
    exhaustedUntilMs: serving.refusals.exhausted(snapshot),
    throttles: deps.throttles(),
  };
  const winners = await holdBids(bidding, fitting, delivery);
  if (isLate()) {
    release(bidding, winners);
    return nothing(request, ssp, "no_time");
  }
  const why = () => whyNothing(bidding, { snapshot, visitor: read.visitor, delivery }, reasons);
  return answer({ ...bidding, visitor: read.visitor }, fitting, winners, why);
}

/** Consent first, then what it allows of person and place. */
function askOf(
  request: BidRequest,
  ssp: Ssp,
  { imps, table }: OpenBid,
  nowMs: number,
  deps: AnswerBidDeps,
): Pick<Bidding, "asked" | "visitorKey"> {
  const consent = consentOfBid(request, deps.readConsent, nowMs);
  const visitorId = consent.mayStore ? deps.visitorOfBid(request, ssp, consent) : null;
  const facts = {
    decisionId: deps.newDecisionId(),
    nowMs,
    consent,
    hasVisitor: visitorId !== null,
  };
  const placements = imps.map((open) => ({
    ...placementOfImp(open),
    bid: bidConstraintsOf(request, open.imp, ssp, { table, nowMs }),
  }));
  return {
    asked: bidRequestToAdRequest(request, facts, placements, deps),
    visitorKey: visitorId === null ? null : deps.visitorKeyOf(visitorId),
  };
}

function createQuote(bidding: Bidding): (candidate: Candidate, placementId: string) => QuoteFound {
  const { request, ssp, asked, currency, table, imps, deps } = bidding;
  const terms = {
    request,
    ssp,
    consent: asked.consent,
    currency,
    minToWin: deps.learning.minToWin(ssp.sspId),
    table,
    nowMs: asked.nowMs,
  };
  const byId = new Map(imps.map(({ imp }) => [imp.id, imp]));
  return (candidate, placementId) => {
    const imp = byId.get(placementId);
    return imp === undefined ? "no_campaign" : quoteOf(candidate, imp, terms);
  };
}

/** Told only where it is wanted: it takes a second decision. */
function whyNothing(
  bidding: Bidding,
  inputs: Omit<DecisionInputs, "request">,
  reasons: readonly NoBidReason[],
): NoBidReason {
  const { ssp, asked } = bidding;
  const [first = "no_campaign"] = reasons;
  if (!ssp.answer.wantsNoBidReasons || reasons.length > 0) return first;
  return reasonWithoutConstraints({ ...inputs, request: asked }, createQuote(bidding));
}

function answer(
  bidding: Bidding & { readonly visitor: VisitorState },
  { quoteOf: known }: Fitting,
  winners: readonly Winner[],
  why: () => NoBidReason,
): BidResult {
  const otherwise = winners.length === 0 ? why() : "no_creative";
  const { request, ssp, asked, visitorKey, currency, visitor, deps } = bidding;
  const terms = { request, ssp, asked, visitorKey, currency, visitor };
  const held = new Map<BidOffer, Winner>();
  for (const winner of winners) {
    const quote = known(winner.candidate, winner.placementId);
    held.set(offerOf(winner, quote, terms, deps), winner);
  }
  const built = buildBidResponse({
    request,
    settings: ssp.answer,
    currency,
    responseId: asked.decisionId,
    offers: [...held.keys()],
    otherwise,
  });
  const refused = new Set(built.refused.map(({ offer }) => offer));
  release(
    bidding,
    [...held].flatMap(([offer, winner]) => (refused.has(offer) ? [winner] : [])),
  );
  const made = [...held].filter(([offer]) => !refused.has(offer));
  tell(bidding, made);
  return {
    answer: built.answer,
    reason: made.length > 0 ? null : otherwise,
    bids: made.length,
  };
}

/** What was bid is learnt from, and told to the event stream. A test leaves no trace. */
function tell(bidding: Bidding, made: readonly (readonly [BidOffer, Winner])[]): void {
  const { request, ssp, asked, currency, deps } = bidding;
  if (request.test) return;
  for (const [, { candidate }] of made)
    deps.learning.noteBid(ssp.sspId, candidate.campaign.campaignId, asked.nowMs);
  if (made.length > 0 || isSampled(asked.decisionId, deps.emptySampleEvery))
    deps.emit(bidDecisionEvent(asked, made, { ssp: ssp.name, currency }, deps.emptySampleEvery));
}

/** What is not given back now lapses by itself; the exchange need not wait for it. */
function release({ deps, asked }: Bidding, winners: readonly Winner[]): void {
  const holdIds = winners.flatMap(({ holdId }) => holdId ?? []);
  if (holdIds.length > 0) void deps.releaseHolds(holdIds, asked.nowMs).catch(() => {});
}

function nothing(request: BidRequest, ssp: Ssp, reason: NoBidReason): BidResult {
  return { answer: noBid(request.id, reason, ssp.answer), reason, bids: 0 };
}
