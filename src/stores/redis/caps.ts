import { visitorCapsKey } from "../../budgets/impressionLog.ts";
import { pageViewCapsKey, pageViewLifeMs } from "../../budgets/pageView.ts";
import type { HoldContext, HoldRequest } from "../../serving/ports.ts";
import type { FrequencyCap } from "../../targeting/types.ts";
import { type AskTogether, createBatch } from "./batch.ts";
import type { RedisClient } from "./connect.ts";
import { holdCapsScript, settleCapScript } from "./lua/caps.ts";
import { createBatchScript, createScript } from "./runScript.ts";

export type CapRefusal = "frequency_cap" | "unavailable";

const holdCapsInLogs = createBatchScript(holdCapsScript);
const settleCap = createScript(settleCapScript);

/** Minutes for which a request's caps over time need its entry; 0 = it has none. */
export function neededMinutesOf(request: HoldRequest): number {
  let longest = 0;
  for (const cap of request.frequencyCaps) longest = Math.max(longest, cap.windowSeconds ?? 0);
  return Math.ceil(longest / 60);
}

/** The winners of one request, whose caps of one kind are to be taken together. */
export interface CapsAsk {
  /** Whose log is asked: the visitor's for caps over time, the page view's for those within it. */
  readonly log: "visitor" | "page_view";
  readonly requests: readonly HoldRequest[];
  readonly context: HoldContext;
  readonly lifeSeconds: number;
}

/** For each of the winners why it was refused, or null. */
export type CapRefusals = readonly (CapRefusal | null)[];

/**
 * Creates the function that takes the caps of a request's winners, in the slot of the visitor or of the page view. Without a
 * stable visitor no log of one is touched, and campaigns with caps over time are refused. What is taken lapses, unless its
 * impression confirms it.
 */
export function createHoldCaps(deps: {
  readonly redis: RedisClient;
  readonly onError?: (error: unknown) => void;
}): AskTogether<CapsAsk, CapRefusals> {
  const askOfLog = createBatch<CapsAsk, CapRefusals>({
    redis: deps.redis,
    tagOf: logKeyOf,
    async askAll(asks) {
      try {
        const answers = await holdCapsInLogs(deps.redis, asks.map(logKeyOf), asks.map(wordsOf));
        return asks.map((ask, index) => refusalsOf(ask, (answers as readonly string[])[index]));
      } catch (error) {
        deps.onError?.(error);
        return asks.map((ask) => refusalsOf(ask, ""));
      }
    },
  });
  return (ask, settle) => {
    const { visitorKey, pageViewKey } = ask.context;
    if ((ask.log === "visitor" ? visitorKey : pageViewKey) !== null) askOfLog(ask, settle);
    else if (ask.log === "page_view") settle(ask.requests.map(() => null));
    else settle(ask.requests.map((it) => (neededMinutesOf(it) === 0 ? null : "frequency_cap")));
  };
}

function logKeyOf({ log, context }: CapsAsk): string {
  return log === "visitor"
    ? visitorCapsKey(context.visitorKey ?? "")
    : pageViewCapsKey(context.pageViewKey ?? "");
}

/** As the script takes them. */
function wordsOf(ask: CapsAsk): string {
  let words = `${ask.context.nowMs}`;
  for (const request of ask.requests) {
    const { campaignId, advertiserId } = request;
    const caps = capsIn(ask.log, request);
    const neededMinutes =
      ask.log === "visitor" ? neededMinutesOf(request) : pageViewLifeMs / 60_000;
    words += ` ${campaignId} ${advertiserId} ${ask.lifeSeconds} ${neededMinutes} ${caps.length}`;
    for (const { per, maxImpressions, windowSeconds } of caps) {
      const windowMs = windowSeconds === undefined ? pageViewLifeMs : windowSeconds * 1_000;
      words += ` ${per === "campaign" ? "c" : "a"} ${maxImpressions} ${windowMs}`;
    }
  }
  return words;
}

/** Nearly always all of them or none: then nothing is copied. */
function capsIn(log: CapsAsk["log"], { frequencyCaps }: HoldRequest): readonly FrequencyCap[] {
  const isTimed = log === "visitor";
  const isMeant = ({ window }: FrequencyCap) => (window === undefined) === isTimed;
  return frequencyCaps.every(isMeant) ? frequencyCaps : frequencyCaps.filter(isMeant);
}

/** A letter for each winner; nothing where the script broke. */
function refusalsOf({ requests }: CapsAsk, letters = ""): CapRefusals {
  return requests.map((_, index) => {
    if (letters[index] === "1") return null;
    return letters[index] === "0" ? "frequency_cap" : "unavailable";
  });
}

/** Where a pending impression is found again. */
export interface PendingCap {
  /** Of the log: see `visitorCapsKey`, `pageViewCapsKey`. */
  readonly logKey: string;
  readonly campaignId: number;
  readonly heldAtMs: number;
}

/** Gives the cap of a request back that found no money, or was refused by the other log. Never rejects: what stays behind lapses. */
export async function releaseCap(
  redis: RedisClient,
  { campaignId }: HoldRequest,
  { nowMs }: HoldContext,
  logKey: string,
): Promise<void> {
  await releasePendingCap(redis, { logKey, campaignId, heldAtMs: nowMs }, nowMs);
}

/** Gives one pending impression back. Never rejects: what stays behind lapses. */
export async function releasePendingCap(
  redis: RedisClient,
  { logKey, campaignId, heldAtMs }: PendingCap,
  nowMs: number,
): Promise<void> {
  const args = [nowMs, "release", campaignId, 0, heldAtMs, 0];
  await settleCap(redis, logKey, args).catch(() => undefined);
}

/** Makes a pending impression count for good; asked again, it changes nothing. Rejects when Redis is away. */
export async function confirmPendingCap(
  redis: RedisClient,
  pending: PendingCap & { readonly advertiserId: number; readonly neededMinutes: number },
  nowMs: number,
): Promise<void> {
  const { logKey, campaignId, advertiserId, heldAtMs, neededMinutes } = pending;
  const args = [nowMs, "confirm", campaignId, advertiserId, heldAtMs, neededMinutes];
  await settleCap(redis, logKey, args);
}
