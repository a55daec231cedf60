import { budgetDayOf } from "../../budgets/budgetDay.ts";
import { moneyBucketOf } from "../../budgets/holdId.ts";
import { visitorCapsKey } from "../../budgets/impressionLog.ts";
import type { FindLimits } from "../../budgets/limits.ts";
import { pageViewCapsKey } from "../../budgets/pageView.ts";
import { billableEvents } from "../../budgets/price.ts";
import { invalidReasonOf, type TrafficRules, trustingRules } from "../../serving/invalidTraffic.ts";
import { encodeLedgerEvent, trackedEventKey } from "../../serving/ledgerRow.ts";
import type {
  EventSource,
  RecordOutcome,
  TrackedEventKind,
  TrackingClaims,
} from "../../serving/ports.ts";
import type { RecordAgain } from "../../serving/recordEvent.ts";
import { confirmPendingCap } from "./caps.ts";
import type { RedisClient } from "./connect.ts";
import { recordEventScript } from "./lua/recordEvent.ts";
import { bucketKey, createScript } from "./runScript.ts";
import { serverRunOf } from "./serverRun.ts";
import { rememberTouch } from "./touches.ts";

export interface RedisRecorderDeps {
  readonly redis: RedisClient;
  /** Limits in force now (from the snapshot); where they are not known, those of the campaign's last hold apply. */
  readonly findLimits?: FindLimits;
  /** How much of one source is believed; absent = any. */
  readonly rules?: TrafficRules;
  /** For how long after its impression the money of a vCPM ad waits for its view, ms; default {@link defaultViewWaitMs}. */
  readonly viewWaitMs?: number;
  /** Told why an event could not be recorded now. */
  readonly onError?: (error: unknown) => void;
}

type ScriptAnswer = readonly [string, number, string, string?, number?, number?];

const eventBits = { impression: 1, viewable: 2, click: 4 } as const;
/** A claim outlives its token by this much, for late replays; the ledger's unique event id stands behind it. */
const claimMarginMs = 3_600_000;
/** Somebody who reads on scrolls to an ad within minutes, or never. */
const defaultViewWaitMs = 600_000;
const anySource: EventSource = { reason: null, addressKey: null, browserKey: null };
const recordEvent = createScript(recordEventScript, "the slot");

/**
 * Counts tracked events in Redis: claimed once, charged from their hold, put into the outbox, in one script. A click is
 * counted whether or not its impression came. Test decisions count nothing. Never rejects.
 */
export function createRedisRecorder(deps: RedisRecorderDeps): RecordAgain {
  return async (kind, claims, nowMs, source, again) => {
    if (claims.test) return { status: "uncharged", reason: "test" };
    try {
      const key = bucketKey(moneyBucketOf(claims.advertiserId));
      const args = recordArguments(deps, kind, claims, nowMs, source ?? anySource);
      const answer = (await recordEvent(deps.redis, key, args)) as ScriptAnswer;
      // Whoever hears that it is counted may rely on its cap: until that is confirmed too, the event waits to be told again.
      await Promise.all([
        confirmCap(deps, answer, claims, nowMs),
        confirmInPageView(deps, answer, claims, nowMs),
        remember(deps, answer, kind, claims, nowMs),
      ]);
      return answerToOutcome(answer, again === "again");
    } catch (error) {
      deps.onError?.(error);
      return { status: "unavailable" };
    }
  };
}

async function confirmCap(
  { redis }: RedisRecorderDeps,
  [, , , visitorKey, heldAtMs = 0, neededMinutes = 0]: ScriptAnswer,
  { campaignId, advertiserId }: TrackingClaims,
  nowMs: number,
): Promise<void> {
  if (visitorKey === undefined) return;
  const logKey = visitorCapsKey(visitorKey);
  const pending = { logKey, campaignId, advertiserId, heldAtMs, neededMinutes };
  await confirmPendingCap(redis, pending, nowMs);
}

/** The page view's log knows the ad by the time of its decision, which the token tells. */
async function confirmInPageView(
  { redis }: RedisRecorderDeps,
  [status, , reason]: ScriptAnswer,
  { pageViewKey, campaignId, advertiserId, issuedAtMs: heldAtMs, holdId }: TrackingClaims,
  nowMs: number,
): Promise<void> {
  // Waiting events of an older server lack the key.
  if (typeof pageViewKey !== "string" || holdId === null) return;
  if (status === "unavailable" || reason.startsWith("invalid:")) return;
  const logKey = pageViewCapsKey(pageViewKey);
  const pending = { logKey, campaignId, advertiserId, heldAtMs, neededMinutes: 30 };
  await confirmPendingCap(redis, pending, nowMs);
}

/** What a conversion may be ascribed to later, where the visitor lets it be measured. It leaves together with the cap. */
async function remember(
  { redis }: RedisRecorderDeps,
  [, , , visitorKey]: ScriptAnswer,
  kind: TrackedEventKind,
  claims: TrackingClaims,
  nowMs: number,
): Promise<void> {
  // A view names its visitor only where its impression has not come: it stands for it.
  if (visitorKey === undefined || !claims.mayMeasure) return;
  const touch = { ...claims, kind: kind === "click" ? "click" : "view", atMs: nowMs } as const;
  await rememberTouch(redis, visitorKey, touch, nowMs);
}

function recordArguments(
  deps: RedisRecorderDeps,
  kind: TrackedEventKind,
  claims: TrackingClaims,
  nowMs: number,
  source: EventSource,
): readonly (string | number)[] {
  const limits = deps.findLimits?.(claims.campaignId) ?? null;
  return [
    nowMs,
    eventBits[kind],
    trackedEventKey(claims),
    Math.max(claims.expiresAtMs - nowMs, 0) + claimMarginMs,
    claims.holdId ?? "",
    claims.campaignId,
    claims.advertiserId,
    claims.budgetDay === "" ? budgetDayOf(claims.issuedAtMs) : claims.budgetDay,
    isBillable(kind, claims) ? claims.priceMicros : 0,
    limits === null ? "" : (limits.totalBudgetMicros ?? -1),
    limits === null ? "" : (limits.dailyBudgetMicros ?? -1),
    limits === null ? "" : (limits.balanceMicros ?? -1),
    encodeLedgerEvent(kind, claims, nowMs),
    serverRunOf(deps.redis, bucketKey(moneyBucketOf(claims.advertiserId))),
    source.reason ?? "",
    source.addressKey ?? "",
    source.browserKey ?? "",
    ...rulesFor(claims, deps.rules ?? trustingRules),
    claims.pricing === "vcpm" && kind === "impression" ? (deps.viewWaitMs ?? defaultViewWaitMs) : 0,
  ];
}

/** A house ad costs nobody anything: who looks at it how often is not counted. */
function rulesFor({ priceMicros }: TrackingClaims, rules: TrafficRules): readonly number[] {
  const { duplicateClickMs, hourly } = priceMicros > 0 ? rules : trustingRules;
  const { viewsPerAddress, clicksPerAddress, viewsPerPerson, clicksPerPerson } = hourly;
  return [duplicateClickMs, viewsPerAddress, clicksPerAddress, viewsPerPerson, clicksPerPerson];
}

function isBillable(kind: TrackedEventKind, claims: TrackingClaims): boolean {
  return kind === billableEvents[claims.pricing];
}

function answerToOutcome(answer: ScriptAnswer, again: boolean): RecordOutcome {
  const [status, chargedMicros, reason] = answer;
  if (status === "duplicate" && !again) return { status };
  if (status !== "counted" && status !== "duplicate") return { status: "unavailable" };
  if (reason === "") return { status: "counted", chargedMicros };
  const invalid = invalidReasonOf(reason);
  if (invalid !== null) return { status: "invalid", reason: invalid };
  return { status: "uncharged", reason };
}
