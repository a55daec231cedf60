import { moneyBucketOf } from "../../budgets/holdId.ts";
import { encodeLedgerEvent, trackedEventKey } from "../../serving/ledgerRow.ts";
import type { MediaCost } from "../../serving/mediaCost.ts";
import type { ClaimNotice, NoticeClaim } from "../../serving/recordNotice.ts";
import { sspPlacementOf } from "../../serving/sspPlacement.ts";
import type { RedisClient } from "./connect.ts";
import { claimNoticeScript } from "./lua/claimNotice.ts";
import { bucketKey, createScript } from "./runScript.ts";

export interface ClaimNoticeDeps {
  readonly redis: RedisClient;
  /** Told why a notice could not be claimed now. */
  readonly onError?: (error: unknown) => void;
}

const bits = { win: 1, billing: 2, loss: 4, impression: 16 } as const;
const answers = ["first", "again", "told", "unseen", "late", "billed", "unavailable"] as const;
/** An SSP tells of an impression when it happens; its retries, and one whose clock is slow, have so long. */
export const noticeGraceMs = 15 * 60_000;
/** A claim outlives the time for its notices by this much; the ledger's unique event id stands behind it. */
const claimMarginMs = 3_600_000;
const claimScript = createScript(claimNoticeScript, "the slot");

/** Claims notices in Redis, in the slot of the advertiser's money. Never rejects. */
export function createClaimNotice({ redis, onError }: ClaimNoticeDeps): ClaimNotice {
  return async (claim) => {
    try {
      const key = bucketKey(moneyBucketOf(claim.claims.advertiserId));
      const answer = await claimScript(redis, key, claimArguments(claim));
      return answers.find((known) => known === answer) ?? "unavailable";
    } catch (error) {
      onError?.(error);
      return "unavailable";
    }
  };
}

function claimArguments({
  kind,
  claims,
  bill,
  occurredAtMs,
  needsImpression,
}: NoticeClaim): readonly (string | number)[] {
  const isLate = occurredAtMs > claims.expiresAtMs + noticeGraceMs;
  return [
    occurredAtMs,
    bits[kind],
    bill === null ? 0 : 1,
    trackedEventKey(claims),
    Math.max(claims.expiresAtMs - occurredAtMs, 0) + noticeGraceMs + claimMarginMs,
    isLate ? 1 : 0,
    claims.budgetDay,
    bill === null ? "" : encodeBill(claims, bill, occurredAtMs),
    needsImpression === true ? 1 : 0,
  ];
}

/** The placement is that of the ad's own events. */
function encodeBill(claims: NoticeClaim["claims"], bill: MediaCost, occurredAtMs: number): string {
  const ad = { ...claims, placementId: sspPlacementOf(bill.ssp) };
  return encodeLedgerEvent("media", ad, occurredAtMs, bill);
}
