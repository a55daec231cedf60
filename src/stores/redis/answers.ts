import { Cluster } from "ioredis";
import { mastersOf } from "./cluster.ts";
import type { RedisClient } from "./connect.ts";

/** Whether Redis answers: of a cluster, every master that has slots. May reject instead of saying no. */
export async function redisAnswers(redis: RedisClient): Promise<boolean> {
  const servers = redis instanceof Cluster ? mastersOf(redis) : [redis];
  const times = await Promise.all(servers.map((server) => server?.time()));
  return times.length > 0 && times.every((time) => time?.length === 2);
}
