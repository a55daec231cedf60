import { describe, expect, it } from "vitest";
import { budgetDayBounds } from "../../../../src/budgets/budgetDay.ts";
import { planDay } from "../../../../src/budgets/pacing/dayPlan.ts";
import { toPacingReport } from "../../../../src/budgets/pacing/pacingReport.ts";
import { toTrafficCurve } from "../../../../src/budgets/pacing/trafficCurve.ts";
import { pacedCampaign } from "../../../support/pacedCampaign.ts";

const flat = toTrafficCurve(new Float64Array(168).fill(1));
const hourMs = 3_600_000;

describe("the day of a campaign, told by hour", () => {
  const report = (day: string, plannedHour: number, nowHour: number) => {
    const bounds = budgetDayBounds(day);
    const money = { limitMicros: 4_800_000, spentMicros: 0 };
    const from = bounds.startMs + plannedHour * hourMs;
    const plan = planDay(pacedCampaign(), flat, money, day, from);
    const spentByHour = new Map([
      [bounds.startMs + 10 * hourMs, 210_000],
      [bounds.startMs + 11 * hourMs, 100_000],
    ]);
    return toPacingReport({
      day,
      nowMs: bounds.startMs + nowHour * hourMs,
      plan,
      spentByHour,
      bounds,
    });
  };

  it("has plan and spending of each hour, and how far they are apart", () => {
    const { hours, ...sums } = report("2026-06-01", 0, 11.5);
    expect(sums).toEqual({
      dayLimitMicros: 4_800_000,
      targetMicros: 4_800_000,
      plannedAt: "2026-05-31T22:00:00.000Z",
      plannedMicros: 2_300_000,
      spentMicros: 310_000,
      deviationMicros: -1_990_000,
    });
    expect(hours).toHaveLength(24);
    expect(hours[10]).toEqual({
      startsAt: "2026-06-01T08:00:00.000Z",
      forecastShare: 0.041667,
      plannedMicros: 200_000,
      spentMicros: 210_000,
    });
    expect(hours[9]).toMatchObject({ spentMicros: 0 });
    expect(hours[12]).toMatchObject({ spentMicros: null, plannedMicros: 200_000 });
    expect(hours.reduce((sum, hour) => sum + (hour.plannedMicros ?? 0), 0)).toBe(4_800_000);
  });

  it("says nothing of what was planned before the plan was made anew", () => {
    const { hours } = report("2026-06-01", 12, 13);
    expect(hours[11]).toMatchObject({ plannedMicros: null });
    expect(hours[12]).toMatchObject({ plannedMicros: 400_000 });
  });

  it("has 23 hours in spring and 25 in autumn", () => {
    expect(report("2026-03-29", 0, 12).hours).toHaveLength(23);
    expect(report("2026-10-25", 0, 12).hours).toHaveLength(25);
  });

  it("has spending without a plan for a campaign that is not paced", () => {
    const bounds = budgetDayBounds("2026-06-01");
    const facts = { day: "2026-06-01", nowMs: bounds.startMs, plan: null, bounds };
    const told = toPacingReport({ ...facts, spentByHour: new Map([[bounds.startMs, 5_000]]) });
    expect(told).toMatchObject({ spentMicros: 5_000, plannedMicros: null, deviationMicros: null });
    expect(told.hours[0]).toMatchObject({
      spentMicros: 5_000,
      plannedMicros: null,
      forecastShare: null,
    });
  });
});
