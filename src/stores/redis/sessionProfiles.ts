import { createHash } from "node:crypto";
import type { SessionEvent } from "../../audience/sessionEvent.ts";
import { readSessionProfile, sessionLimits } from "../../audience/sessionProfile.ts";
import type { RedisClient } from "./connect.ts";
import { addToSessionScript } from "./lua/sessionProfile.ts";
import { createScript } from "./runScript.ts";

const addToSession = createScript(addToSessionScript);

/** The key of what a visitor lately looked at; the tag keeps it in one cluster slot with the visitor's other keys. */
export function visitorSessionKey(visitorKey: string): string {
  return `{v:${visitorKey}}:p`;
}

/** Ids of events are random: 32 bits tell the few that are remembered apart. */
function shortIdOf(eventId: string): string {
  return createHash("sha1").update(eventId).digest("hex").slice(0, 8);
}

/**
 * Adds what a visitor did to the visitor's profile: one trip, one script, whatever the number of events (at most 100). Told
 * again, it changes nothing. Answers how many events were new. Rejects when Redis is away.
 */
export async function addToSessionProfile(
  redis: RedisClient,
  visitorKey: string,
  events: readonly SessionEvent[],
  nowMs: number,
): Promise<number> {
  const { halfLifeMs, lifeMs, mostCategories, mostEventIds } = sessionLimits;
  const args: (string | number)[] = [nowMs, halfLifeMs, lifeMs, mostCategories, mostEventIds];
  for (const { eventId, atMs, weight, category } of events)
    args.push(shortIdOf(eventId), atMs, weight, category);
  return Number(await addToSession(redis, visitorSessionKey(visitorKey), args));
}

/** What is kept of a visitor's session, to be told to that visitor. Rejects when Redis is away. */
export async function readSessionInRedis(
  redis: RedisClient,
  visitorKey: string,
  nowMs: number,
): Promise<readonly (readonly [category: string, weight: number])[]> {
  const stored = await redis.getBuffer(visitorSessionKey(visitorKey));
  return readSessionProfile(stored, nowMs)?.entries() ?? [];
}

/** Forgets the session; answers how many keys went: 0 or 1. Rejects when Redis is away. */
export function eraseVisitorFromSessions(redis: RedisClient, visitorKey: string): Promise<number> {
  return redis.del(visitorSessionKey(visitorKey));
}
