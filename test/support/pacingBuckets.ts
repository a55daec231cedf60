import type { RedisClient } from "../../src/stores/redis/connect.ts";
import { bucketKey } from "../../src/stores/redis/runScript.ts";
import { serverRunOf } from "../../src/stores/redis/serverRun.ts";

/** Opens a money bucket as an empty one, or closes it. */
export async function bucketOpen(redis: RedisClient, bucket: number, open: boolean): Promise<void> {
  if (open) await redis.set(bucketKey(bucket), serverRunOf(redis, bucketKey(bucket)));
  else await redis.del(bucketKey(bucket));
}
