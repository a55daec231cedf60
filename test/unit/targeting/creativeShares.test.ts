import { describe, expect, it } from "vitest";
import {
  learntShares,
  leastShare,
  trial,
  weightedCreative,
} from "../../../src/targeting/creativeShares.ts";
import { mixHash } from "../../../src/targeting/hash.ts";

const seeds = Array.from({ length: 20_000 }, (_, index) => mixHash(index, 1));
const countsOf = (
  creatives: readonly { readonly creativeId: number; readonly weight?: number }[],
) =>
  creatives.map(
    ({ creativeId }) =>
      seeds.filter((seed) => weightedCreative(creatives, seed).creativeId === creativeId).length,
  );

describe("creatives by weight", () => {
  it("take turns as often as their weights say", () => {
    const [one = 0, two = 0, three = 0] = countsOf([
      { creativeId: 4, weight: 1 },
      { creativeId: 9, weight: 3 },
      { creativeId: 77, weight: 6 },
    ]);
    // Five standard deviations of 20,000 throws.
    for (const [count, share] of [
      [one, 0.1],
      [two, 0.3],
      [three, 0.6],
    ] as const) {
      expect(Math.abs(count / seeds.length - share)).toBeLessThan(
        5 * Math.sqrt((share * (1 - share)) / seeds.length),
      );
    }
  });

  it("move only towards the one whose weight has grown", () => {
    const before = [{ creativeId: 1 }, { creativeId: 2 }, { creativeId: 3 }];
    const after = before.map((it) => (it.creativeId === 2 ? { ...it, weight: 2 } : it));
    let moved = 0;
    for (const seed of seeds) {
      const was = weightedCreative(before, seed).creativeId;
      const is = weightedCreative(after, seed).creativeId;
      if (was === is) continue;
      expect(is).toBe(2);
      moved++;
    }
    // From a third to a half: a sixth of all.
    expect(moved / seeds.length).toBeGreaterThan(0.15);
    expect(moved / seeds.length).toBeLessThan(0.18);
  });
});

describe("learnt shares", () => {
  const sum = (shares: readonly number[]) => shares.reduce((total, share) => total + share, 0);

  it("are equal while nothing is known, and of one creative all", () => {
    const blank = { impressions: 0, clicks: 0 };
    for (const share of learntShares([blank, blank, blank, blank])) expect(share).toBeCloseTo(0.25);
    expect(learntShares([blank])).toEqual([1]);
    expect(learntShares([])).toEqual([]);
  });

  it("go to what is clicked most, and keep a little for the others", () => {
    const [poor = 0, good = 0, young = 0] = learntShares([
      { impressions: 50_000, clicks: 50 },
      { impressions: 50_000, clicks: 150 },
      { impressions: 100, clicks: 0 },
    ]);
    expect(poor).toBeCloseTo(leastShare(3));
    expect(good).toBeGreaterThan(young);
    // Nobody knows yet what the young one is worth.
    expect(young).toBeGreaterThan(2 * leastShare(3));
  });

  it("add up to 1 and keep within their bounds, whatever was counted", () => {
    for (let round = 0; round < 60; round++) {
      const count = 2 + (mixHash(round, 2) % 19);
      const counts = Array.from({ length: count }, (_, index) => {
        const impressions = mixHash(round, index) % 10 ** (1 + (round % 8));
        return { impressions, clicks: mixHash(index, round) % (impressions + 2) };
      });
      const shares = learntShares(counts);
      expect(sum(shares)).toBeCloseTo(1);
      for (const share of shares) {
        expect(share).toBeGreaterThanOrEqual(leastShare(count) - 1e-9);
        expect(share).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe("a trial of new creatives", () => {
  const proven = { impressions: 40_000, clicks: 160 };
  const blank = { impressions: 0, clicks: 0 };

  it("takes a fifth of a campaign's turns at most, however promising it begins", () => {
    const [known = 0, young = 0] = learntShares([proven, { impressions: 300, clicks: 30 }]);
    expect(young).toBeCloseTo(trial.mostShare);
    expect(known).toBeCloseTo(1 - trial.mostShare);
    const shares = learntShares([proven, blank, blank, blank]);
    expect(sum(shares.slice(1))).toBeLessThanOrEqual(trial.mostShare + 1e-9);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(leastShare(4) - 1e-9);
    expect(sum(shares)).toBeCloseTo(1);
  });

  it("ends: who has proved better than the others then gets their turns", () => {
    const better = { impressions: trial.impressions, clicks: 100 };
    expect(learntShares([proven, better])[1]).toBeGreaterThan(0.9);
  });

  it("of a worthless creative costs less than its bound over a campaign's life, and the good one keeps the rest", () => {
    const counts = [{ ...proven }, { ...blank }];
    let spentOnTrial = 0;
    for (let step = 0; step < 400; step++) {
      const shares = learntShares(counts);
      for (const [index, share] of shares.entries()) {
        const views = 100 * share;
        counts[index]!.impressions += views;
        // The proven one is clicked once in 250 views; the new one never.
        if (index === 0) counts[index]!.clicks += views / 250;
        else spentOnTrial += views;
      }
    }
    // 40,000 views: no more than the trial's, and the least share of those after it.
    expect(spentOnTrial).toBeLessThan(trial.impressions + leastShare(2) * 40_000);
    expect(spentOnTrial / 40_000).toBeLessThan(trial.mostShare / 2);
  });

  const sum = (shares: readonly number[]) => shares.reduce((total, share) => total + share, 0);
});
