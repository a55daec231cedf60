import { describe, expect, it } from "vitest";
import { defaultNationalCurve } from "../../../../src/budgets/pacing/nationalCurve.ts";
import { trafficCellOf } from "../../../../src/budgets/pacing/pacedCampaign.ts";
import {
  opportunitiesPerDay,
  shrinkCurve,
  toTrafficCurve,
  zoneFromNation,
} from "../../../../src/budgets/pacing/trafficCurve.ts";
import {
  type CountedTraffic,
  createTrafficHistory,
} from "../../../../src/budgets/pacing/trafficHistory.ts";
import { createRandom } from "../../../../src/demo/random.ts";
import { bucketKey } from "../../../../src/geo/cells.ts";
import { hourOfWeek } from "../../../../src/targeting/hourOfWeek.ts";

const national = defaultNationalCurve();
const morning = toTrafficCurve(national.map((share, hour) => share * (hour % 24 < 14 ? 1.4 : 0.7)));
const paris = "Europe/Paris";
/** How far two curves lead a day's plan apart: the greatest difference of their sums, as a share of the day. */
const distance = (one: ArrayLike<number>, other: ArrayLike<number>): number => {
  let worst = 0;
  for (let day = 0; day < 7; day++) {
    const hours = Array.from({ length: 24 }, (_, hour) => 24 * day + hour);
    const sum = (curve: ArrayLike<number>, upTo: number) =>
      hours.slice(0, upTo).reduce((total, hour) => total + curve[hour]!, 0);
    for (let upTo = 1; upTo < 24; upTo++)
      worst = Math.max(
        worst,
        Math.abs(sum(one, upTo) / sum(one, 24) - sum(other, upTo) / sum(other, 24)),
      );
  }
  return worst;
};
const mondayMs = Date.parse("2026-06-01T00:00:00+02:00");
const hourMs = 3_600_000;
/** Weeks of traffic of a place, with ±20 % from day to day and ±25 % from hour to hour. */
function counted(
  cell: number,
  perDay: number,
  weeks: number,
  curve = morning,
): readonly CountedTraffic[] {
  const random = createRandom(cell + weeks);
  let dayNoise = 1;
  return Array.from({ length: weeks * 168 }, (_, index) => {
    const atMs = mondayMs - (index + 1) * hourMs;
    if (index % 24 === 0) dayNoise = 0.8 + 0.4 * random.next();
    const noise = dayNoise * (0.75 + 0.5 * random.next());
    const requests = Math.round(perDay * curve[hourOfWeek(atMs, paris)]! * noise);
    return { cell, hour: Math.floor(atMs / hourMs), requests };
  }).filter(({ requests }) => requests > 0);
}

describe("the built-in national curve", () => {
  it("has its peaks after dinner, a bump at lunch, quiet nights and its greatest hour on Sunday evening", () => {
    expect(national.reduce((sum, share) => sum + share, 0)).toBeCloseTo(7, 9);
    const tuesday = national.slice(24, 48);
    expect(tuesday.indexOf(Math.max(...tuesday))).toBe(21);
    expect(tuesday[12]!).toBeGreaterThan(tuesday[11]!);
    expect(tuesday[12]!).toBeGreaterThan(tuesday[14]!);
    expect(tuesday[3]!).toBeLessThan(0.1 * tuesday[12]!);
    expect(national.indexOf(Math.max(...national))).toBe(6 * 24 + 21);
  });
});

describe("a curve from history", () => {
  const forecast = (perDay: number, weeks: number) => {
    // A nation whose days are as the built-in curve says, and a small place in it whose mornings are fuller.
    const rows = [...counted(1, 1_000_000, weeks, national), ...counted(2, perDay, weeks)];
    return createTrafficHistory(rows, mondayMs).forecastOf([2], paris);
  };

  it("is the built-in one before anything was counted", () => {
    const history = createTrafficHistory([], mondayMs);
    expect(distance(history.forecastOf(null, paris).curve, national)).toBe(0);
    expect(history.forecastOf([2], paris)).toMatchObject({ opportunitiesPerDay: 0 });
  });

  it("comes to a place's own the more was counted there", () => {
    const apart = distance(morning, national);
    const distances = [
      forecast(20, 1),
      forecast(2_000, 1),
      forecast(2_000, 4),
      forecast(20_000, 8),
    ].map(({ curve }) => distance(curve, morning));
    expect(distances[0]).toBeLessThan(apart);
    expect(distances[1]).toBeLessThan(0.4 * apart);
    expect(distances[2]).toBeLessThan(0.2 * apart);
    expect(distances[3]).toBeLessThan(0.15 * apart);
  });

  it("is hardly moved by the accidents of one week of a few visits", () => {
    const flukes = { counts: new Float64Array(168), watched: new Float64Array(168).fill(1) };
    flukes.counts[3] = 4;
    expect(distance(shrinkCurve(national, flukes, zoneFromNation), national)).toBeLessThan(0.05);
  });

  it("knows how much a day brings", () => {
    expect(forecast(2_000, 4).opportunitiesPerDay).toBeGreaterThan(1_850);
    expect(forecast(2_000, 4).opportunitiesPerDay).toBeLessThan(2_150);
    const half = { counts: new Float64Array(168), watched: new Float64Array(168) };
    for (let hour = 0; hour < 24; hour++) {
      half.counts[hour] = 100 * national[hour]!;
      half.watched[hour] = 1;
    }
    expect(opportunitiesPerDay(national, half)).toBeCloseTo(100, 6);
  });

  it("leaves out the hour that is not over, and hours in which nobody counted", () => {
    const rows = counted(1, 100_000, 2, national);
    const present = { cell: 1, hour: Math.floor(mondayMs / hourMs), requests: 1 };
    const of = (more: readonly CountedTraffic[], from: readonly CountedTraffic[] = rows) =>
      createTrafficHistory([...from, ...more], mondayMs).forecastOf(null, paris);
    expect(of([present])).toEqual(of([]));
    // A day of outage is not a day without visitors.
    const outage = rows.filter(({ hour }) => Math.floor(hour / 24) % 9 !== 0);
    expect(of([], outage).opportunitiesPerDay).toBeGreaterThan(95_000);
    expect(distance(of([], outage).curve, national)).toBeLessThan(0.03);
  });
});

describe("where a request is counted", () => {
  it("is the cell of resolution 3 around it; none when only a wider one is known", () => {
    expect(trafficCellOf("8a1861b2e1b7fff")).toBe(bucketKey("8a1861b2e1b7fff", 3));
    expect(trafficCellOf("871861b2effffff")).toBe(bucketKey("8a1861b2e1b7fff", 3));
    expect(trafficCellOf("821867fffffffff")).toBeNull();
    expect(trafficCellOf("")).toBeNull();
  });
});
