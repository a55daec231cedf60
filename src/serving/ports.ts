import type { SessionEvidence } from "../audience/sessionProfile.ts";
import type { BudgetRefusal } from "../targeting/deliveryState.ts";
import type { FrequencyCap, Pricing, VisitorState } from "../targeting/types.ts";
import type { EventFacets } from "./eventFacets.ts";

/**
 * What serving needs of the world, as plain functions. `stores` implements them, `compose` wires them,
 * tests give their own. None of them throws for an expected outcome.
 */

/** Reads what is remembered of a visitor in one Redis round trip; a missing score is looked up in DynamoDB under a deadline. */
export type ReadVisitor = (
  visitorKey: string,
  wants: { readonly scores: boolean },
  nowMs: number,
) => Promise<ReadVisitorOutcome>;

export type ReadVisitorOutcome =
  | {
      readonly ok: true;
      readonly visitor: VisitorState;
      /** What the visitor lately looked at, in the same trip; absent or null = nothing that may be used. */
      readonly session?: SessionEvidence | null;
      /** When the batch's scores expire, seconds since 1970; absent = not known. */
      readonly scoresExpireAtSeconds?: number | null;
    }
  /** Redis is away: caps cannot be enforced and money cannot be held, so nothing paid may serve. */
  | { readonly ok: false };

/** What a page view was shown, by cap key, in the same round trip; null = Redis is away. Never rejects. */
export type ReadPageView = (
  pageViewKey: string,
  nowMs: number,
) => Promise<ReadonlyMap<string, number> | null>;

/** A reservation of budget and caps for one winner. `slot` makes it unique in the decision. */
export interface HoldRequest {
  readonly decisionId: string;
  readonly slot: number;
  readonly campaignId: number;
  readonly advertiserId: number;
  /** Integer micros of a euro, ≥ 0. House ads hold 0: of them only the cap is reserved. */
  readonly amountMicros: number;
  /** What the billable event will cost, where that is more than what is held (a click): refused unless it still fits. */
  readonly priceMicros: number;
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  readonly balanceMicros: number | null;
  readonly frequencyCaps: readonly FrequencyCap[];
  /** No cap counts it, neither its campaign's nor another's of its advertiser: it waits in no log. Absent = one may. */
  readonly isUncounted?: boolean;
}

export interface HoldContext {
  /** Null = no stable visitor: no cap key is touched. */
  readonly visitorKey: string | null;
  /** Null = the request is a page view of its own: within one request no campaign shows twice. */
  readonly pageViewKey: string | null;
  /** A keyed hash of the truncated address, never the address. */
  readonly addressKey: string;
  readonly nowMs: number;
  readonly timeToLiveMs: number;
}

export type HoldOutcome =
  | { readonly held: true; readonly holdId: string; readonly budgetDay: string }
  | { readonly held: false; readonly reason: BudgetRefusal | "frequency_cap" | "unavailable" };

/** Reserves for all winners at once (one write trip); outcomes are in the order of the requests. A refused one holds nothing. */
export type HoldBudgets = (
  requests: readonly HoldRequest[],
  context: HoldContext,
) => Promise<readonly HoldOutcome[]>;

/** Gives holds back at once (a rival reservation of the same winner failed). */
export type ReleaseHolds = (
  holdIds: readonly string[],
  nowMs: number,
  /** The page view in which they were held, at `nowMs`. */
  pageViewKey?: string | null,
) => Promise<void>;

export type TrackedEventKind = "impression" | "viewable" | "click";

/** What a signed tracking token says. Everything needed to charge without another look-up. */
export interface TrackingClaims {
  readonly decisionId: string;
  readonly slot: number;
  readonly campaignId: number;
  readonly creativeId: number;
  readonly advertiserId: number;
  readonly placementId: string;
  readonly pricing: Pricing;
  /** Charged on the impression (CPM), the viewable impression (vCPM) or the click (CPC). */
  readonly priceMicros: number;
  readonly holdId: string | null;
  readonly budgetDay: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Test decisions never count. */
  readonly test: boolean;
  /** Purpose 7: what comes of this ad may be measured, so that a conversion may be ascribed to it. */
  readonly mayMeasure: boolean;
  /** The page view that remembers this ad for its caps; null = the page named none. */
  readonly pageViewKey: string | null;
  /** What reports ask about the ad besides; absent in tokens of older servers. */
  readonly facets?: EventFacets | null;
}

/**
 * Why traffic is nobody's: a bot or a data centre; an event sooner than a person; a person's next click on the same
 * campaign; more than one source is believed. See `invalidTraffic.ts`.
 */
export type InvalidReason = "bot" | "data_centre" | "too_fast" | "duplicate_click" | "too_many";

/** What is known of who caused an event: keyed hashes, never an address or a user agent. */
export interface EventSource {
  /** What is invalid about the caller itself; null = nothing. */
  readonly reason: InvalidReason | null;
  /** Of the truncated address; null = our own network, or unknown. */
  readonly addressKey: string | null;
  /** Of the truncated address with the user agent. */
  readonly browserKey: string | null;
}

export type RecordOutcome =
  | { readonly status: "counted"; readonly chargedMicros: number }
  | { readonly status: "duplicate" }
  /** Counted, but free for the shop: over budget, or lapsed and refused. */
  | { readonly status: "uncharged"; readonly reason: string }
  /** Recorded as nobody's: not charged, its hold given back, and not among what is counted. */
  | { readonly status: "invalid"; readonly reason: InvalidReason }
  | { readonly status: "unavailable" };

/** Claims the event id and turns the hold into a charge, in one script. */
export type RecordTrackedEvent = (
  kind: TrackedEventKind,
  claims: TrackingClaims,
  nowMs: number,
  /** Absent = nobody is doubted for where it comes from. */
  source?: EventSource,
) => Promise<RecordOutcome>;

/** Emits an event to the stream without waiting; bounded, never throws. The envelope has a schema version. */
export type EmitEvent = (event: ServingEvent) => void;

export interface ServingEvent {
  readonly schema:
    | "ad_decision.v1"
    | "ad_event.v1"
    | "bid_decision.v1"
    | "bid_notice.v1"
    | "conversion.v1"
    | "identity_link.v1"
    | "page_activity.v1";
  readonly eventId: string;
  readonly occurredAtMs: number;
  readonly payload: Readonly<Record<string, unknown>>;
}
