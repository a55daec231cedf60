import { describe, expect, it } from "vitest";
import { daysToPeriod } from "../../../src/campaigns/days.ts";

const hourMs = 3_600_000;

describe("days in Paris", () => {
  it("begin at 23:00 UTC in winter and at 22:00 UTC in summer", () => {
    const startOf = (day: string) => daysToPeriod(day, null).startsAtMs;
    expect(startOf("2026-01-15")).toBe(Date.parse("2026-01-14T23:00:00Z"));
    expect(startOf("2026-07-14")).toBe(Date.parse("2026-07-13T22:00:00Z"));
    expect(startOf("2026-01-15")).toBe(Date.parse("2026-01-14T23:00:00Z"));
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

  it("are refused when they are none", () => {
    expect(() => daysToPeriod("demain", null)).toThrow(RangeError);
    expect(() => daysToPeriod("2026-01-01", "2026-02-30")).toThrow(RangeError);
  });
});
