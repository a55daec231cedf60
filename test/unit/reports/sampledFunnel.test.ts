import { expect, test } from "vitest";
import { createDecisionSampler } from "../../../src/jobs/sampleDecisions.ts";
import { addSample, type Counts, createCounts } from "../../../src/reports/counters.ts";
import { toFunnelReport } from "../../../src/reports/funnelReport.ts";
import { everyCampaign } from "../../../src/reports/redecide.ts";
import { allocate } from "../../../src/targeting/allocate.ts";
import { decide } from "../../../src/targeting/decide.ts";
import { buildSnapshot } from "../../../src/targeting/snapshot.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { buildPlacement, buildRequest, freeDelivery } from "../../support/requestBuilder.ts";

/** Eight shops that lose for different reasons. */
const snapshot = buildSnapshot(
  Array.from({ length: 8 }, (_, index) =>
    buildCampaign({
      campaignId: index + 1,
      bidMicros: (index + 1) * 1_000_000,
      hoursOfWeek: index % 4 === 3 ? [81, 82] : null,
      devices: index % 3 === 2 ? ["desktop"] : [],
      wantedCategories: index % 5 === 4 ? ["vehicules"] : [],
    }),
  ),
  { revision: "1", builtAtMs: 0 },
);
const hourMs = 3_600_000;
const devices = ["mobile", "desktop", "tablet"] as const;
/** A stream of numbers that looks random and is the same each time. */
const mixed = (index: number, salt: number): number =>
  (Math.imul(index * 7 + salt, 2_654_435_761) >>> 8) % 1_000;

/** The funnel of a day's decisions of which one in `every` is decided again. */
function funnelOf(every: number): ReadonlyMap<number, Counts> {
  const sums = new Map<number, Counts>();
  const sampler = createDecisionSampler({
    counts: {
      count(campaignId, counter, { weight, amount }) {
        const counts = sums.get(campaignId) ?? createCounts();
        sums.set(campaignId, counts);
        addSample(counts, counter, weight, amount);
      },
    },
    every,
    monotonicMs: () => 0,
    onError: (error) => {
      throw error;
    },
  });
  for (let index = 0; index < 4_000; index++) {
    const decisionId = `decision-${String(mixed(index, 1)).padStart(4, "0")}${String(index).padStart(4, "0")}`;
    if (!sampler.isWanted(decisionId)) continue;
    const request = buildRequest({
      decisionId,
      nowMs: Date.UTC(2026, 2, 12, 8) + (mixed(index, 2) % 4) * hourMs,
      deviceType: devices[mixed(index, 3) % 3] ?? "mobile",
      page: { category: mixed(index, 4) < 400 ? "vehicules" : null, keywords: [] },
      placements: [buildPlacement({ floorMicros: mixed(index, 5) < 300 ? 4_500_000 : 0 })],
    });
    const visitor = { scores: null, impressions: new Map() };
    const decision = decide(request, snapshot, visitor, freeDelivery);
    const winners = allocate(decision, new Set()).map((won, slot) => ({
      ...won,
      slot,
      holdId: null,
      budgetDay: "2026-03-12",
    }));
    sampler.onDecided(
      { request, snapshot, visitor, delivery: freeDelivery },
      { winners, refusals: new Map() },
    );
    sampler.drain();
  }
  sampler.stop();
  return sums;
}

const reportOf = (sums: ReadonlyMap<number, Counts>, campaignId: number) =>
  toFunnelReport(sums.get(campaignId) ?? null, sums.get(everyCampaign) ?? createCounts());

test("what is sampled brackets what full counting finds, in at least nine of ten figures", () => {
  const whole = funnelOf(1);
  const sampled = funnelOf(9);
  let [figures, held] = [0, 0];
  for (let campaignId = 1; campaignId <= 8; campaignId++) {
    const truth = reportOf(whole, campaignId);
    const estimated = reportOf(sampled, campaignId);
    expect(truth.opportunities).toEqual({ value: 4_000, low: 4_000, high: 4_000 });
    for (const { outcome, count } of truth.outcomes) {
      expect([count.low, count.high]).toEqual([count.value, count.value]);
      const found = estimated.outcomes.find((it) => it.outcome === outcome)?.count;
      const { low, high } = found ?? { low: 0, high: 9 * 3.689 };
      expect(high - low).toBeLessThan(4_000);
      figures += 1;
      if (low <= count.value && count.value <= high) held += 1;
    }
  }
  expect(figures).toBeGreaterThan(15);
  expect(held / figures).toBeGreaterThanOrEqual(0.9);
});
