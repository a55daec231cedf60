import { visitorCapsKey } from "../../budgets/impressionLog.ts";
import type { HoldContext, HoldRequest } from "../../serving/ports.ts";
import { type AskTogether, createBatch } from "./batch.ts";
import type { RedisClient } from "./connect.ts";
import { holdCapsScript, settleCapScript } from "./lua/caps.ts";
import { createBatchScript, createScript } from "./runScript.ts";

export type CapRefusal = "frequency_cap" | "unavailable";

const holdCapsOfVisitors = createBatchScript(holdCapsScript);
const settleCap = createScript(settleCapScript);

/** Minutes for which a request's own caps need its entry; 0 = it has no caps. */
export function neededMinutesOf(request: HoldRequest): number {
  let longest = 0;
  for (const cap of request.frequencyCaps) longest = Math.max(longest, cap.windowSeconds);
  return Math.ceil(longest / 60);
}

/** The winners of one request, whose caps are to be taken together. */
export interface CapsAsk {
  readonly requests: readonly HoldRequest[];
  readonly context: HoldContext;
  readonly lifeSeconds: number;
}

/** For each of the winners why it was refused, or null. */
export type CapRefusals = readonly (CapRefusal | null)[];

/**
 * Creates the function that takes the caps of a request's winners in the visitor's slot. Without a stable visitor nothing is
 * touched and capped campaigns are refused. What is taken lapses, unless its impression confirms it.
 */
export function createHoldCaps(deps: {
  readonly redis: RedisClient;
  readonly onError?: (error: unknown) => void;
}): AskTogether<CapsAsk, CapRefusals> {
  const askOfVisitor = createBatch<CapsAsk, CapRefusals>({
    redis: deps.redis,
    tagOf: ({ context }) => context.visitorKey ?? "",
    async askAll(asks) {
      const keys = asks.map(({ context }) => visitorCapsKey(context.visitorKey ?? ""));
      try {
        const answers = await holdCapsOfVisitors(deps.redis, keys, asks.map(wordsOf));
        return asks.map((ask, index) => refusalsOf(ask, (answers as readonly string[])[index]));
      } catch (error) {
        deps.onError?.(error);
        return asks.map((ask) => refusalsOf(ask, ""));
      }
    },
  });
  return (ask, settle) => {
    if (ask.context.visitorKey !== null) askOfVisitor(ask, settle);
    else settle(ask.requests.map((it) => (it.frequencyCaps.length === 0 ? null : "frequency_cap")));
  };
}

/** As the script takes them. */
function wordsOf({ requests, context, lifeSeconds }: CapsAsk): string {
  let words = `${context.nowMs}`;
  for (const request of requests) {
    const { campaignId, advertiserId, frequencyCaps } = request;
    words += ` ${campaignId} ${advertiserId} ${lifeSeconds} ${neededMinutesOf(request)} ${frequencyCaps.length}`;
    for (const { per, maxImpressions, windowSeconds } of frequencyCaps)
      words += ` ${per === "campaign" ? "c" : "a"} ${maxImpressions} ${windowSeconds * 1_000}`;
  }
  return words;
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
  readonly visitorKey: string;
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly heldAtMs: number;
}

/** Gives the cap of a request back that found no money. Never rejects: what stays behind lapses. */
export async function releaseCap(
  redis: RedisClient,
  request: HoldRequest,
  context: HoldContext,
): Promise<void> {
  if (context.visitorKey === null) return;
  const { campaignId, advertiserId } = request;
  const pending = { visitorKey: context.visitorKey, campaignId, advertiserId };
  await releasePendingCap(redis, { ...pending, heldAtMs: context.nowMs }, context.nowMs);
}

/** Gives one pending impression back. Never rejects: what stays behind lapses. */
export async function releasePendingCap(
  redis: RedisClient,
  pending: PendingCap,
  nowMs: number,
): Promise<void> {
  const { campaignId, advertiserId, heldAtMs } = pending;
  const args = [nowMs, "release", campaignId, advertiserId, heldAtMs, 0];
  await settleCap(redis, visitorCapsKey(pending.visitorKey), args).catch(() => undefined);
}

/** Makes a pending impression count for good; asked again, it changes nothing. Rejects when Redis is away. */
export async function confirmPendingCap(
  redis: RedisClient,
  pending: PendingCap & { readonly neededMinutes: number },
  nowMs: number,
): Promise<void> {
  const { campaignId, advertiserId, heldAtMs, neededMinutes } = pending;
  const args = [nowMs, "confirm", campaignId, advertiserId, heldAtMs, neededMinutes];
  await settleCap(redis, visitorCapsKey(pending.visitorKey), args);
}
