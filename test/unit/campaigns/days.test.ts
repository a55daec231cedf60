import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, daysToPeriod, parisDayOf, parisDayStartMs } from "../../../src/campaigns/days.ts";

const hourMs = 3_600_000;

describe("days in Paris", () => {
  it("begin at 23:00 UTC in winter and at 22:00 UTC in summer", () => {
    expect(parisDayStartMs("2026-01-15")).toBe(Date.parse("2026-01-14T23:00:00Z"));
    expect(parisDayStartMs("2026-07-14")).toBe(Date.parse("2026-07-13T22:00:00Z"));
  });

  it.each([
    ["2026-03-29", 23],
    ["2026-10-25", 25],
    ["2027-03-28", 23],
    ["2027-10-31", 25],
    ["2026-03-28", 24],
    ["2026-10-26", 24],
  ])("%s has %i hours", (day, hours) => {
    const { startsAtMs, endsAtMs } = daysToPeriod(day, day);
    expect(((endsAtMs ?? 0) - startsAtMs) / hourMs).toBe(hours);
  });

  it("include the last day of a campaign to its last millisecond", () => {
    const { endsAtMs } = daysToPeriod("2026-10-01", "2026-10-25");
    expect(endsAtMs).toBe(Date.parse("2026-10-25T23:00:00Z"));
    expect(daysToPeriod("2026-10-01", null).endsAtMs).toBeNull();
  });

  it("hold every instant between their beginning and the next one's", () => {
    const instants = fc.integer({
      min: Date.parse("2020-01-01T00:00:00Z"),
      max: Date.parse("2100-12-30T00:00:00Z"),
    });
    fc.assert(
      fc.property(instants, (instantMs) => {
        const day = parisDayOf(instantMs);
        expect(parisDayStartMs(day)).toBeLessThanOrEqual(instantMs);
        expect(parisDayStartMs(addDays(day, 1))).toBeGreaterThan(instantMs);
      }),
      { numRuns: 500 },
    );
  });

  it("are refused when they are none", () => {
    expect(() => parisDayStartMs("demain")).toThrow(RangeError);
  });
});
