import type { RedisClient } from "../../src/stores/redis/connect.ts";
import { serverRunOf } from "../../src/stores/redis/serverRun.ts";

/** Opens a money bucket as an empty one, or closes it. */
export async function bucketOpen(redis: RedisClient, bucket: number, open: boolean): Promise<void> {
  if (open) await redis.set(`{m${bucket}}:epoch`, serverRunOf(redis));
  else await redis.del(`{m${bucket}}:epoch`);
}
