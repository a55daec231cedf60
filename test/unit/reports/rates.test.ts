import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mondayOf, parisTime } from "../../../src/reports/parisTime.ts";
import { microsPer, wilsonRate } from "../../../src/reports/rates.ts";

describe("A rate", () => {
  it("has Wilson's bounds", () => {
    const rate = wilsonRate(10, 100);
    expect(rate?.value).toBe(0.1);
    expect(rate?.low).toBeCloseTo(0.05523, 5);
    expect(rate?.high).toBeCloseTo(0.17437, 5);
    expect(wilsonRate(0, 10)).toEqual({ value: 0, low: 0, high: expect.closeTo(0.27753, 5) });
    expect(wilsonRate(5, 0)).toBeNull();
  });

  it("stays between its bounds and within 0 and 1, and narrows with trials", () => {
    fc.assert(
      fc.property(fc.nat({ max: 5_000 }), fc.integer({ min: 1, max: 5_000 }), (some, trials) => {
        const rate = wilsonRate(some, trials)!;
        expect(0 <= rate.low && rate.low <= rate.value).toBe(true);
        expect(rate.value <= rate.high && rate.high <= 1).toBe(true);
        const more = wilsonRate(Math.min(some, trials) * 4, trials * 4)!;
        expect(more.high - more.low).toBeLessThanOrEqual(rate.high - rate.low);
      }),
    );
  });

  it("costs nothing where nothing was had", () => {
    expect(microsPer(5_000_000, 1_000, 1_000)).toBe(5_000_000);
    expect(microsPer(1_000, 3, 1)).toBe(333);
    expect(microsPer(1_000, 0, 1)).toBeNull();
  });
});

describe("Days of Paris", () => {
  it("belong to the week of their Monday, over years too", () => {
    expect(["2026-06-01", "2026-06-07", "2027-01-01", "2028-02-29"].map(mondayOf)).toEqual([
      "2026-06-01",
      "2026-06-01",
      "2026-12-28",
      "2028-02-28",
    ]);
    expect(() => mondayOf("2026-02-30")).toThrow(RangeError);
  });

  it("have 23 hours in spring and 25 in autumn, each with a name of its own", () => {
    const hoursFrom = (utc: string, count: number) =>
      Array.from({ length: count }, (_, i) => parisTime(Date.parse(utc) + i * 3_600_000));
    const spring = hoursFrom("2026-03-28T23:00:00Z", 23);
    expect(spring.slice(1, 4)).toEqual([
      "2026-03-29T01:00:00+01:00",
      "2026-03-29T03:00:00+02:00",
      "2026-03-29T04:00:00+02:00",
    ]);
    expect(spring.at(-1)).toBe("2026-03-29T23:00:00+02:00");
    const autumn = hoursFrom("2026-10-24T22:00:00Z", 25);
    expect(autumn.slice(2, 4)).toEqual(["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]);
    expect(new Set(autumn).size).toBe(25);
    expect(autumn.every((hour) => hour.startsWith("2026-10-25"))).toBe(true);
  });
});
