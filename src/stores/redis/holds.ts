import { addDays, budgetDayOf } from "../../budgets/budgetDay.ts";
import { holdIdOf, moneyBucketOf } from "../../budgets/holdId.ts";
import { defaultOutboxLimits, type OutboxLimits } from "../../budgets/limits.ts";
import type {
  HoldBudgets,
  HoldContext,
  HoldOutcome,
  HoldRequest,
  ReleaseHolds,
} from "../../serving/ports.ts";
import { holdCaps, neededMinutesOf, releaseCap } from "./caps.ts";
import type { RedisClient } from "./connect.ts";
import { holdMoneyScript } from "./lua/holdMoney.ts";
import { createReleaseHolds, releaseMoneyOnly } from "./releaseHolds.ts";
import { bucketKey, createScript } from "./runScript.ts";
import { serverRunOf } from "./serverRun.ts";

export interface RedisHoldsDeps {
  readonly redis: RedisClient;
  readonly outboxLimits?: OutboxLimits;
  /** Told when a bucket has lost its state, so that it is rebuilt without waiting for the next look. */
  readonly onStateLost?: () => void;
  /** Told why a script was not run (Redis is away, late, or refuses it). */
  readonly onError?: (error: unknown) => void;
}

type MoneyRefusal = Extract<HoldOutcome, { held: false }>["reason"];

/** A day is kept until nothing can be charged to it any more: tokens live for a day. */
const keptDays = 3;
/** Redis keeps a hold's life in whole seconds in 16 bits. */
const longestHoldSeconds = 65_535;
const refusals: readonly (MoneyRefusal | null)[] = [
  null,
  "total_budget",
  "daily_budget",
  "balance",
  "open_holds",
  "unavailable",
];
const holdMoney = createScript(holdMoneyScript);

// Nearly every hold is of the present day, and dates cost microseconds.
let latest = { day: "", oldestDay: "" };
function oldestDayOf(day: string): string {
  if (day !== latest.day) latest = { day, oldestDay: addDays(day, -keptDays) };
  return latest.oldestDay;
}

/**
 * Budgets and caps held in Redis. One call is one trip: a script for each money bucket concerned and one for the visitor,
 * sent together. What one half refuses, the other gives back, without waiting. Neither function ever rejects: a Redis that
 * is away answers "unavailable", and what it may have held lapses by itself.
 */
export function createRedisHolds(deps: RedisHoldsDeps): {
  readonly holdBudgets: HoldBudgets;
  readonly releaseHolds: ReleaseHolds;
} {
  return {
    releaseHolds: createReleaseHolds(deps.redis),
    async holdBudgets(requests, context) {
      if (requests.length === 0) return [];
      const lifeSeconds = Math.min(Math.ceil(context.timeToLiveMs / 1_000), longestHoldSeconds);
      const day = budgetDayOf(context.nowMs);
      const call: HoldCall = {
        deps,
        requests,
        context,
        lifeSeconds,
        day,
        oldestDay: oldestDayOf(day),
      };
      const [money, caps] = await Promise.all([
        holdMoneyOfAll(call),
        holdCaps(deps, requests, context, lifeSeconds),
      ]);
      return requests.map((request, index) => {
        const refusal = money[index]!;
        const cap = caps[index]!;
        if (refusal === null && cap === null)
          return { held: true, holdId: holdIdOf(request), budgetDay: call.day };
        if (refusal === null && isRemembered(request, context))
          void releaseMoneyOnly(deps.redis, holdIdOf(request));
        if (refusal !== null && cap === null) void releaseCap(deps.redis, request, context);
        return { held: false, reason: refusal ?? cap! };
      });
    },
  };
}

interface HoldCall {
  readonly deps: RedisHoldsDeps;
  readonly requests: readonly HoldRequest[];
  readonly context: HoldContext;
  readonly lifeSeconds: number;
  readonly day: string;
  readonly oldestDay: string;
}

/** A house ad holds no money: only whose cap it takes is remembered, for its impression to confirm. */
function isRemembered(request: HoldRequest, context: HoldContext): boolean {
  return request.amountMicros > 0 || context.visitorKey !== null;
}

/** For each request, why its money was refused, or null. */
async function holdMoneyOfAll(call: HoldCall): Promise<readonly (MoneyRefusal | null)[]> {
  const outcomes: (MoneyRefusal | null)[] = call.requests.map(() => null);
  const buckets = new Map<number, number[]>();
  call.requests.forEach((request, index) => {
    if (!isRemembered(request, call.context)) return;
    const bucket = moneyBucketOf(request.advertiserId);
    const indexes = buckets.get(bucket);
    if (indexes === undefined) buckets.set(bucket, [index]);
    else indexes.push(index);
  });
  await Promise.all(
    [...buckets].map(async ([bucket, indexes]) => {
      const codes = await holdMoneyOfBucket(call, bucket, indexes);
      indexes.forEach((index, position) => {
        const refusal = refusals[codes?.[position] ?? 5];
        outcomes[index] = refusal === undefined ? "unavailable" : refusal;
      });
    }),
  );
  return outcomes;
}

/** The script's code for each of the requests at `indexes`; null when Redis is away. */
async function holdMoneyOfBucket(
  call: HoldCall,
  bucket: number,
  indexes: readonly number[],
): Promise<readonly number[] | null> {
  const { deps, context, day } = call;
  const limits = deps.outboxLimits ?? defaultOutboxLimits;
  const args: (string | number)[] = [
    context.nowMs,
    context.nowMs + call.lifeSeconds * 1_000,
    day,
    call.oldestDay,
    context.addressKey,
    context.visitorKey ?? "",
    limits.maxUnwritten,
    limits.maxAgeMs,
    serverRunOf(deps.redis),
  ];
  for (const index of indexes) {
    const request = call.requests[index]!;
    args.push(holdIdOf(request), request.campaignId, request.advertiserId);
    args.push(request.amountMicros, request.totalBudgetMicros ?? -1);
    args.push(request.dailyBudgetMicros ?? -1, request.balanceMicros ?? -1);
    args.push(neededMinutesOf(request), request.priceMicros);
  }
  try {
    const codes = (await holdMoney(deps.redis, bucketKey(bucket), args)) as readonly number[];
    if (codes.includes(5)) deps.onStateLost?.();
    return codes;
  } catch (error) {
    deps.onError?.(error);
    // A Redis that is only late takes them all the same: nobody will use them, so they are given back behind.
    for (const index of indexes) void releaseMoneyOnly(deps.redis, holdIdOf(call.requests[index]!));
    return null;
  }
}
