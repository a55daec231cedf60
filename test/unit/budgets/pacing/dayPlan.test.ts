import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetDayBounds } from "../../../../src/budgets/budgetDay.ts";
import { dayLimitMicros, shareOfDay } from "../../../../src/budgets/pacing/dayLimit.ts";
import {
  forecastHours,
  forecastUntil,
  planDay,
  plannedMicrosAt,
  plannedRateAt,
  trafficLeft,
} from "../../../../src/budgets/pacing/dayPlan.ts";
import { defaultNationalCurve } from "../../../../src/budgets/pacing/nationalCurve.ts";
import { toTrafficCurve } from "../../../../src/budgets/pacing/trafficCurve.ts";
import { pacedCampaign } from "../../../support/pacedCampaign.ts";

const curve = defaultNationalCurve();
const flat = toTrafficCurve(new Float64Array(168).fill(1));
const monday = "2026-06-01";
const hourMs = 3_600_000;
const at = (day: string, hour: number) => budgetDayBounds(day).startMs + hour * hourMs;
const wholeDay = { limitMicros: 5_000_000, spentMicros: 0 };
const euro = 1_000_000;

describe("the forecast of a day", () => {
  it("has no second hour of the night in spring, and two of them in autumn", () => {
    const [spring, autumn] = ["2026-03-29", "2026-10-25"].map((day) =>
      forecastHours(pacedCampaign(), day, curve),
    );
    const sunday = Array.from(curve.slice(144, 168));
    expect(spring).toEqual([...sunday.slice(0, 2), ...sunday.slice(3)]);
    expect(autumn).toEqual([...sunday.slice(0, 3), ...sunday.slice(2)]);
  });

  it("is read on the clocks of the zone: Réunion is two hours ahead of Paris in June", () => {
    const hours = forecastHours(pacedCampaign({ timeZone: "Indian/Reunion" }), monday, curve);
    expect(hours[0]).toBe(curve[2]);
    expect(hours[22]).toBe(curve[24]);
  });

  it("is nothing outside the campaign's hours and dates", () => {
    const hoursOfWeek = [9, 10];
    const campaign = pacedCampaign({ hoursOfWeek, startsAtMs: at(monday, 10) });
    const hours = forecastHours(campaign, monday, flat);
    expect(hours.flatMap((share, hour) => (share > 0 ? [hour] : []))).toEqual([10]);
    expect(forecastHours({ ...campaign, endsAtMs: at(monday, 10) }, monday, flat)).toEqual(
      new Array(24).fill(0),
    );
  });
});

describe("a day's plan", () => {
  it("spends as the traffic comes, from nothing at midnight to the whole budget", () => {
    const plan = planDay(pacedCampaign(), curve, wholeDay, monday, at(monday, 0));
    const total = forecastUntil(plan, Infinity);
    for (const hour of [0, 7, 12.5, 20, 24])
      expect(plannedMicrosAt(plan, at(monday, hour))).toBeCloseTo(
        (5 * euro * forecastUntil(plan, at(monday, hour))) / total,
        3,
      );
    expect(plannedMicrosAt(plan, at(monday, 24))).toBe(5 * euro);
  });

  it("front-loads by half more at first and half less at last", () => {
    const campaign = pacedCampaign({ mode: "front_loaded" });
    const plan = planDay(campaign, flat, wholeDay, monday, at(monday, 0));
    expect(plannedMicrosAt(plan, at(monday, 12))).toBeCloseTo(0.625 * 5 * euro, 3);
    expect(plannedMicrosAt(plan, at(monday, 24))).toBeCloseTo(5 * euro, 3);
    expect(plannedRateAt(plan, at(monday, 0))).toBeCloseTo(1.5 * 5 * euro, 3);
    expect(plannedRateAt(plan, at(monday, 24))).toBeCloseTo(0.5 * 5 * euro, 3);
  });

  it("begins with what was spent when it is made during the day", () => {
    const money = { limitMicros: 8 * euro, spentMicros: 2 * euro };
    const plan = planDay(pacedCampaign(), flat, money, monday, at(monday, 12));
    expect(plannedMicrosAt(plan, at(monday, 12))).toBe(2 * euro);
    expect(plannedMicrosAt(plan, at(monday, 18))).toBeCloseTo(5 * euro, 3);
    expect(plannedMicrosAt(plan, at(monday, 24))).toBe(8 * euro);
  });

  it("does not run after a budget that was lowered below what is spent", () => {
    const money = { limitMicros: 1 * euro, spentMicros: 2 * euro };
    const plan = planDay(pacedCampaign(), flat, money, monday, at(monday, 12));
    expect(plannedMicrosAt(plan, at(monday, 24))).toBe(2 * euro);
    expect(plannedRateAt(plan, at(monday, 13))).toBe(0);
  });

  it("spends at most three times as fast as on a whole day when it begins late", () => {
    const plan = planDay(pacedCampaign(), flat, wholeDay, monday, at(monday, 22));
    expect(plan.targetMicros).toBe(1_250_000);
    const earlier = planDay(pacedCampaign(), flat, wholeDay, monday, at(monday, 16));
    expect(earlier.targetMicros).toBe(5 * euro);
  });

  it("means to spend whole prices only", () => {
    const money = { limitMicros: 1 * euro, spentMicros: 0 };
    const campaign = pacedCampaign({ pricing: "cpc", priceMicros: 300_000 });
    expect(planDay(campaign, flat, money, monday, at(monday, 0)).targetMicros).toBe(900_000);
  });

  it("plans nothing for a day on which the campaign may not show", () => {
    const campaign = pacedCampaign({ hoursOfWeek: [30] });
    const plan = planDay(campaign, flat, wholeDay, monday, at(monday, 0));
    expect(plannedMicrosAt(plan, at(monday, 24))).toBe(0);
    expect(trafficLeft(plan, at(monday, 1))).toEqual({ left: 0, total: 0 });
  });

  it("never goes back, and never beyond the limit, whatever the day, hour and money", () => {
    const anyDay = fc.constantFrom(monday, "2026-03-29", "2026-10-25", "2026-12-31");
    const micros = fc.integer({ min: 0, max: 20 * euro });
    fc.assert(
      fc.property(
        anyDay,
        fc.double({ min: 0, max: 25, noNaN: true }),
        micros,
        micros,
        fc.constantFrom("even" as const, "front_loaded" as const),
        (day, hour, limitMicros, spentMicros, mode) => {
          const money = { limitMicros, spentMicros };
          const plan = planDay(pacedCampaign({ mode }), curve, money, day, at(day, hour));
          let before = spentMicros;
          for (let later = 0; later <= 25; later += 0.5) {
            const planned = plannedMicrosAt(plan, at(day, later));
            expect(planned).toBeGreaterThanOrEqual(before - 1e-6);
            before = planned;
          }
          expect(before).toBeLessThanOrEqual(Math.max(limitMicros, spentMicros) + 1e-6);
        },
      ),
    );
  });
});

describe("what a day may cost", () => {
  const spent = (totalMicros: number, todayMicros = 0) => ({ totalMicros, todayMicros });

  it("is the daily budget, or what is left of the total", () => {
    const campaign = pacedCampaign({ totalBudgetMicros: 20 * euro });
    expect(dayLimitMicros(campaign, spent(10 * euro), 1)).toBe(5 * euro);
    expect(dayLimitMicros(campaign, spent(17 * euro), 1)).toBe(3 * euro);
    expect(dayLimitMicros(campaign, spent(18 * euro, 1 * euro), 1)).toBe(3 * euro);
    expect(dayLimitMicros(campaign, spent(21 * euro), 1)).toBe(0);
  });

  it("does not change with what the day itself spends", () => {
    const campaign = pacedCampaign({ totalBudgetMicros: 20 * euro, dailyBudgetMicros: null });
    expect(dayLimitMicros(campaign, spent(10 * euro, 0), 0.25)).toBe(2.5 * euro);
    expect(dayLimitMicros(campaign, spent(11 * euro, 1 * euro), 0.25)).toBe(2.5 * euro);
  });

  const lone = (changes: Parameters<typeof pacedCampaign>[0]) =>
    pacedCampaign({ totalBudgetMicros: 20 * euro, dailyBudgetMicros: null, ...changes });

  it("is the day's share of the days left when there is a total only", () => {
    const tenDays = lone({ endsAtMs: at("2026-06-11", 0) });
    expect(shareOfDay(tenDays, flat, monday)).toBeCloseTo(1 / 10, 9);
    expect(shareOfDay(tenDays, flat, "2026-06-10")).toBe(1);
    expect(shareOfDay(tenDays, curve, "2026-06-07")).toBeGreaterThan(1 / 4);
  });

  it("leaves out days on which the campaign may not show", () => {
    const mondays = Array.from({ length: 24 }, (_, hour) => hour);
    const campaign = lone({ hoursOfWeek: mondays, endsAtMs: at("2026-06-15", 0) });
    expect(shareOfDay(campaign, flat, monday)).toBeCloseTo(1 / 2, 9);
    expect(shareOfDay(campaign, flat, "2026-06-02")).toBe(0);
  });

  it("spreads a total without an end over thirty days, and then over a week, again and again", () => {
    const campaign = lone({ startsAtMs: at(monday, 0) });
    expect(shareOfDay(campaign, flat, monday)).toBeCloseTo(1 / 30, 9);
    expect(shareOfDay(campaign, flat, "2026-06-21")).toBeCloseTo(1 / 10, 9);
    expect(shareOfDay(campaign, flat, "2026-08-01")).toBeCloseTo(1 / 7, 9);
  });
});
