import { moneyBucketCount } from "../../budgets/holdId.ts";
import type { RedisClient } from "./connect.ts";
import { moneyPrelude } from "./lua/money.ts";
import { bucketKey, createScript } from "./runScript.ts";

/** What is reserved of budgets and not yet charged or given back, of the whole system. */
export interface OpenHolds {
  readonly count: number;
  readonly micros: number;
  /** So many are open that `micros` was summed over a part of them and scaled. */
  readonly isEstimated: boolean;
}

/** Open holds of one bucket that are looked at: a script with so many keeps the server from others for some 0.2 ms. */
const sampledPerBucket = 100;

/** Counts and sums open holds of one bucket. ARGV: how many are looked at. Answers how many there are, looked at, and their sum (micros). */
export const sumHoldsScript = `${moneyPrelude}
local ids = redis.call("ZRANGE", prefix .. "x", 0, tonumber(ARGV[1]) - 1)
local sum = 0
for _, id in ipairs(ids) do
  local hold = readHold(id)
  sum = sum + (hold and hold[AMOUNT] or 0)
end
return { redis.call("ZCARD", prefix .. "x"), #ids, string.format("%.0f", sum) }
`;
const sumHolds = createScript(sumHoldsScript, "the slot");

/** Counts and sums the open holds of all buckets. Rejects when Redis is away. */
export async function readOpenHolds(redis: RedisClient): Promise<OpenHolds> {
  const parts = await Promise.all(
    Array.from({ length: moneyBucketCount }, async (_, bucket) => {
      const answer = await sumHolds(redis, bucketKey(bucket), [sampledPerBucket]);
      const [count, looked, sum] = answer as readonly [number, number, string];
      return { count, micros: looked === 0 ? 0 : (Number(sum) * count) / looked, looked };
    }),
  );
  return {
    count: parts.reduce((total, part) => total + part.count, 0),
    micros: Math.round(parts.reduce((total, part) => total + part.micros, 0)),
    isEstimated: parts.some(({ count, looked }) => count > looked),
  };
}
