import type { ClickEffects } from "../targeting/clickEffects.ts";
import { decide as decideAds } from "../targeting/decide.ts";
import type { DeliveryState } from "../targeting/deliveryState.ts";
import { isAdvertiserCapped, type Snapshot } from "../targeting/snapshot.ts";
import type { AdRequest, Decision, VisitorState } from "../targeting/types.ts";
import type { AboutUrlOf } from "./aboutAd.ts";
import {
  type AdsAnswer,
  answeredPlace,
  emptyAnswer,
  placementAnswer,
  type Winner,
} from "./answer.ts";
import type { CallContext } from "./callContext.ts";
import { type DecisionSampling, isSampledBy } from "./decisionSampling.ts";
import { emitDecision } from "./emitDecision.ts";
import { facetsOf } from "./eventFacets.ts";
import {
  type DecisionInputs,
  type DecisionOutcome,
  type ExplainedCampaign,
  explainDecision,
  type HoldRefusal,
} from "./explainAnswer.ts";
import type { HearDecision } from "./hearDecision.ts";
import type { EmitEvent, HoldBudgets, ReleaseHolds, TrackingClaims } from "./ports.ts";
import { type ReadVisitDeps, readVisit } from "./readVisit.ts";
import { createRefusalMemory, type RefusalMemory } from "./refusals.ts";
import { type ReserveDeps, reserveWinners } from "./reserve.ts";
import { deliveryWithout, requestStillFree } from "./stillFree.ts";
import { createWithDeadline } from "./withDeadline.ts";

export interface ServeAdsDeps extends ReadVisitDeps {
  /** The newest snapshot; taken once per request. */
  readonly currentSnapshot: () => Snapshot;
  readonly holdBudgets: HoldBudgets;
  readonly releaseHolds: ReleaseHolds;
  /** Who decides; absent = `decide` itself, which nobody watches. */
  readonly decide?: typeof decideAds;
  /** Shares of opportunities to take, by campaign (pacing). */
  readonly throttles: () => ReadonlyMap<number, number>;
  /** Where and when clicks are likelier, as learnt last; absent = nothing is known. */
  readonly clickEffects?: () => ClickEffects | null;
  /** False while charges pile up unwritten or the snapshot is too old: house ads only. */
  readonly paidAllowed: () => boolean;
  readonly signToken: (claims: TrackingClaims) => string;
  /** Where an ad's "Why this ad?" is; absent = nowhere. */
  readonly aboutUrlOf?: AboutUrlOf;
  readonly emit: EmitEvent;
  /** Who decides some decisions again, beside requests; absent = nobody. */
  readonly sampling?: DecisionSampling;
  /** Who gathers what forecasts replay; absent = nobody. */
  readonly hearDecision?: HearDecision;
  readonly options: ServingSettings;
}

/** The same for every call. */
export interface ServingSettings {
  /** Scheme and host that pages reach us by, without a trailing slash. */
  readonly publicUrl: string;
  /** Every request is answered within this, from the call on. */
  readonly deadlineMs: number;
  readonly holdLifeMs: number;
  readonly tokenLifeMs: number;
  /** One in so many answers without an ad emits its event; every answer with an ad does. */
  readonly emptySampleEvery: number;
}

export type ServeAds = (request: AdRequest, options: CallContext) => Promise<AdsAnswer>;

/**
 * Creates the function that answers an ad request: snapshot, visitor (one read trip, none for an anonymous visit),
 * decision, reservations (one write trip; none for an empty answer), answer. A store that is away leaves house ads or
 * nothing, at once; a request that is not ready by its deadline is answered empty, and what it held is given back.
 */
export function createServeAds(deps: ServeAdsDeps): ServeAds {
  const refusals = createRefusalMemory();
  const withDeadline = createWithDeadline(deps.options.deadlineMs);
  return (request, options) => {
    const late = { isLate: false };
    const served = serve(request, options, { deps, refusals, late });
    return withDeadline(served, () => {
      late.isLate = true;
      return emptyAnswer(request);
    });
  };
}

interface Serving {
  readonly deps: ServeAdsDeps;
  readonly refusals: RefusalMemory;
  readonly late: { readonly isLate: boolean };
}

async function serve(asked: AdRequest, options: CallContext, serving: Serving): Promise<AdsAnswer> {
  const { deps, refusals, late } = serving;
  const { decide = decideAds } = deps;
  const snapshot = deps.currentSnapshot();
  const read = await readVisit(asked, options, deps);
  if (late.isLate) return emptyAnswer(asked);
  const request = read.ok ? asked : withoutVisitor(asked);
  const delivery: DeliveryState = {
    exhaustedUntilMs: refusals.exhausted(snapshot),
    throttles: deps.throttles(),
    clickEffects: deps.clickEffects?.() ?? null,
    ...(options.budgetsAtMs === undefined ? {} : { nowMs: options.budgetsAtMs }),
  };
  const decision = decide(request, snapshot, read.visitor, delivery);
  const refused = new Map<number, HoldRefusal>();
  const { visitor } = read;
  const winners = await reserve(decision, request, options, {
    serving,
    refused,
    isThere: read.ok,
    isAdvertiserCapped: (advertiserId) => isAdvertiserCapped(snapshot, advertiserId),
    decideAgain: (kept, out) =>
      decide(
        requestStillFree(request, kept),
        snapshot,
        visitor,
        deliveryWithout(delivery, out, request),
      ),
  });
  const explanation = explanationOf(
    options,
    () => ({
      request,
      snapshot,
      visitor,
      delivery: deliveryWithout(delivery, refused.keys(), request),
    }),
    { winners, refusals: refused },
  );
  emitDecision(request, options, winners, deps);
  if (isSampledBy(deps.sampling, request, options))
    deps.sampling.onDecided(
      { request, snapshot, visitor, delivery },
      { winners, refusals: refused },
    );
  if (!options.test) deps.hearDecision?.(request, { ...options, visitor }, winners);
  return compose(request, options, { winners, explanation, visitor }, deps);
}

function explanationOf(
  { explain }: CallContext,
  inputsOf: () => DecisionInputs,
  outcome: DecisionOutcome,
): readonly ExplainedCampaign[] | undefined {
  return explain === null ? undefined : explainDecision(explain, inputsOf(), outcome);
}

/** Without the store, caps cannot be enforced: as if the visitor were unknown. */
const withoutVisitor = (asked: AdRequest): AdRequest => ({ ...asked, hasStableVisitor: false });

function reserve(
  decision: Decision,
  request: AdRequest,
  options: CallContext,
  context: {
    readonly serving: Serving;
    readonly refused: Map<number, HoldRefusal>;
    /** False = the store did not answer the read. */
    readonly isThere: boolean;
  } & Pick<ReserveDeps, "decideAgain" | "isAdvertiserCapped">,
): Promise<readonly Winner[]> {
  const { deps, refusals, late } = context.serving;
  const reserveDeps: ReserveDeps = {
    holdBudgets: deps.holdBudgets,
    releaseHolds: deps.releaseHolds,
    decideAgain: context.decideAgain,
    isAdvertiserCapped: context.isAdvertiserCapped,
    onOutcome: (campaignId, outcome) => {
      if (outcome.held) {
        refusals.forget(campaignId);
      } else {
        context.refused.set(campaignId, outcome.reason);
        refusals.remember(campaignId, outcome.reason, request.nowMs);
      }
    },
  };
  return reserveWinners(
    decision,
    {
      decisionId: request.decisionId,
      nowMs: request.nowMs,
      holdContext: () => ({
        visitorKey: request.hasStableVisitor ? options.visitorKey : null,
        pageViewKey: options.pageViewKey,
        addressKey: options.addressKey(),
        nowMs: request.nowMs,
        timeToLiveMs: deps.options.holdLifeMs,
      }),
      mayHold: context.isThere && !options.test,
      mayPay: options.test || (context.isThere && deps.paidAllowed()),
      test: options.test,
      isLate: () => late.isLate,
    },
    reserveDeps,
  );
}

const nobody: ReadonlySet<number> = new Set();

interface Served {
  readonly winners: readonly Winner[];
  readonly explanation: readonly ExplainedCampaign[] | undefined;
  readonly visitor: VisitorState;
}

function compose(
  request: AdRequest,
  options: CallContext,
  { winners, explanation, visitor }: Served,
  deps: ServeAdsDeps,
): AdsAnswer {
  const { publicUrl, tokenLifeMs } = deps.options;
  const explainedWinners = explanation?.filter(({ shown }) => shown);
  const told =
    explainedWinners === undefined
      ? nobody
      : new Set(explainedWinners.map(({ campaignId }) => campaignId));
  const { signToken, aboutUrlOf } = deps;
  const { test, pageViewKey, visitorKey } = options;
  const context = {
    visitor,
    test,
    pageViewKey,
    facets: winners.length === 0 ? null : facetsOf(request, visitorKey),
    valuesToldOf: told,
    publicUrl,
    tokenLifeMs,
    signToken,
    ...(aboutUrlOf === undefined ? {} : { aboutUrlOf }),
  };
  return {
    decisionId: request.decisionId,
    place: answeredPlace(request.places),
    placements: request.placements.map(({ id }) => placementAnswer(id, winners, request, context)),
    ...(explanation === undefined ? {} : { explanation }),
  };
}
