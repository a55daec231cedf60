import { visitorCapsKey } from "../../budgets/impressionLog.ts";
import type { HoldContext, HoldRequest } from "../../serving/ports.ts";
import type { RedisClient } from "./connect.ts";
import { holdCapsScript, settleCapScript } from "./lua/caps.ts";
import { createScript } from "./runScript.ts";

export type CapRefusal = "frequency_cap" | "unavailable";

const holdCapsOfVisitor = createScript(holdCapsScript);
const settleCap = createScript(settleCapScript);

/** Minutes for which a request's own caps need its entry; 0 = it has no caps. */
export function neededMinutesOf(request: HoldRequest): number {
  let longest = 0;
  for (const cap of request.frequencyCaps) longest = Math.max(longest, cap.windowSeconds);
  return Math.ceil(longest / 60);
}

/**
 * Takes the caps of all requests in the visitor's slot; for each request why it was refused, or null. Without a stable
 * visitor nothing is touched and capped campaigns are refused. What is taken lapses, unless its impression confirms it.
 */
export async function holdCaps(
  deps: { readonly redis: RedisClient; readonly onError?: (error: unknown) => void },
  requests: readonly HoldRequest[],
  context: HoldContext,
  lifeSeconds: number,
): Promise<readonly (CapRefusal | null)[]> {
  if (context.visitorKey === null)
    return requests.map((request) => (request.frequencyCaps.length === 0 ? null : "frequency_cap"));
  const args: (string | number)[] = [context.nowMs];
  for (const request of requests) {
    args.push(request.campaignId, request.advertiserId, lifeSeconds);
    args.push(neededMinutesOf(request), request.frequencyCaps.length);
    for (const cap of request.frequencyCaps)
      args.push(cap.per === "campaign" ? "c" : "a", cap.maxImpressions, cap.windowSeconds * 1_000);
  }
  try {
    const key = visitorCapsKey(context.visitorKey);
    const codes = (await holdCapsOfVisitor(deps.redis, key, args)) as readonly number[];
    return codes.map((code) => (code === 1 ? null : "frequency_cap"));
  } catch (error) {
    deps.onError?.(error);
    return requests.map(() => "unavailable");
  }
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
