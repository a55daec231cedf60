import { describe, expect, it } from "vitest";
import { csvHead, csvLine, type Sample, summaryOf } from "../../../bench/soak/samples.ts";
import { trendOf } from "../../../bench/soak/trend.ts";
import { createRandom } from "../../../src/demo/random.ts";

const times = Array.from({ length: 100 }, (_, index) => index / 100);

function noise(seed: number): () => number {
  const { next } = createRandom(seed);
  return () => next() + next() + next() - 1.5;
}

describe("a trend", () => {
  it("is the line of least squares", () => {
    const { slope, plusMinus, mean } = trendOf([0, 1, 2, 3, 4], [1, 3, 5, 7, 9]);
    expect(slope).toBeCloseTo(2, 9);
    expect(plusMinus).toBeCloseTo(0, 6);
    expect(mean).toBe(5);
  });

  it("finds a leak in noise, and its interval holds the truth in nineteen of twenty worlds", () => {
    const worlds = Array.from({ length: 200 }, (_, seed) => {
      const draw = noise(seed + 1);
      return trendOf(
        times,
        times.map((time) => 300 + 5 * time + draw()),
      );
    });
    const held = worlds.filter(({ slope, plusMinus }) => Math.abs(slope - 5) <= plusMinus).length;
    expect(held).toBeGreaterThanOrEqual(182);
    expect(held).toBeLessThan(200);
    expect(worlds.filter(({ slope, plusMinus }) => slope > plusMinus).length).toBe(200);
  });

  it("takes memory that wanders for no leak more often than samples that know nothing of each other would", () => {
    const worlds = Array.from({ length: 200 }, (_, seed) => {
      const draw = noise(seed + 1);
      let level = 0;
      return trendOf(
        times,
        times.map(() => {
          level = 0.8 * level + draw();
          return 300 + level;
        }),
      );
    });
    const held = worlds.filter(({ slope, plusMinus }) => Math.abs(slope) <= plusMinus).length;
    expect(held).toBeGreaterThanOrEqual(180);
  });

  it("says nothing of three samples", () => {
    expect(trendOf([0, 1, 2], [1, 2, 3]).plusMinus).toBe(Number.POSITIVE_INFINITY);
  });
});

const sample = (second: number, changes: Partial<Sample> = {}): Sample => ({
  second,
  pagesPerSecond: 3_000,
  p50Ms: 1,
  p99Ms: 4,
  maxMs: 9,
  errors: 0,
  impressions: 600,
  writes: 1_000,
  failedWrites: 0,
  rssMb: 300 + (second % 3),
  heapMb: 100,
  managementRssMb: 150,
  loopLagP99Ms: 12,
  snapshotAgeSeconds: 0.2,
  outboxUnwritten: 10,
  ...changes,
});

describe("the summary of a soak", () => {
  const run = Array.from({ length: 60 }, (_, index) => sample(10 * (index + 1)));

  it("calls memory flat that stays, and says how much was done without an error", () => {
    const text = summaryOf(run).join("\n");
    expect(text).toMatch(/RSS\) \| 30\d\.\d MB \| -?\d+\.\d ± \d+\.\d MB\/hour \| flat \|/);
    expect(text).toContain("0 errors, 36000 impressions, 60000 campaign writes (100/s)");
    expect(text).toContain("10.0 minutes, 60 samples, 48 in the trends");
  });

  it("calls nothing flat that a run was too short or too noisy for", () => {
    const wild = run.map((one, index) => ({ ...one, rssMb: 300 + 80 * (index % 2) }));
    expect(summaryOf(wild.slice(0, 20)).join("\n")).toMatch(/RSS\) .* \| too noisy, or too short/);
  });

  it("leaves out what a process did not tell in time", () => {
    const silent = run.map((one, index) => (index % 4 === 0 ? { ...one, rssMb: Number.NaN } : one));
    expect(summaryOf(silent).join("\n")).toMatch(/RSS\) \| 30\d\.\d MB .*flat/);
  });

  it("tells of a leak", () => {
    const leaking = run.map((one) => ({ ...one, rssMb: 300 + one.second / 60 }));
    expect(summaryOf(leaking).join("\n")).toMatch(
      /RSS\) \| .* \| 60\.0 ± 0\.0 MB\/hour \| \*\*grows/,
    );
  });

  it("writes a line for the head's columns", () => {
    expect(csvLine(sample(10, { p99Ms: 4.123_456 })).split(",")).toHaveLength(
      csvHead.split(",").length,
    );
    expect(csvLine(sample(10, { p99Ms: 4.123_456 }))).toContain(",4.123,");
  });
});
