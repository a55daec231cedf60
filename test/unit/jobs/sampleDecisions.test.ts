import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createFunnelCounts } from "../../../src/jobs/funnelCounts.ts";
import { createDecisionSampler } from "../../../src/jobs/sampleDecisions.ts";
import type { CounterName } from "../../../src/reports/counters.ts";
import { weightOf } from "../../../src/reports/interval.ts";
import type { FunnelHour } from "../../../src/stores/postgres/funnelStore.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { buildRequest, freeDelivery, unknownVisitor } from "../../support/requestBuilder.ts";
import { until } from "../../support/until.ts";

const snapshot = buildSnapshot(
  [buildCampaign({ campaignId: 1 }), buildCampaign({ campaignId: 2 })],
  {
    revision: "1",
    builtAtMs: 0,
  },
);
const nothingShown = { winners: [], refusals: new Map() };

function inputsOf(decisionId: string) {
  return {
    request: buildRequest({ decisionId }),
    snapshot,
    visitor: unknownVisitor,
    delivery: freeDelivery,
  };
}

/** A sampler with a clock of its own: each look at it takes `tickMs`. */
function open(options: { every?: number; tickMs?: number; mostQueued?: number } = {}) {
  const counted: { campaignId: number; counter: CounterName; weight: number }[] = [];
  let nowMs = 0;
  const time = { tickMs: options.tickMs ?? 0 };
  const sampler = createDecisionSampler({
    counts: {
      count: (campaignId, counter, { weight }) => counted.push({ campaignId, counter, weight }),
    },
    every: options.every ?? 1,
    limits: { workMsPerSecond: 20, sliceMs: 1, pauseMs: 0, mostQueued: options.mostQueued ?? 256 },
    monotonicMs: () => {
      nowMs += time.tickMs;
      return nowMs;
    },
    onError: (error) => {
      throw error;
    },
  });
  return { sampler, counted, time, pass: (ms: number) => (nowMs += ms) };
}

test("a sampled decision is decided again by itself, a little later, with its weight", async () => {
  const { sampler, counted } = open({ every: 3 });
  sampler.onDecided(inputsOf("one"), nothingShown);
  expect(counted).toEqual([]);
  await until(() => sampler.state().redecided === 1);
  expect(counted).toContainEqual({ campaignId: 1, counter: "held_unavailable", weight: 3 });
  expect(counted).toContainEqual({ campaignId: 0, counter: "requests", weight: 3 });
  sampler.stop();
});

test("one decision in N is wanted, the same ones whenever asked", () => {
  const { sampler } = open({ every: 10 });
  const ids = Array.from({ length: 20_000 }, () => randomUUID());
  const wanted = ids.filter(sampler.isWanted);
  expect(wanted.length).toBeGreaterThan(1_800);
  expect(wanted.length).toBeLessThan(2_200);
  expect(wanted.every(sampler.isWanted)).toBe(true);
});

test("without work all decisions come to be sampled; where none is wanted, never one", () => {
  const { sampler, pass } = open({ every: 100 });
  for (let second = 0; second < 12; second++) {
    pass(1_000);
    sampler.tune();
  }
  expect(sampler.state().every).toBe(1);

  expect(open({ every: 0 }).sampler.isWanted("any")).toBe(false);
});

test("work above the budget makes samples rarer, and a full queue halves them at once", async () => {
  const { sampler, pass, time } = open({ every: 4 });
  time.tickMs = 15;
  for (let index = 0; index < 20; index++) sampler.onDecided(inputsOf(`${index}`), nothingShown);
  await until(() => sampler.state().queued === 0 && sampler.state().redecided === 20);
  pass(100);
  sampler.tune();
  expect(sampler.state().every).toBeGreaterThan(4);

  const full = open({ every: 4, mostQueued: 2 });
  for (let index = 0; index < 3; index++)
    full.sampler.onDecided(inputsOf(`${index}`), nothingShown);
  expect(full.sampler.state()).toMatchObject({ queued: 2, passedOver: 1 });
  full.sampler.tune();
  expect(full.sampler.state().every).toBe(8);
  full.sampler.stop();
  sampler.stop();
});

test("a stopped sampler wants nothing and forgets what waits", () => {
  const { sampler, counted } = open();
  sampler.onDecided(inputsOf("one"), nothingShown);
  sampler.stop();
  sampler.drain();
  expect(sampler.isWanted("one")).toBe(false);
  expect(counted).toEqual([]);
});

const hourMs = 3_600_000;
const once = { nowMs: 5 * hourMs + 1, weight: 10, amount: 1 };

test("counts that Postgres does not take stay, and are added with what came since", async () => {
  const added: FunnelHour[] = [];
  const store = { isAway: true };
  const counts = createFunnelCounts({
    add: async (hours) => {
      if (store.isAway) throw new Error("away");
      added.push(...hours);
    },
  });
  counts.count(7, "won", once);
  await expect(counts.flushOnce()).rejects.toThrow("away");
  counts.count(7, "won", once);
  counts.count(8, "floor", { ...once, nowMs: 6 * hourMs });
  store.isAway = false;
  await counts.flushOnce();
  expect(added.map(({ campaignId, hourMs: at }) => [campaignId, at])).toEqual([
    [7, 5 * hourMs],
    [8, 6 * hourMs],
  ]);
  expect(weightOf(added[0]!.counts, ["won"])).toBe(20);
  await counts.flushOnce();
  expect(added).toHaveLength(2);
});

test("a full memory drops counts of further campaigns, says so, and goes on with those it has", async () => {
  const added: FunnelHour[] = [];
  const add = async (hours: readonly FunnelHour[]) => void added.push(...hours);
  const counts = createFunnelCounts({ add }, { mostWaiting: 2 });
  for (const campaignId of [1, 2, 3, 1]) counts.count(campaignId, "won", once);
  expect(counts.state()).toEqual({ waiting: 2, dropped: 1 });
  await counts.flushOnce();
  expect(added.map((hour) => weightOf(hour.counts, ["won"]))).toEqual([20, 10]);
});
