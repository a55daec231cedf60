import { bucketOfHoldId, campaignOfHoldId } from "../../budgets/holdId.ts";
import { visitorCapsKey } from "../../budgets/impressionLog.ts";
import { pageViewCapsKey } from "../../budgets/pageView.ts";
import type { ReleaseHolds } from "../../serving/ports.ts";
import { releasePendingCap } from "./caps.ts";
import type { RedisClient } from "./connect.ts";
import { releaseMoneyScript } from "./lua/holdMoney.ts";
import { bucketKey, createScript } from "./runScript.ts";

type ReleasedCap = readonly [string, number, number, number];

const releaseMoney = createScript(releaseMoneyScript, "the slot");

/**
 * Gives the money of one hold back whose cap was refused: there is no cap entry of its own, and another's must not be
 * taken for it. Never rejects: what Redis did not hear of lapses by itself.
 */
export async function releaseMoneyOnly(redis: RedisClient, holdId: string): Promise<void> {
  const bucket = bucketOfHoldId(holdId);
  if (bucket === null) return;
  await releaseMoney(redis, bucketKey(bucket), [holdId]).catch(() => undefined);
}

/** Gives holds and their caps back. Unknown ids are ignored; never rejects: what Redis did not hear of lapses by itself. */
export function createReleaseHolds(redis: RedisClient): ReleaseHolds {
  const releaseBucket = async (bucket: number, ids: readonly string[], nowMs: number) => {
    const caps = (await releaseMoney(redis, bucketKey(bucket), ids)) as readonly ReleasedCap[];
    await Promise.all(
      caps.map(([visitorKey, campaignId, _advertiserId, heldAtMs]) => {
        const logKey = visitorCapsKey(visitorKey);
        return releasePendingCap(redis, { logKey, campaignId, heldAtMs }, nowMs);
      }),
    );
  };
  const releaseInPageView = async (holdId: string, nowMs: number, pageViewKey: string) => {
    const pending = { logKey: pageViewCapsKey(pageViewKey), heldAtMs: nowMs };
    const campaignId = campaignOfHoldId(holdId);
    if (campaignId !== null) await releasePendingCap(redis, { ...pending, campaignId }, nowMs);
  };
  return async (holdIds, nowMs, pageViewKey = null) => {
    const buckets = Map.groupBy(holdIds, bucketOfHoldId);
    await Promise.allSettled([
      ...[...buckets].map(([bucket, ids]) =>
        bucket === null ? undefined : releaseBucket(bucket, ids, nowMs),
      ),
      ...holdIds.map((id) =>
        pageViewKey === null ? undefined : releaseInPageView(id, nowMs, pageViewKey),
      ),
    ]);
  };
}
