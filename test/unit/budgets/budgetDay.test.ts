import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  budgetDayBounds,
  budgetDayFromNumber,
  budgetDayNumber,
  budgetDayOf,
  endOfBudgetDayMs,
  isBudgetDay,
  startOfBudgetDayMs,
} from "../../../src/budgets/budgetDay.ts";

const hourMs = 3_600_000;

describe("a budget day", () => {
  it.each([
    ["2026-01-15T22:59:59.999Z", "2026-01-15"],
    ["2026-01-15T23:00:00.000Z", "2026-01-16"],
    ["2026-07-14T21:59:59.999Z", "2026-07-14"],
    ["2026-07-14T22:00:00.000Z", "2026-07-15"],
    ["2026-12-31T23:00:00.000Z", "2027-01-01"],
  ])("changes at midnight in Paris, not in UTC: %s is in %s", (time, day) => {
    expect(budgetDayOf(Date.parse(time))).toBe(day);
  });

  it.each([
    ["2026-03-29", 23],
    ["2026-03-30", 24],
    ["2026-10-25", 25],
    ["2026-10-26", 24],
  ])("%s lasts %i hours", (day, hours) => {
    const { startMs, endMs } = budgetDayBounds(day);
    expect((endMs - startMs) / hourMs).toBe(hours);
    expect(budgetDayOf(startMs)).toBe(day);
    expect(budgetDayOf(endMs - 1)).toBe(day);
    expect(budgetDayOf(startMs - 1)).toBe(addDays(day, -1));
    expect(budgetDayOf(endMs)).toBe(addDays(day, 1));
  });

  it("holds every instant between its bounds, in whatever order instants are asked about", () => {
    const instants = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) });
    const check = fc.property(fc.array(instants, { minLength: 1, maxLength: 5 }), (times) => {
      for (const timeMs of times) {
        const day = budgetDayOf(timeMs);
        expect(startOfBudgetDayMs(day)).toBeLessThanOrEqual(timeMs);
        expect(endOfBudgetDayMs(day)).toBeGreaterThan(timeMs);
        expect(budgetDayFromNumber(budgetDayNumber(day))).toBe(day);
      }
    });
    fc.assert(check, { numRuns: 300 });
  });

  it.each(["2026-02-30", "2026-1-01", "", "tomorrow", "2026-13-01", "2026-01-01T00:00:00Z"])(
    "is never %j",
    (text) => {
      expect(isBudgetDay(text)).toBe(false);
      expect(() => startOfBudgetDayMs(text)).toThrow(RangeError);
    },
  );
});
