import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type CampaignThrottle,
  eachThrottle,
  packThrottles,
} from "../../../src/budgets/pacing/packedThrottles.ts";
import { connectRedis, type RedisClient, redisReady } from "../../../src/stores/redis/connect.ts";
import { createLease } from "../../../src/stores/redis/lease.ts";
import { createThrottleStore, type TakenThrottles } from "../../../src/stores/redis/throttles.ts";
import { freshRedis, type TestRedis } from "../../support/servers.ts";

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

const one = (campaignId: number, throttle: number | null): CampaignThrottle => ({
  campaignId,
  throttle,
  plannedShare: 0.5,
  spentShare: 0.25,
});
const packed = (...throttles: readonly CampaignThrottle[]): Buffer => packThrottles(throttles);
const none = Buffer.alloc(0);
const read = (taken: TakenThrottles | null) =>
  taken?.blocks.map((block) => {
    const found: string[] = [];
    eachThrottle(block, (campaignId, throttle) => found.push(`${campaignId}: ${throttle}`));
    return found.join(", ");
  });

describe("the lease of the pacing leader", () => {
  it("belongs to one node until it lapses, and to the next with a higher token", async () => {
    const [first, second] = [createLease(redis, "first"), createLease(redis, "second")];
    const token = await first.hold(1_000, 4_000);
    expect(token).not.toBeNull();
    expect(await second.hold(4_999, 4_000)).toBeNull();
    expect(await first.hold(4_000, 4_000)).toBe(token);
    expect(await second.hold(7_999, 4_000)).toBeNull();
    const next = await second.hold(8_000, 4_000);
    expect(Number(next)).toBeGreaterThan(Number(token));
    expect(await first.hold(8_001, 4_000)).toBeNull();
  });

  it("keeps its token when it lapses and nobody else has led meanwhile", async () => {
    const lease = createLease(redis, "first");
    const token = await lease.hold(1_000, 4_000);
    expect(await lease.hold(5_000, 4_000)).toBe(token);
  });

  it("is free at once when it is given up, but not when somebody else gives up", async () => {
    const [first, second] = [createLease(redis, "first"), createLease(redis, "second")];
    await first.hold(1_000, 4_000);
    await second.release();
    expect(await second.hold(1_001, 4_000)).toBeNull();
    await first.release();
    expect(await second.hold(1_002, 4_000)).not.toBeNull();
  });

  it("cannot be held for ever by a node whose clock was far ahead", async () => {
    await createLease(redis, "ahead").hold(3_600_000, 4_000);
    expect(await createLease(redis, "second").hold(1_000, 4_000)).not.toBeNull();
  });

  it("gives higher tokens after Redis has forgotten everything", async () => {
    const before = await createLease(redis, "first").hold(1_000, 4_000);
    await redis.flushall();
    const after = await createLease(redis, "second").hold(1_000, 4_000);
    expect(Number(after)).toBeGreaterThan(Number(before));
  });
});

describe("published throttles", () => {
  const hold = async (owner = "leader", nowMs = 1_000): Promise<string> =>
    (await createLease(redis, owner).hold(nowMs, 4_000)) ?? "";

  it("reach a node as a whole first, then as what has changed", async () => {
    const store = createThrottleStore(redis);
    expect(await store.take(0)).toBeNull();
    const token = await hold();
    expect(await store.publish(token, packed(one(7, 0.5)), null)).toBe("table_needed");
    const table = packed(one(7, 0.5), one(8, 1));
    expect(await store.publish(token, packed(one(7, 0.5)), table)).toBe("published");
    const first = await store.take(0);
    expect(read(first)?.[0]).toBe("7: 0.5, 8: 1");
    const version = first?.version ?? 0;
    expect(await store.take(version)).toBeNull();
    await store.publish(token, packed(one(8, 0.25)), null);
    await store.publish(token, packed(one(7, null)), null);
    const second = await store.take(version);
    expect(second).toMatchObject({ whole: false });
    expect(read(second)).toEqual(["8: 0.25", "7: null"]);
    expect(await store.take(second?.version ?? 0)).toBeNull();
  });

  it("of a leader that was replaced are refused", async () => {
    const store = createThrottleStore(redis);
    const old = await hold("old", 1_000);
    await store.publish(old, none, packed(one(7, 0.5)));
    const fresh = await hold("new", 9_000);
    await store.publish(fresh, packed(one(7, 0.75)), null);
    expect(await store.publish(old, packed(one(7, 0.1)), packed(one(7, 0.1)))).toBe("fenced");
    const taken = await store.take(0);
    expect(read(taken)?.at(-1)).toBe("7: 0.75");
  });

  it("reach a node that missed changes as a whole, with what came since", async () => {
    const store = createThrottleStore(redis);
    const token = await hold();
    await store.publish(token, none, packed(one(7, 0.5)));
    const version = (await store.take(0))?.version ?? 0;
    await store.publish(token, packed(one(7, 0.625)), null);
    await store.publish(token, packed(one(7, 0.75)), packed(one(7, 0.75)));
    await store.publish(token, packed(one(7, 0.875)), null);
    const taken = await store.take(version);
    expect(taken?.whole).toBe(true);
    expect(read(taken)).toEqual(["7: 0.75", "7: 0.875"]);
  });

  it("reach nodes again after Redis has forgotten everything", async () => {
    const store = createThrottleStore(redis);
    await store.publish(await hold(), none, packed(one(7, 0.5)));
    const before = await store.take(0);
    await redis.flushall();
    expect(await store.take(before?.version ?? 0)).toBeNull();
    const token = await hold("next");
    expect(await store.publish(token, none, packed(one(7, 0.25)))).toBe("published");
    const after = await store.take(before?.version ?? 0);
    expect(read(after)).toEqual(["7: 0.25"]);
    expect(after?.version).toBeGreaterThan(before?.version ?? 0);
  });
});
