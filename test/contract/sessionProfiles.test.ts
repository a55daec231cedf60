import { afterEach, beforeEach, expect, test } from "vitest";
import { sessionLimits } from "../../src/audience/sessionProfile.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import {
  addToSessionProfile,
  eraseVisitorFromSessions,
  readSessionInRedis,
  visitorSessionKey,
} from "../../src/stores/redis/sessionProfiles.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";

let server: TestRedis;
let redis: RedisClient;
beforeEach(async () => {
  server = await freshRedis();
  redis = connectRedis({ url: server.url, commandTimeoutMs: 5_000 });
  await redisReady(redis);
});
afterEach(async () => {
  redis.disconnect();
  await server.close();
});

const nowMs = Date.UTC(2026, 2, 12, 9);
const dayMs = 86_400_000;
const seen = (category: string, eventId: string, weight = 1, atMs = nowMs) => ({
  eventId,
  atMs,
  category,
  weight,
});
const profile = async (visitorKey: string, atMs = nowMs) =>
  Object.fromEntries(await readSessionInRedis(redis, visitorKey, atMs));

test("what was looked at adds up by category, decays by half a day, and is told once however often it comes", async () => {
  const first = [seen("vehicules/voitures", "e1", 1.5), seen("animaux", "e2")];
  expect(await addToSessionProfile(redis, "ada", first, nowMs)).toBe(2);
  expect(await addToSessionProfile(redis, "ada", first, nowMs)).toBe(0);
  expect(await profile("ada")).toEqual({ "vehicules/voitures": 1.5, animaux: 1 });
  await addToSessionProfile(redis, "ada", [seen("animaux", "e3", 1, nowMs + dayMs)], nowMs + dayMs);
  expect(await profile("ada", nowMs + dayMs)).toEqual({ "vehicules/voitures": 0.75, animaux: 1.5 });
  // An event that comes late is worth what it would be by now.
  const late = [seen("maison/jardin", "e4", 1, nowMs)];
  await addToSessionProfile(redis, "ada", late, nowMs + dayMs);
  expect(await profile("ada", nowMs + dayMs)).toMatchObject({ "maison/jardin": 0.5 });
});

test("a profile is bounded: the lightest categories leave, the text stays short, and Redis forgets it by itself", async () => {
  const long = (index: number) => `rubrique/${String(index).padStart(3, "0")}${"x".repeat(80)}`;
  for (let round = 0; round < 4; round++) {
    const many = Array.from({ length: 50 }, (_, index) =>
      seen(long(index), `r${round}-${index}`, 1 + index / 10),
    );
    await addToSessionProfile(redis, "bob", many, nowMs);
  }
  const kept = await profile("bob");
  expect(Object.keys(kept)).toHaveLength(sessionLimits.mostCategories);
  expect(kept[long(49)]).toBeCloseTo(4 * 5.9, 3);
  expect(kept[long(0)]).toBeUndefined();
  expect(await redis.strlen(visitorSessionKey("bob"))).toBeLessThan(3_200);
  const ttl = await redis.pttl(visitorSessionKey("bob"));
  expect(ttl).toBeGreaterThan(sessionLimits.lifeMs - 60_000);
  expect(ttl).toBeLessThanOrEqual(sessionLimits.lifeMs);
});

test("what is too old begins anew, junk too, and an erased visitor leaves nothing", async () => {
  await addToSessionProfile(redis, "eve", [seen("animaux", "e1")], nowMs);
  const later = nowMs + sessionLimits.lifeMs;
  await addToSessionProfile(redis, "eve", [seen("maison", "e2", 1, later)], later);
  expect(await profile("eve", later)).toEqual({ maison: 1 });
  await redis.set(visitorSessionKey("eve"), "junk\n9 x");
  await addToSessionProfile(redis, "eve", [seen("maison", "e3")], nowMs);
  expect(await profile("eve")).toEqual({ maison: 1 });
  expect(await eraseVisitorFromSessions(redis, "eve")).toBe(1);
  expect(await redis.keys("*")).toEqual([]);
});

test("writers at once lose nothing", async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      addToSessionProfile(redis, "joy", [seen("animaux", `e${index}`)], nowMs),
    ),
  );
  expect(await profile("joy")).toEqual({ animaux: 20 });
});
