import { describe, expect, test } from "vitest";
import { costsOf } from "../../../bench/overload/costs.ts";
import { confirmMost } from "../../../bench/overload/findMost.ts";
import type { FloodFigures } from "../../../bench/overload/floodLoop.ts";

const percentiles = { count: 1, meanMs: 5, p50Ms: 5, p90Ms: 5, p99Ms: 5, p999Ms: 5, maxMs: 5 };

/** A node that does 950 a second for as long as it is looked at. */
const looked: number[] = [];
const node = async (perSecond: number): Promise<FloodFigures> => {
  looked.push(perSecond);
  const decided = Math.min(perSecond, 950);
  return {
    decidedPerSecond: decided,
    filledPerSecond: decided,
    shedPerSecond: perSecond - decided,
    errors: 0,
    decided: percentiles,
    shed: percentiles,
    late: percentiles,
    queued: percentiles,
    whole: { decided, shed: perSecond - decided },
    senderShare: 0.5,
  };
};

describe("the most of a node", () => {
  test("is a rate at which it keeps up in a whole window, at or below what short looks found", async () => {
    expect(await confirmMost(node, 1_050, 50)).toBe(948);
    expect(looked).toEqual([1_050, 998, 948]);
    expect(await confirmMost(node, 900, 50)).toBe(900);
  });

  test("is none on a machine on which nothing is kept up with", async () => {
    await expect(confirmMost(node, 10_000, 50)).rejects.toThrow("at no rate");
  });
});

describe("what a decision and a refusal cost", () => {
  /** 120 µs a decision, 12 a refusal. */
  const windowOf = (decided: number, shed: number) => ({
    whole: { decided, shed },
    cpuSeconds: (decided * 120 + shed * 12) / 1e6,
  });

  test("is solved from a window with few refusals and one with many", () => {
    const costs = costsOf(
      [windowOf(50_000, 300), windowOf(49_000, 0), windowOf(51_000, 900)],
      [windowOf(40_000, 90_000), windowOf(41_000, 95_000), windowOf(42_000, 80_000)],
    );
    expect(costs?.decisionMicros).toBeCloseTo(120);
    expect(costs?.refusalMicros).toBeCloseTo(12);
    expect(costs?.goodputAtThree).toBeCloseTo((1 - 0.3) / (1 - 0.1));
  });

  test("is not told without windows, nor by ones in which refusals made decisions cheaper", () => {
    expect(costsOf([], [])).toBeNull();
    const cheaper = { whole: { decided: 60_000, shed: 40_000 }, cpuSeconds: 5 };
    expect(costsOf([windowOf(50_000, 300)], [cheaper])).toBeNull();
  });
});
