import { addDays, budgetDayOf } from "../../budgets/budgetDay.ts";
import { holdIdOf, moneyBucketOf } from "../../budgets/holdId.ts";
import { visitorCapsKey } from "../../budgets/impressionLog.ts";
import { defaultOutboxLimits, type OutboxLimits } from "../../budgets/limits.ts";
import { pageViewCapsKey } from "../../budgets/pageView.ts";
import type {
  HoldBudgets,
  HoldContext,
  HoldOutcome,
  HoldRequest,
  ReleaseHolds,
} from "../../serving/ports.ts";
import { type AskTogether, createBatch } from "./batch.ts";
import { type CapRefusals, createHoldCaps, neededMinutesOf, releaseCap } from "./caps.ts";
import type { RedisClient } from "./connect.ts";
import { holdMoneyScript } from "./lua/holdMoney.ts";
import { createReleaseHolds, releaseMoneyOnly } from "./releaseHolds.ts";
import { bucketKey, createBatchScript } from "./runScript.ts";
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
const logs = ["visitor", "page_view"] as const;
const holdMoneyOfWinners = createBatchScript(holdMoneyScript, "the slot");

// Nearly every hold is of the present day, and several of one millisecond: dates and large numbers cost much as texts.
let latestDay = { day: "", oldestDay: "" };
let latestTimes = { nowMs: Number.NaN, lifeSeconds: 0, times: "" };
function oldestDayOf(day: string): string {
  if (day !== latestDay.day) latestDay = { day, oldestDay: addDays(day, -keptDays) };
  return latestDay.oldestDay;
}

/** Now, the end of the hold, its budget day and the oldest day to keep, as the script takes them. */
function timesOf(nowMs: number, lifeSeconds: number): string {
  if (nowMs !== latestTimes.nowMs || lifeSeconds !== latestTimes.lifeSeconds) {
    const day = budgetDayOf(nowMs);
    const times = `${nowMs}\n${nowMs + lifeSeconds * 1_000}\n${day}\n${oldestDayOf(day)}`;
    latestTimes = { nowMs, lifeSeconds, times };
  }
  return latestTimes.times;
}

/**
 * Budgets and caps held in Redis. One call is one trip: a script for money and one for caps, sent together, and together
 * with those of other requests of the same turn of the event loop. What one half refuses, the other gives back, without
 * waiting. Neither function ever rejects: a Redis that is away answers "unavailable", and what it may have held lapses by
 * itself.
 */
export function createRedisHolds(deps: RedisHoldsDeps): {
  readonly holdBudgets: HoldBudgets;
  readonly releaseHolds: ReleaseHolds;
} {
  const holdMoney = createHoldMoney(deps);
  const holdCaps = createHoldCaps(deps);
  return {
    releaseHolds: createReleaseHolds(deps.redis),
    holdBudgets: (requests, context) =>
      new Promise((resolve) => {
        const lifeSeconds = Math.min(Math.ceil(context.timeToLiveMs / 1_000), longestHoldSeconds);
        const money: (MoneyRefusal | null)[] = requests.map(() => null);
        const caps: CapRefusals[] = [];
        // One more than are asked for, so that nothing settles before all is asked.
        let missing = 1;
        const settle = (): void => {
          missing--;
          if (missing === 0) resolve(settleHalves(deps.redis, requests, context, money, caps));
        };
        for (let index = 0; index < requests.length; index++) {
          const request = requests[index]!;
          if (!isRemembered(request, context)) continue;
          missing++;
          holdMoney({ request, context, lifeSeconds }, (refusal) => {
            money[index] = refusal;
            settle();
          });
        }
        // An ad that no cap counts waits in no log; its impression is written there all the same.
        const isCounted = requests.some(({ isUncounted }) => isUncounted !== true);
        for (let index = 0; isCounted && index < logs.length; index++) {
          missing++;
          holdCaps({ log: logs[index]!, requests, context, lifeSeconds }, (refused) => {
            caps[index] = refused;
            settle();
          });
        }
        settle();
      }),
  };
}

/** What all parts granted is held; what only some granted is given back, without waiting. */
function settleHalves(
  redis: RedisClient,
  requests: readonly HoldRequest[],
  context: HoldContext,
  money: readonly (MoneyRefusal | null)[],
  [ofVisitor = [], ofPageView = []]: readonly CapRefusals[],
): readonly HoldOutcome[] {
  const budgetDay = budgetDayOf(context.nowMs);
  const { visitorKey, pageViewKey } = context;
  return requests.map((request, index) => {
    const refusal = money[index]!;
    const cap = ofVisitor[index] ?? null;
    const pageCap = ofPageView[index] ?? null;
    const reason = refusal ?? cap ?? pageCap;
    if (reason === null) return { held: true, holdId: holdIdOf(request), budgetDay };
    if (refusal === null && isRemembered(request, context))
      void releaseMoneyOnly(redis, holdIdOf(request));
    if (cap === null && visitorKey !== null && request.isUncounted !== true)
      void releaseCap(redis, request, context, visitorCapsKey(visitorKey));
    if (pageCap === null && pageViewKey !== null && request.isUncounted !== true)
      void releaseCap(redis, request, context, pageViewCapsKey(pageViewKey));
    return { held: false, reason };
  });
}

/** A house ad holds no money: only whose cap it takes is remembered, for its impression to confirm. */
function isRemembered(request: HoldRequest, context: HoldContext): boolean {
  return request.amountMicros > 0 || context.visitorKey !== null;
}

interface MoneyAsk {
  readonly request: HoldRequest;
  readonly context: HoldContext;
  readonly lifeSeconds: number;
}

/** Creates the function that holds the money of one winner: answers why it was refused, or null. */
function createHoldMoney(deps: RedisHoldsDeps): AskTogether<MoneyAsk, MoneyRefusal | null> {
  const limits = deps.outboxLimits ?? defaultOutboxLimits;
  return createBatch({
    redis: deps.redis,
    tagOf: ({ request }) => moneyBucketOf(request.advertiserId),
    async askAll(asks) {
      const keys = asks.map(({ request }) => bucketKey(moneyBucketOf(request.advertiserId)));
      const head = [serverRunOf(deps.redis, keys[0]!), limits.maxUnwritten, limits.maxAgeMs];
      try {
        const args = [...head, ...asks.map(linesOf)];
        const codes = (await holdMoneyOfWinners(deps.redis, keys, args)) as readonly number[];
        if (codes.includes(5)) deps.onStateLost?.();
        return codes.map((code) => {
          const refusal = refusals[code];
          return refusal === undefined ? "unavailable" : refusal;
        });
      } catch (error) {
        deps.onError?.(error);
        // A Redis that is only late takes them all the same: nobody will use them, so they are given back behind.
        for (const { request } of asks) void releaseMoneyOnly(deps.redis, holdIdOf(request));
        return asks.map(() => "unavailable");
      }
    },
  });
}

/** One winner as the script takes it. */
function linesOf({ request, context, lifeSeconds }: MoneyAsk): string {
  const { nowMs, addressKey, visitorKey } = context;
  const { campaignId, advertiserId, amountMicros, priceMicros } = request;
  const { totalBudgetMicros, dailyBudgetMicros, balanceMicros } = request;
  const when = timesOf(nowMs, lifeSeconds);
  const who = `${addressKey}\n${visitorKey ?? ""}\n${holdIdOf(request)}\n${campaignId}\n${advertiserId}`;
  const limits = `${totalBudgetMicros ?? -1}\n${dailyBudgetMicros ?? -1}\n${balanceMicros ?? -1}`;
  return `${when}\n${who}\n${amountMicros}\n${limits}\n${neededMinutesOf(request)}\n${priceMicros}`;
}
