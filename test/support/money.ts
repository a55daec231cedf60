import { holdIdOf } from "../../src/budgets/holdId.ts";
import type { FindLimits } from "../../src/budgets/limits.ts";
import { createLedgerDrainer, type LedgerDrainer } from "../../src/jobs/ledgerDrainer.ts";
import type { TrafficRules } from "../../src/serving/invalidTraffic.ts";
import type { HoldContext, HoldRequest, TrackingClaims } from "../../src/serving/ports.ts";
import { createPostgresLedger } from "../../src/stores/postgres/ledger.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { createRedisHolds } from "../../src/stores/redis/holds.ts";
import { createMoneyBuckets } from "../../src/stores/redis/moneyBuckets.ts";
import { createRedisRecorder } from "../../src/stores/redis/recordEvents.ts";

/** A Monday noon in Paris. */
export const noonMs = Date.UTC(2026, 5, 1, 10);

let decisions = 0;

/** A winner of an unlimited CPM campaign at €5, unless told otherwise. */
export function winner(changes: Partial<HoldRequest> = {}): HoldRequest {
  const amountMicros = changes.amountMicros ?? 5_000;
  return {
    decisionId: `d${process.pid}-${++decisions}`,
    slot: 0,
    campaignId: 12,
    advertiserId: 7,
    amountMicros,
    priceMicros: amountMicros,
    totalBudgetMicros: null,
    dailyBudgetMicros: null,
    balanceMicros: null,
    frequencyCaps: [],
    ...changes,
  };
}

/** Every call comes from another address, and from nobody in particular, unless told otherwise. */
export function asked(changes: Partial<HoldContext> = {}): HoldContext {
  const addressKey = `address-${++decisions}`;
  return {
    visitorKey: null,
    pageViewKey: null,
    addressKey,
    nowMs: noonMs,
    timeToLiveMs: 60_000,
    ...changes,
  };
}

/** What the tracking token of a held winner says. */
export function claimsOf(
  request: HoldRequest,
  changes: Partial<TrackingClaims> = {},
): TrackingClaims {
  return {
    decisionId: request.decisionId,
    slot: request.slot,
    campaignId: request.campaignId,
    advertiserId: request.advertiserId,
    creativeId: 99,
    placementId: "top",
    pricing: "cpm",
    priceMicros: request.amountMicros,
    holdId: holdIdOf(request),
    budgetDay: "2026-06-01",
    issuedAtMs: noonMs,
    expiresAtMs: noonMs + 86_400_000,
    test: false,
    mayMeasure: false,
    pageViewKey: null,
    ...changes,
  };
}

/** The money rooms wired to a real Redis, and to a real Postgres when one is given. */
export async function openMoney(redisUrl: string, findLimits?: FindLimits, rules?: TrafficRules) {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const redis = connectRedis({ url: redisUrl, commandTimeoutMs: 5_000 });
  await redisReady(redis);
  const buckets = createMoneyBuckets(redis);
  return {
    redis,
    buckets,
    /** What kept scripts from running. */
    errors,
    ...createRedisHolds({ redis, onError }),
    record: createRedisRecorder({ redis, findLimits, rules, onError }),
    /** Opens all buckets as empty ones, without a ledger. */
    async openBuckets(): Promise<void> {
      for (const { bucket, open } of await buckets.tend(noonMs)) {
        if (open) continue;
        await buckets.close(bucket, "test");
        await buckets.open(bucket, "test");
      }
    },
    /** The counters of a campaign of advertiser 7. */
    async counters(campaignId = 12): Promise<Readonly<Record<string, string>>> {
      const all = await redis.hgetall(`{m7}:b:${campaignId}`);
      return Object.fromEntries(Object.entries(all).filter(([name]) => /^[sh]/.test(name)));
    },
    close: () => redis.disconnect(),
  };
}
export type Money = Awaited<ReturnType<typeof openMoney>>;

/** A ledger on a real Postgres and the drainer that feeds it. */
export function openLedger(
  databaseUrl: string,
  money: Pick<Money, "buckets">,
  now: () => number = () => noonMs,
) {
  const db = createDatabase({ url: databaseUrl, maxConnections: 4, statementTimeoutMs: 10_000 });
  const ledger = createPostgresLedger(db);
  const drainer: LedgerDrainer = createLedgerDrainer({ ledger, buckets: money.buckets, now });
  return { db, ledger, drainer, close: () => db.destroy() };
}
