import { afterAll, beforeAll, expect, test } from "vitest";
import { budgetDayOf, startOfBudgetDayMs } from "../../../src/budgets/budgetDay.ts";
import { addSample, type CounterName, createCounts } from "../../../src/reports/counters.ts";
import type { Diagnosis } from "../../../src/reports/diagnosisTypes.ts";
import { weightOf } from "../../../src/reports/interval.ts";
import { createDiagnosisStore } from "../../../src/stores/postgres/diagnosisStore.ts";
import { createFunnelStore, type FunnelHour } from "../../../src/stores/postgres/funnelStore.ts";
import { type OpenStore, openCampaignStore, saveCampaign } from "../../support/campaignStore.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened.close());

const hourMs = 3_600_000;
const startMs = startOfBudgetDayMs("2026-03-12");

function hourOf(
  campaignId: number,
  hour: number,
  samples: Partial<Record<CounterName, number>>,
  weight = 1,
): FunnelHour {
  const counts = createCounts();
  for (const [name, times] of Object.entries(samples))
    for (let index = 0; index < times; index++) addSample(counts, name as CounterName, weight, 1);
  return { campaignId, hourMs: startMs + hour * hourMs, counts };
}

test("what nodes add at the same time adds up, by campaign and hour", async () => {
  const funnel = createFunnelStore(opened.db);
  const hours = [
    hourOf(1, 9, { won: 2, outranked: 3 }),
    hourOf(2, 9, { floor: 1 }, 50),
    hourOf(0, 9, { requests: 6 }),
  ];
  await Promise.all(
    Array.from({ length: 8 }, (_, node) => funnel.add(node % 2 ? hours : [...hours].reverse())),
  );
  await funnel.add([hourOf(1, 10, { won: 1 }, 10)]);

  const both = await funnel.sum([0, 1, 2, 3], startMs + 9 * hourMs, startMs + 11 * hourMs);
  expect([...both.keys()].sort()).toEqual([0, 1, 2]);
  expect(weightOf(both.get(1)!, ["won"])).toBe(26);
  expect(weightOf(both.get(1)!, ["outranked"])).toBe(24);
  expect(weightOf(both.get(2)!, ["floor"])).toBe(400);
  const nine = await funnel.sum([1], startMs + 9 * hourMs, startMs + 10 * hourMs);
  expect(weightOf(nine.get(1)!, ["won"])).toBe(16);

  expect(await funnel.prune(startMs + 10 * hourMs)).toBe(3);
  expect([...(await funnel.sum([0, 1, 2], startMs, startMs + 24 * hourMs)).keys()]).toEqual([1]);
});

test("a funnel of thousands of campaigns is added and read whole", async () => {
  const funnel = createFunnelStore(opened.db);
  const ids = Array.from({ length: 2_345 }, (_, index) => 1_000 + index);
  await funnel.add(ids.map((campaignId) => hourOf(campaignId, 1, { won: 1 })));
  expect((await funnel.sum(ids, startMs, startMs + 2 * hourMs)).size).toBe(ids.length);
});

test("one node at a time looks at all campaigns in an hour, another takes over after ten minutes", async () => {
  const store = createDiagnosisStore(opened.db);
  const atOnce = await Promise.all([1, 2, 3].map(() => store.claimRun(startMs, startMs + 1)));
  expect(atOnce.filter(Boolean)).toHaveLength(1);
  expect(await store.claimRun(startMs, startMs + 9 * 60_000)).toBe(false);
  expect(await store.claimRun(startMs, startMs + 11 * 60_000)).toBe(true);
  await store.finishRun(startMs, startMs + 12 * 60_000);
  expect(await store.claimRun(startMs, startMs + hourMs)).toBe(false);
  expect(await store.claimRun(startMs + hourMs, startMs + hourMs)).toBe(true);
});

function diagnosisOf(status: Diagnosis["status"]): Diagnosis {
  return {
    status,
    rest: null,
    budgetDay: "2026-03-12",
    planMicros: 5_000_000,
    plannedSoFarMicros: 1_300_000,
    spentMicros: 0,
    expectedMicros: { value: 0, low: 0, high: 1 },
    seenShare: 0.26,
    opportunitiesPerDay: null,
    reasons: [],
    words: { fr: "Bonjour", en: "Hello" },
  };
}

test("a diagnosis keeps when the campaign was first known to lag, and that it does not any more", async () => {
  const store = createDiagnosisStore(opened.db);
  const save = (status: Diagnosis["status"], hour: number) =>
    store.save(
      [7, 8].map((campaignId) => ({
        campaignId,
        diagnosis: diagnosisOf(campaignId === 7 ? status : "on_track"),
      })),
      startMs + hour * hourMs,
    );
  await save("behind", 10);
  await save("cannot_spend", 11);
  expect(await store.read(7, "2026-03-12")).toEqual({
    status: "cannot_spend",
    firstKnownAtMs: startMs + 10 * hourMs,
    diagnosedAtMs: startMs + 11 * hourMs,
  });
  await save("on_track", 12);
  expect((await store.read(7, "2026-03-12"))?.status).toBe("recovered");
  expect(await store.read(8, "2026-03-12")).toBeNull();
  await store.prune("2026-03-13");
  expect(await store.read(7, "2026-03-12")).toBeNull();
});

test("a campaign's money and its last change are read from the ledger's sums and the audit log", async () => {
  const { campaignId } = await saveCampaign(opened.store);
  const store = createDiagnosisStore(opened.db);
  const nowMs = Date.now();
  const row = (await store.deliveryOf([campaignId], budgetDayOf(nowMs))).get(campaignId);
  expect(row).toMatchObject({ spentBeforeMicros: 0, spentTodayMicros: 0 });
  expect(row?.events).toEqual({ impressions: 0, viewables: 0, clicks: 0 });
  expect(row?.changedAtMs).toBeGreaterThanOrEqual(row!.createdAtMs);
  expect((await store.activeCampaigns(0, nowMs)).map((it) => it.campaignId)).toContain(campaignId);
  const found = await store.campaigns([2_000_000_000, campaignId], nowMs);
  expect(found.map((one) => one.campaignId)).toEqual([campaignId]);
});
