import { expect, it } from "vitest";
import { createHistory } from "../../../src/metrics/history.ts";
import { createMetrics, type Figure } from "../../../src/metrics/metrics.ts";
import { latencyBounds, percentilesOf } from "../../../src/metrics/percentiles.ts";
import { ratesOf, sspHealthOf } from "../../../src/metrics/reportRates.ts";
import { watched } from "../../../src/metrics/watched.ts";

const newHistory = () => createHistory({ fine: 61, coarseEveryMs: 60_000, coarse: 61 });
const secondMs = 1_000;
const count = (name: string, value: number, labels = {}): Figure => ({ name, value, labels });

it("a history says by how much counters grew, of some labels or of all, and by one label", () => {
  const history = newHistory();
  history.add(0, [count("a", 10, { ssp: "x", reason: "late" })]);
  history.add(secondMs, [
    count("a", 13, { ssp: "x", reason: "late" }),
    count("a", 4, { ssp: "y", reason: "late" }),
    count("a", 5, { ssp: "y", reason: "floor" }),
  ]);
  const growth = history.last(60_000);
  expect(growth?.of("a")).toBe(12);
  expect(growth?.of("a", { ssp: "x" })).toBe(3);
  expect(growth?.by("a", "reason", { ssp: "y" })).toEqual(
    new Map([
      ["late", 4],
      ["floor", 5],
    ]),
  );
  expect(growth?.of("b")).toBe(0);
});

it("a minute is remembered by the second and an hour by the minute", () => {
  const history = newHistory();
  for (let second = 0; second <= 7_200; second++)
    history.add(second * secondMs, [count("a", second)]);
  expect(history.last(60_000)?.of("a")).toBe(60);
  expect(history.last(3_600_000)?.of("a")).toBe(3_600);
  expect(history.steps()).toHaveLength(60);
  expect(history.longSteps().map((step) => step.of("a"))).toEqual(Array(60).fill(60));
  expect(history.trailing(10_000).at(-1)?.of("a")).toBe(10);
});

it("nothing is said before there are two samples", () => {
  const history = newHistory();
  expect(history.last(60_000)).toBeNull();
  expect(ratesOf(history)).toMatchObject({
    windowSeconds: 0,
    ads: { requestsPerSecond: 0, fillShare: null, latencyMs: null },
    series: [],
  });
});

it("percentiles are right within a sixth, and the last bound stands for all above it", async () => {
  const metrics = createMetrics();
  const seconds = metrics.histogram("atelier_test_seconds", "What is tried", latencyBounds);
  const history = newHistory();
  history.add(0, await metrics.read("atelier_test_seconds"));
  for (let ms = 1; ms <= 1_000; ms++) seconds.observe(ms / 1_000);
  history.add(secondMs, await metrics.read("atelier_test_seconds"));
  const growth = history.last(60_000);
  if (growth === null) throw new Error("no growth");
  const found = percentilesOf(growth, "atelier_test_seconds");
  for (const [percent, value] of [
    [50, found?.p50],
    [95, found?.p95],
    [99, found?.p99],
  ] as const)
    expect(Math.abs((value ?? 0) / (percent * 10) - 1)).toBeLessThan(1 / 6);
  for (let times = 0; times < 10_000; times++) seconds.observe(60);
  history.add(2 * secondMs, await metrics.read("atelier_test_seconds"));
  const later = history.last(60_000);
  expect(later && percentilesOf(later, "atelier_test_seconds")?.p99).toBe(
    (latencyBounds.at(-1) ?? 0) * 1_000,
  );
});

it("an SSP's health leaves others' figures out, and counts a bill as won where no win is told", () => {
  const history = newHistory();
  const figures = (times: number) =>
    ["one", "two"].flatMap((ssp, index) => [
      count(watched.bidRequests, times * 100 * (index + 1), { ssp }),
      count(watched.bids, times * 40, { ssp }),
      count(watched.bidsShed, times * 7, { ssp, reason: "over_quota" }),
      count(watched.notices, times * 6, { ssp, kind: "billing", outcome: "counted" }),
      count(watched.notices, times * 2, { ssp, kind: "billing", outcome: "duplicate" }),
      count(watched.losses, times * 9, { ssp, reason: "outbid" }),
    ]);
  history.add(0, figures(0));
  history.add(10 * secondMs, figures(1));
  const health = sspHealthOf(history, {
    ssp: "two",
    node: "n",
    qpsLimit: 50,
    nowMs: 10 * secondMs,
  });
  expect(health.lastMinute).toMatchObject({
    seconds: 10,
    requests: 200,
    bids: 40,
    won: 6,
    billed: 6,
    shed: [{ reason: "over_quota", count: 7 }],
    losses: [{ reason: "outbid", count: 9 }],
    noBids: [],
  });
});
