import { type Repeating, repeat } from "../../src/jobs/repeat.ts";
import type { RedisClient } from "../../src/stores/redis/connect.ts";
import { createMoneyBuckets } from "../../src/stores/redis/moneyBuckets.ts";

/** Empty buckets, opened as the ledger's drainer does it, and tended as often as it does. */
export async function keepMoneyBuckets(redis: RedisClient): Promise<Repeating> {
  const buckets = createMoneyBuckets(redis);
  for (const { bucket, open } of await buckets.tend(Date.now())) {
    if (open) continue;
    await buckets.close(bucket, "bench");
    await buckets.open(bucket, "bench");
  }
  const tend = async (): Promise<void> => {
    for (const { bucket, unwritten } of await buckets.tend(Date.now())) {
      // What the ledger would have written by now.
      if (unwritten > 0) await redis.xtrim(`{m${bucket}}:out`, "MAXLEN", 0);
    }
  };
  return repeat(tend, 500, () => undefined);
}
