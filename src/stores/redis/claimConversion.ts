import { moneyBucketOf } from "../../budgets/holdId.ts";
import { conversionLimits } from "../../serving/conversionReport.ts";
import {
  type ConversionRow,
  decodeConversion,
  encodeConversion,
} from "../../serving/conversionRow.ts";
import { encodeConversionEvent, trackedEventKey } from "../../serving/ledgerRow.ts";
import type { ConversionClaim } from "../../serving/recordConversion.ts";
import type { RedisClient } from "./connect.ts";
import { claimConversionScript } from "./lua/claimConversion.ts";
import { bucketKey, createScript } from "./runScript.ts";

/** Nobody buys more often from one ad: a click id that is passed around brings no more than this. */
export const mostConversionsOfOneAd = 20;
/** Longer than a report may be late, so that its duplicates are known until they are refused for their age. */
const claimLifeMs = conversionLimits.maxAgeMs + 24 * 3_600_000;
const claimScript = createScript(claimConversionScript, "the slot");

/** Counts a conversion in Redis: claimed once, put into the outbox, in one script. Rejects when Redis is away. */
export async function claimConversion(
  redis: RedisClient,
  row: ConversionRow,
  nowMs: number,
): Promise<ConversionClaim> {
  const conversion = encodeConversion(row);
  const args = [
    nowMs,
    row.eventId,
    claimLifeMs,
    trackedEventKey(row),
    mostConversionsOfOneAd,
    row.budgetDay,
    encodeConversionEvent(row),
    conversion,
  ];
  const key = bucketKey(moneyBucketOf(row.advertiserId));
  const [status, first = ""] = (await claimScript(redis, key, args)) as readonly [string, string?];
  if (status === "too_many") return { status };
  if (status === "counted") return { status };
  const space = first.indexOf(" ");
  const known = decodeConversion(first.slice(space + 1));
  if (status !== "duplicate" || known === null) throw new Error("a claim that cannot be read");
  return { status, first: known, claimedAtMs: Number(first.slice(0, space)) };
}
