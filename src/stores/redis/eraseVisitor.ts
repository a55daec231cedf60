import { unpackImpressions, visitorCapsKey } from "../../budgets/impressionLog.ts";
import type { RedisClient } from "./connect.ts";
import { visitorScoresKey } from "./readVisitorScores.ts";
import { eraseVisitorFromSessions } from "./sessionProfiles.ts";
import { visitorTouchesKey } from "./touches.ts";
import { visitorLinksKey } from "./visitorLinks.ts";

/** What Redis has of a visitor, as it may be told to that visitor. */
export interface VisitorInRedis {
  readonly impressions: readonly {
    readonly campaignId: number;
    readonly advertiserId: number;
    readonly timeMs: number;
  }[];
  /** By advertiser and kind ("c12": clicks on ads of advertiser 12; "v12": views). */
  readonly touches: Readonly<Record<string, string>>;
  /** Ids of exchanges that are linked to the visitor. */
  readonly links: number;
}

export interface RedisCounts {
  readonly scores: number;
  readonly caps: number;
  readonly touches: number;
  readonly links: number;
  readonly sessions: number;
}

/** Removes everything under a visitor's key, and the links of exchanges' ids to it. Rejects when Redis is away. */
export async function eraseVisitorFromRedis(
  redis: RedisClient,
  visitorKey: string,
): Promise<RedisCounts> {
  const linksKey = visitorLinksKey(visitorKey);
  const names = await redis.smembers(linksKey);
  let links = 0;
  // One by one: each lies in a slot of its own. The list goes last, so that a break leaves it to the next try.
  for (const name of names) links += await redis.del(name);
  const [scores, caps, touches, sessions] = await Promise.all([
    redis.del(visitorScoresKey(visitorKey)),
    redis.del(visitorCapsKey(visitorKey)),
    redis.del(visitorTouchesKey(visitorKey)),
    eraseVisitorFromSessions(redis, visitorKey),
  ]);
  await redis.del(linksKey);
  return { scores, caps, touches, links, sessions };
}

/** Reads what is kept. Rejects when Redis is away. */
export async function readVisitorInRedis(
  redis: RedisClient,
  visitorKey: string,
): Promise<VisitorInRedis> {
  const [log, touches, links] = await Promise.all([
    redis.getBuffer(visitorCapsKey(visitorKey)),
    redis.hgetall(visitorTouchesKey(visitorKey)),
    redis.scard(visitorLinksKey(visitorKey)),
  ]);
  const impressions = unpackImpressions(log).map(({ campaignId, advertiserId, timeMs }) => ({
    campaignId,
    advertiserId,
    timeMs,
  }));
  return { impressions, touches, links };
}
