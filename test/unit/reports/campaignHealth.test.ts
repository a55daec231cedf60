import { describe, expect, test } from "vitest";
import { startOfBudgetDayMs } from "../../../src/budgets/budgetDay.ts";
import {
  type HealthFacts,
  healthOf,
  healthOfDiagnosis,
} from "../../../src/reports/campaignHealth.ts";

const day = "2026-03-12";
const startMs = startOfBudgetDayMs(day);
const noonMs = startMs + 12 * 3_600_000;

/** 5 € a day, alike in all hours. */
const plan: NonNullable<HealthFacts["plan"]> = {
  day,
  startMs,
  hours: Array.from({ length: 24 }, () => 1 / 24),
  mode: "even",
  fromMs: startMs,
  fromMicros: 0,
  limitMicros: 5_000_000,
  targetMicros: 5_000_000,
};

const found: NonNullable<HealthFacts["found"]> = {
  status: "behind",
  atMs: noonMs,
  reason: "zone_too_small",
  lever: "radius_3000",
  fr: "Votre zone est petite : +3 km.",
  en: "Your zone is small: +3 km.",
};

function health(fields: Partial<HealthFacts>) {
  const usual: HealthFacts = {
    campaignId: 7,
    status: "active",
    startsOn: "2026-03-01",
    endsOn: null,
    pricing: "cpm",
    priority: "paid",
    bidMicros: 10_000_000,
    totalBudgetMicros: null,
    dailyBudgetMicros: 5_000_000,
    spentTodayMicros: 2_500_000,
    spentTotalMicros: 2_500_000,
    plan,
    found: null,
  };
  return healthOf({ ...usual, ...fields }, day, noonMs);
}

test("who spends along its plan is on track, and by how much others lag is counted from the plan so far", () => {
  expect(health({})).toMatchObject({
    status: "on_track",
    plannedSoFarMicros: 2_500_000,
    lagShare: null,
  });
  expect(health({ spentTodayMicros: 2_200_000, found })).toMatchObject({
    status: "behind",
    lagShare: 0.12,
    reason: "zone_too_small",
    lever: "radius_3000",
    fr: "Votre zone est petite : +3 km.",
    diagnosedAt: "2026-03-12T11:00:00.000Z",
  });
});

test("nobody is said to lag whose requests were not decided again", () => {
  const lagging = health({ spentTodayMicros: 500_000 });
  expect(lagging).toMatchObject({ status: "too_early", lagShare: 0.8, diagnosedAt: null });
  expect(health({ plan: null, spentTodayMicros: 0 })).toMatchObject({
    status: "too_early",
    planMicros: null,
    lagShare: null,
  });
});

describe("what rests is not at fault, whatever was found of it before", () => {
  const cases: readonly (readonly [string, Partial<HealthFacts>, string])[] = [
    ["paused", { status: "paused" }, "not_running"],
    ["draft", { status: "draft" }, "not_running"],
    ["ended", { status: "ended" }, "not_running"],
    ["ended", { endsOn: "2026-03-11" }, "not_running"],
    ["not_started", { startsOn: "2026-03-13" }, "not_running"],
    ["total_spent", { totalBudgetMicros: 2_505_000 }, "not_running"],
    ["day_spent", { spentTodayMicros: 4_995_000 }, "on_track"],
    ["free", { priority: "house", bidMicros: 0 }, "on_track"],
    ["free", { dailyBudgetMicros: null, totalBudgetMicros: null }, "on_track"],
  ];
  test.each(cases)("%s", (rest, fields, status) => {
    expect(health({ found, ...fields })).toMatchObject({
      rest,
      status,
      reason: null,
      lagShare: null,
    });
  });
});

test("a diagnosis replaces what was stored, and the total grows by what the day has spent since", () => {
  const stored = health({ spentTodayMicros: 1_000_000, spentTotalMicros: 9_000_000 });
  const diagnosis = {
    status: "on_track",
    rest: null,
    budgetDay: day,
    planMicros: 5_000_000,
    plannedSoFarMicros: 2_000_000,
    spentMicros: 1_500_000,
    expectedMicros: null,
    seenShare: 0.5,
    opportunitiesPerDay: null,
    reasons: [],
    words: { fr: "Comme prévu.", en: "As planned." },
  } as const;
  expect(healthOfDiagnosis(stored, diagnosis, noonMs)).toMatchObject({
    status: "on_track",
    spentTodayMicros: 1_500_000,
    spentTotalMicros: 9_500_000,
    lagShare: 0.25,
    fr: "Comme prévu.",
  });
});
