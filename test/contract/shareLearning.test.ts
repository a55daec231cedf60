import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { minToWinBuckets } from "../../src/openrtb/bidShading.ts";
import { createBidLearning, defaultMaturityMs } from "../../src/serving/bidLearning.ts";
import { type BidCounts, noCounts } from "../../src/serving/winRate.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import { createShareLearning } from "../../src/stores/redis/shareLearning.ts";
import { noonMs } from "../support/money.ts";
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

const hourMs = 3_600_000;
const of = (changes: Partial<BidCounts>): BidCounts => ({ ...noCounts, ...changes });
const batch = (counts: Readonly<Record<number, Partial<BidCounts>>>, prices = {}) => ({
  sspId: 3,
  counts: new Map(Object.entries(counts).map(([id, one]) => [Number(id), of(one)])),
  minToWin: new Map(
    Object.entries(prices).map(([bucket, count]) => [Number(bucket), Number(count)]),
  ),
});

describe("what nodes learn of bids, in Redis", () => {
  it("adds up over nodes, by SSP and campaign", async () => {
    const share = createShareLearning(redis);
    await share(batch({ 0: { bids: 10, wins: 2 }, 12: { bids: 10, wins: 2 } }, { 7: 1 }), noonMs);
    const second = batch(
      { 0: { bids: 5, impressions: 1 }, 4000000001: { bids: 5 } },
      { 7: 2, 160: 1 },
    );
    const known = await share(second, noonMs);
    expect(known.counts.get(0)).toEqual({ bids: 15, wins: 2, billings: 0, impressions: 1 });
    expect(known.counts.get(4_000_000_001)).toEqual(of({ bids: 5 }));
    expect(known.counts.has(12)).toBe(false);
    expect(known.minToWin).toHaveLength(minToWinBuckets);
    expect([known.minToWin[7], known.minToWin[160]]).toEqual([3, 1]);
    const other = await share({ ...batch({ 0: { bids: 1 } }), sspId: 4 }, noonMs);
    expect(other.counts.get(0)).toEqual(of({ bids: 1 }));
    expect(other.minToWin.every((count) => count === 0)).toBe(true);
  });

  it("fades by half in an hour, also while nobody asks, and is gone after half a day", async () => {
    const share = createShareLearning(redis);
    await share(batch({ 12: { bids: 100, wins: 10 } }, { 7: 100 }), noonMs);
    const later = await share(batch({ 12: {} }), noonMs + hourMs);
    expect(later.counts.get(12)).toEqual(of({ bids: 50, wins: 5 }));
    expect(later.minToWin[7]).toBe(50);
    const twoHours = await share(batch({ 12: { wins: 1 } }, { 7: 1 }), noonMs + 2 * hourMs);
    expect(twoHours.counts.get(12)).toEqual(of({ bids: 25, wins: 3.5 }));
    expect(twoHours.minToWin[7]).toBe(26);
    for (const key of await redis.keys("*"))
      expect(await redis.pttl(key)).toBeGreaterThan(11 * hourMs);
  });

  it("does not grow when a node's clock is behind, nor fade twice for it", async () => {
    const share = createShareLearning(redis);
    await share(batch({ 12: { bids: 100 } }), noonMs);
    const behind = await share(batch({ 12: { bids: 1 } }), noonMs - hourMs);
    expect(behind.counts.get(12)?.bids).toBe(101);
    const now = await share(batch({ 12: {} }), noonMs);
    expect(now.counts.get(12)?.bids).toBe(101);
  });

  it("weighs no more than so many bids, so that another behaviour is noticed within as many", async () => {
    const share = createShareLearning(redis);
    const before = await share(batch({ 12: { bids: 50_000, wins: 500 } }), noonMs);
    expect(before.counts.get(12)).toEqual(of({ bids: 2_000, wins: 20 }));
    const all = await share(batch({ 0: { bids: 50_000, wins: 500 } }), noonMs);
    expect(all.counts.get(0)).toEqual(of({ bids: 20_000, wins: 200 }));
    const after = await share(batch({ 12: { bids: 2_000, wins: 1_000 } }), noonMs);
    expect(after.counts.get(12)?.wins).toBeCloseTo(510, 0);
  });

  it("is kept in one slot for each SSP", async () => {
    await createShareLearning(redis)(batch({ 0: { bids: 1 }, 12: { bids: 1 } }, { 7: 1 }), noonMs);
    expect((await redis.keys("*")).sort()).toEqual(["{ssp:3}:p", "{ssp:3}:w:0", "{ssp:3}:w:12"]);
  });

  it("reaches another node, and survives a Redis that forgets: nobody then believes less than before it learnt", async () => {
    const share = createShareLearning(redis);
    const [one, other] = [createBidLearning({ share }), createBidLearning({ share })];
    for (let bid = 0; bid < 2_000; bid++) one.noteBid(3, 12, noonMs + bid * 10);
    for (let win = 0; win < 40; win++) one.noteWin(3, 12, noonMs + win * 500);
    const ripeMs = noonMs + 20_000 + defaultMaturityMs + 1_000;
    await one.exchange(ripeMs);
    expect(one.winRateUpper(3, 12)).toBeLessThan(0.04);
    expect(other.winRateUpper(3, 12)).toBe(1);
    other.noteWin(3, 12, ripeMs);
    await other.exchange(ripeMs);
    expect(other.winRateUpper(3, 12)).toBeLessThan(0.04);
    await redis.flushall();
    other.noteWin(3, 12, ripeMs);
    await other.exchange(ripeMs);
    expect(other.winRateUpper(3, 12)).toBe(1);
  });
});
