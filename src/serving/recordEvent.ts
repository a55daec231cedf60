import {
  invalidPrefix,
  type TrafficRules,
  tooFastReason,
  trustingRules,
} from "./invalidTraffic.ts";
import { trackedEventId } from "./ledgerRow.ts";
import type {
  EmitEvent,
  EventSource,
  InvalidReason,
  RecordOutcome,
  RecordTrackedEvent,
  TrackedEventKind,
  TrackingClaims,
} from "./ports.ts";
import { createRecentEvents, type RecentEvents } from "./recentEvents.ts";
import { createRecentIds } from "./recentIds.ts";
import { impressionLifetimeMs, type TrackingKey, verifyTrackingToken } from "./trackingToken.ts";

/**
 * Records an event, as {@link RecordTrackedEvent} does. Told "again" (nobody heard the first answer), an event that was
 * counted already is answered as it was then instead of as a duplicate.
 */
export type RecordAgain = (
  kind: TrackedEventKind,
  claims: TrackingClaims,
  nowMs: number,
  source?: EventSource,
  again?: "again",
) => ReturnType<RecordTrackedEvent>;

export interface RecordEventDeps {
  /** The signing key first, then those still accepted. */
  readonly keys: readonly TrackingKey[];
  readonly record: RecordAgain;
  readonly emit: EmitEvent;
  /** How soon after its decision an event is believed; absent = at once. */
  readonly rules?: Pick<TrafficRules, "fastestClickMs" | "fastestViewMs">;
  /** Keeps an event for later while Redis is away; bounded, never throws. */
  readonly spool: SpoolEvent;
}

/** An event that waits for Redis, with the time at which it happened. */
export interface SpooledEvent {
  readonly kind: TrackedEventKind;
  readonly claims: TrackingClaims;
  readonly occurredAtMs: number;
  /** Absent = of an unknown source. */
  readonly source?: EventSource;
}

export type SpoolEvent = (event: SpooledEvent) => void;

/** What a token says before anything is counted. Too old and test tokens are ours, but count nothing. */
export type TokenInspection =
  | { readonly verdict: "countable" | "expired" | "test"; readonly claims: TrackingClaims }
  | { readonly verdict: "malformed" }
  | { readonly verdict: "forged" };

export interface RecordEvent {
  /** Reads a token without counting anything. Never throws. */
  readonly inspect: (kind: TrackedEventKind, token: string, nowMs: number) => TokenInspection;
  /** Counts the event that a countable token stands for; "spooled" = when Redis is back. Never rejects. */
  readonly count: (
    kind: TrackedEventKind,
    claims: TrackingClaims,
    nowMs: number,
    source?: EventSource,
  ) => Promise<Exclude<RecordOutcome["status"], "unavailable"> | "spooled">;
  /** Counts an event that waited; false = Redis is still away, keep it. Never rejects. */
  readonly replay: (event: SpooledEvent) => Promise<boolean>;
  /** What was counted lately. */
  readonly recent: Pick<RecentEvents, "ofBucket">;
}

/**
 * From a tracking token to a counted event: verify, claim and charge in one step, tell the event stream. What cannot be
 * recorded now is spooled and replayed with the time at which it happened; a replay may be repeated, it counts once. It
 * tells the event stream even if the event was counted before, for Redis may have counted what it answered too late: the
 * stream may hold an event twice, with the same id.
 */
export function createRecordEvent(deps: RecordEventDeps): RecordEvent {
  const emit = ({ kind, claims, occurredAtMs }: SpooledEvent, outcome: RecordOutcome) => {
    if (outcome.status !== "duplicate" && outcome.status !== "unavailable")
      deps.emit(toServingEvent(kind, claims, outcome, occurredAtMs));
  };
  const record = ({ kind, claims, occurredAtMs, source }: SpooledEvent, again?: "again") => {
    const sinceDecisionMs = occurredAtMs - claims.issuedAtMs;
    const judged = judgedSource(source, () =>
      tooFastReason(kind, sinceDecisionMs, deps.rules ?? trustingRules),
    );
    return deps.record(kind, claims, occurredAtMs, judged, again);
  };
  const replayed = createRecentIds();
  const recent = createRecentEvents();
  return {
    recent,
    inspect(kind, token, nowMs) {
      const verified = verifyTrackingToken(token, deps.keys, nowMs);
      if (!verified.ok && verified.error !== "expired") return { verdict: verified.error };
      const { claims } = verified;
      if (claims.test) return { verdict: "test", claims };
      const tooLateForView = kind !== "click" && nowMs >= claims.issuedAtMs + impressionLifetimeMs;
      return { verdict: verified.ok && !tooLateForView ? "countable" : "expired", claims };
    },
    async count(kind, claims, nowMs, source) {
      const known = source === undefined ? {} : { source };
      const event = { kind, claims, occurredAtMs: nowMs, ...known };
      const outcome = await record(event);
      emit(event, outcome);
      if (outcome.status !== "unavailable") {
        recent.add(event);
        return outcome.status;
      }
      deps.spool(event);
      return "spooled";
    },
    async replay(event) {
      const outcome = await record(event, "again");
      if (outcome.status === "unavailable") return false;
      // A page reloaded while Redis was away waits twice in the spool.
      if (replayed.isNew(trackedEventId(event.kind, event.claims))) emit(event, outcome);
      return true;
    },
  };
}

/** On our own network (no address key) machines are as fast as they like. */
function judgedSource(
  source: EventSource | undefined,
  tooFast: () => InvalidReason | null,
): EventSource | undefined {
  if (source === undefined || source.addressKey === null || source.reason !== null) return source;
  const reason = tooFast();
  return reason === null ? source : { ...source, reason };
}

function toServingEvent(
  kind: TrackedEventKind,
  claims: TrackingClaims,
  outcome: RecordOutcome,
  occurredAtMs: number,
): Parameters<EmitEvent>[0] {
  return {
    schema: "ad_event.v1",
    eventId: trackedEventId(kind, claims),
    occurredAtMs,
    payload: {
      kind,
      decisionId: claims.decisionId,
      slot: claims.slot,
      campaignId: claims.campaignId,
      creativeId: claims.creativeId,
      advertiserId: claims.advertiserId,
      placementId: claims.placementId,
      pricing: claims.pricing,
      budgetDay: claims.budgetDay,
      chargedMicros: outcome.status === "counted" ? outcome.chargedMicros : 0,
      unchargedReason: unchargedReasonOf(outcome),
      invalidTraffic: outcome.status === "invalid" ? outcome.reason : null,
    },
  };
}

function unchargedReasonOf(outcome: RecordOutcome): string | null {
  if (outcome.status === "invalid") return `${invalidPrefix}${outcome.reason}`;
  return outcome.status === "uncharged" ? outcome.reason : null;
}
