import { packScores, type ScoreSet } from "../../audience/packedScores.ts";
import type { RedisClient } from "./connect.ts";
import { visitorScoresKey } from "./readVisitorScores.ts";

/** Fills the cache of scores for visitors who are likely to come; it may forget them. Rejects when Redis is away. */
export async function warmScores(
  redis: RedisClient,
  visitors: readonly (ScoreSet & { readonly visitorKey: string })[],
  ttlSeconds: number,
): Promise<void> {
  await Promise.all(
    visitors.map((visitor) =>
      redis.set(visitorScoresKey(visitor.visitorKey), packScores(visitor), "EX", ttlSeconds),
    ),
  );
}
