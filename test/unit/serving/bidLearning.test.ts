import { describe, expect, it } from "vitest";
import { minToWinBucket, minToWinBuckets } from "../../../src/openrtb/bidShading.ts";
import {
  createBidLearning,
  defaultMaturityMs,
  type LearntBatch,
  type ShareLearning,
} from "../../../src/serving/bidLearning.ts";
import { addCounts, type BidCounts, noCounts, winRateBound } from "../../../src/serving/winRate.ts";

const startMs = Date.UTC(2026, 2, 12, 11);
const ssp = 3;
const campaign = 12;

/** What all nodes know, without fading. */
function sharedMemory() {
  const counts = new Map<number, BidCounts>();
  const prices = new Array<number>(minToWinBuckets).fill(0);
  const batches: LearntBatch[] = [];
  const state = { isAway: false };
  const share: ShareLearning = async (batch) => {
    if (state.isAway) throw new Error("away");
    batches.push(batch);
    for (const [id, one] of batch.counts)
      counts.set(id, addCounts(counts.get(id) ?? noCounts, one));
    for (const [bucket, count] of batch.minToWin) prices[bucket] = (prices[bucket] ?? 0) + count;
    const told = [...batch.counts.keys()].map((id) => [id, counts.get(id) ?? noCounts] as const);
    return { counts: new Map(told), minToWin: [...prices] };
  };
  return { share, state, batches, counts };
}

type Learning = ReturnType<typeof createBidLearning>;

/** Bids `perSecond` for some seconds, of which each `winEvery`th is told as won two seconds later. */
async function bidFor(
  learning: Learning,
  seconds: number,
  {
    from = startMs,
    perSecond = 20,
    winEvery = Number.POSITIVE_INFINITY,
    campaignId = campaign,
  } = {},
): Promise<number> {
  let bids = 0;
  for (let second = 0; second < seconds; second++) {
    const nowMs = from + second * 1_000;
    for (let bid = 0; bid < perSecond; bid++) {
      learning.noteBid(ssp, campaignId, nowMs);
      bids += 1;
      if (bids % winEvery === 0) learning.noteWin(ssp, campaignId, nowMs + 2_000);
    }
    await learning.exchange(nowMs);
  }
  return from + seconds * 1_000;
}

describe("the bound of a win rate", () => {
  const of = (bids: number, wins: number): BidCounts => ({ ...noCounts, bids, wins });

  it("is 1 when nothing is known, and where everything was won", () => {
    expect(winRateBound(noCounts, noCounts)).toBe(1);
    expect(winRateBound(of(50, 50), of(50, 50))).toBe(1);
    expect(winRateBound(of(10, 11), of(10, 11))).toBe(1);
  });

  it("is above the rate, and nears it as bids add up", () => {
    const bounds = [20, 200, 2_000, 20_000].map((bids) =>
      winRateBound(of(bids, bids / 20), of(bids, bids / 20)),
    );
    for (const bound of bounds) expect(bound).toBeGreaterThan(0.05);
    expect(bounds).toEqual(bounds.toSorted((a, b) => b - a));
    expect(bounds[3]).toBeLessThan(0.054);
  });

  it("covers the true rate in 99 of 100 runs, from 200 bids on", () => {
    let seed = 42;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    for (const rate of [0.01, 0.05, 0.3]) {
      let covered = 0;
      for (let run = 0; run < 1_000; run++) {
        let wins = 0;
        for (let bid = 0; bid < 200; bid++) if (random() < rate) wins++;
        if (winRateBound(of(200, wins), noCounts) >= rate) covered++;
      }
      expect(covered).toBeGreaterThanOrEqual(980);
    }
  });

  it("of a new campaign is near that of the SSP's others, until it has bids of its own", () => {
    const others = of(10_000, 500);
    expect(winRateBound(noCounts, others)).toBeLessThan(0.15);
    expect(winRateBound(noCounts, others)).toBeGreaterThan(0.05);
    expect(winRateBound(of(2_000, 1_000), others)).toBeGreaterThan(0.48);
  });

  it("believes the witness who tells most", () => {
    const bids = 1_000;
    const byPixel = { ...noCounts, bids, wins: 3, billings: 0, impressions: 90 };
    expect(winRateBound(byPixel, byPixel)).toBeGreaterThan(0.09);
  });
});

describe("learning from what becomes of bids", () => {
  it("starts at 1 and knows within a minute that few bids win, without any loss notice", async () => {
    const learning = createBidLearning(sharedMemory());
    expect(learning.winRateUpper(ssp, campaign)).toBe(1);
    const endMs = await bidFor(learning, 60, { winEvery: 100 });
    expect(learning.winRateUpper(ssp, campaign)).toBeLessThan(0.05);
    await bidFor(learning, 300, { from: endMs, winEvery: 100 });
    const bound = learning.winRateUpper(ssp, campaign);
    expect(bound).toBeGreaterThan(0.01);
    expect(bound).toBeLessThan(0.02);
  });

  it("lets holds of whole prices last no longer than it takes to know what most of them come to", async () => {
    const learning = createBidLearning(sharedMemory());
    expect(learning.holdLifeMs(ssp, 300_000)).toBe(defaultMaturityMs);
    expect(learning.holdLifeMs(ssp, 10_000)).toBe(10_000);
    await bidFor(learning, 60);
    expect(learning.holdLifeMs(ssp, 300_000)).toBe(300_000);
    expect(learning.holdLifeMs(4, 300_000)).toBe(defaultMaturityMs);
  });

  it("knows by itself, without ever exchanging anything", () => {
    const learning = createBidLearning({ share: async () => Promise.reject(new Error("away")) });
    for (let bid = 0; bid < 1_200; bid++) learning.noteBid(ssp, campaign, startMs + bid * 50);
    expect(learning.winRateUpper(ssp, campaign)).toBeLessThan(0.02);
  });

  it("counts no bid that is too young to have won", async () => {
    const learning = createBidLearning(sharedMemory());
    await bidFor(learning, defaultMaturityMs / 1_000);
    expect(learning.winRateUpper(ssp, campaign)).toBe(1);
  });

  it("raises the bound at once when wins come in", async () => {
    const learning = createBidLearning(sharedMemory());
    const endMs = await bidFor(learning, 60);
    const before = learning.winRateUpper(ssp, campaign);
    for (let win = 0; win < 50; win++) learning.noteWin(ssp, campaign, endMs, { by: "impression" });
    expect(learning.winRateUpper(ssp, campaign)).toBeGreaterThan(before * 5);
  });

  it("tells two nodes what each has seen", async () => {
    const memory = sharedMemory();
    const [one, other] = [createBidLearning(memory), createBidLearning(memory)];
    const endMs = await bidFor(one, 90, { winEvery: 50 });
    await bidFor(other, 1, { from: endMs, perSecond: 1 });
    await other.exchange(endMs + defaultMaturityMs + 2_000);
    expect(other.winRateUpper(ssp, campaign)).toBeCloseTo(one.winRateUpper(ssp, campaign), 2);
    expect(memory.counts.get(0)?.bids).toBe(memory.counts.get(campaign)?.bids);
  });

  it("keeps what it could not tell, and tells it once", async () => {
    const memory = sharedMemory();
    const errors: unknown[] = [];
    const learning = createBidLearning({ ...memory, onError: (error) => errors.push(error) });
    memory.state.isAway = true;
    const endMs = await bidFor(learning, 60, { winEvery: 20 });
    const alone = learning.winRateUpper(ssp, campaign);
    expect(alone).toBeLessThan(0.2);
    expect(errors.length).toBeGreaterThan(0);
    memory.state.isAway = false;
    await learning.exchange(endMs);
    expect(memory.counts.get(campaign)).toMatchObject({ bids: 600, wins: 60 });
    await learning.exchange(endMs);
    expect(memory.counts.get(campaign)).toMatchObject({ bids: 600, wins: 60 });
  });

  it("tells nothing when there is nothing new, and many campaigns in several batches", async () => {
    const memory = sharedMemory();
    const learning = createBidLearning(memory);
    await learning.exchange(startMs);
    expect(memory.batches).toHaveLength(0);
    for (let id = 1; id <= 1_200; id++) learning.noteWin(ssp, id, startMs);
    await learning.exchange(startMs);
    expect(memory.batches.map(({ counts }) => counts.size)).toEqual([500, 500, 201]);
    expect(memory.counts.get(0)).toMatchObject({ wins: 1_200 });
  });

  it("knows the prices that it took to win, from losses and from wins", async () => {
    const learning = createBidLearning(sharedMemory());
    expect(learning.minToWin(ssp)).toBeNull();
    learning.noteLoss(ssp, campaign, startMs, 2_000_000);
    learning.noteLoss(ssp, campaign, startMs, null);
    learning.noteWin(ssp, campaign, startMs, { minToWinMicros: 1_500_000 });
    await learning.exchange(startMs);
    const counts = learning.minToWin(ssp) ?? [];
    expect(counts).toHaveLength(minToWinBuckets);
    expect(counts[minToWinBucket(2_000_000)]).toBe(1);
    expect(counts[minToWinBucket(1_500_000)]).toBe(1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(learning.minToWin(4)).toBeNull();
  });

  it("survives a clock that steps back", async () => {
    const memory = sharedMemory();
    const learning = createBidLearning(memory);
    learning.noteBid(ssp, campaign, startMs);
    learning.noteBid(ssp, campaign, startMs - 600_000);
    await learning.exchange(startMs - 600_000);
    expect(memory.batches).toHaveLength(0);
    await learning.exchange(startMs + defaultMaturityMs + 1_000);
    expect(memory.counts.get(campaign)).toMatchObject({ bids: 2 });
  });
});
