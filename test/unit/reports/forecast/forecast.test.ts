import { describe, expect, it } from "vitest";
import { defaultNationalCurve } from "../../../../src/budgets/pacing/nationalCurve.ts";
import { forecastCampaign } from "../../../../src/reports/forecast/forecast.ts";
import { createRecentLevel } from "../../../../src/reports/forecast/recentLevel.ts";
import { roundPeople } from "../../../../src/reports/forecast/roundForecast.ts";
import {
  metByRows,
  seenShare,
  stretches,
  stretchesOf,
} from "../../../../src/reports/forecast/seenShare.ts";
import { valuesToBeat } from "../../../../src/reports/forecast/toBeat.ts";
import { weighRows } from "../../../../src/reports/forecast/weighRows.ts";
import type { Placement } from "../../../../src/targeting/types.ts";
import { circles, questionOf, sampleOf } from "./world.ts";

const town = [{ meters: 500, bearing: 0, people: 2_000 }];
const near = (value: number | null, wanted: number, share = 0.05) =>
  expect(Math.abs((value ?? Number.NaN) / wanted - 1)).toBeLessThan(share);

describe("what a campaign can expect", () => {
  it("counts people once and their pages each time", () => {
    const forecast = forecastCampaign(sampleOf(town, { visits: 4 }), questionOf());
    near(forecast.people.value, 2_000);
    near(forecast.opportunitiesPerDay.value, (2_000 * 4) / 28);
    near(forecast.impressions.value, 2_000 * 4 * 0.9);
    near(forecast.spendMicros.value, 2_000 * 4 * 0.9 * 5_000);
    near(forecast.clicks.value, 2_000 * 4 * 0.9 * 0.004, 0.1);
  });

  it("a week meets fewer people than four", () => {
    const forecast = forecastCampaign(
      sampleOf(town, { visits: 1 }),
      questionOf({ endsOn: "2026-06-07" }),
    );
    near(forecast.people.value, 500, 0.1);
  });

  it("a sample of one in eight stands for all", () => {
    const sample = sampleOf(town, { visits: 2, inverseRate: 8 });
    near(forecastCampaign(sample, questionOf()).people.value, 16_000);
  });

  it("pages of those who cannot be recognised are opportunities, not people", () => {
    const forecast = forecastCampaign(
      sampleOf(town, { visits: 1, anonymous: 4_000 }),
      questionOf(),
    );
    near(forecast.people.value, 2_000);
    near(forecast.opportunitiesPerDay.value, 6_000 / 28);
  });

  it("wins what it pays more for than others do, and says what more would win", () => {
    const sample = sampleOf(town, { toBeatMicros: (person) => (person % 2 === 0 ? 2e6 : 9e6) });
    const forecast = forecastCampaign(sample, questionOf());
    expect(forecast.competition.shareWon).toBe(0.5);
    near(forecast.impressions.value, 4_000 * 0.9);
    const double = forecast.bidCurve.find(({ bidMicros }) => bidMicros === 10_000_000);
    expect(double?.shareWon).toBe(1);
    const [first, ...rest] = forecast.bidCurve.map((point) => point.impressionsPerDay);
    expect(rest).toEqual([...rest].sort((a, b) => a - b));
    expect(first).toBeLessThanOrEqual(rest[0] ?? 0);
  });

  it("spends its budget and no more, and shows to fewer people for it", () => {
    const forecast = forecastCampaign(
      sampleOf(town),
      questionOf({ dailyBudgetMicros: 100_000, totalBudgetMicros: 1_000_000 }),
    );
    expect(forecast.spendMicros.value).toBe(1_000_000);
    expect(forecast.impressions.value).toBe(200);
    expect(forecast.budgetShareSpent).toBe(1);
    expect(forecast.warnings).toEqual([]);
    expect(forecast.peopleReached.value).toBeLessThan(250);
  });

  it("caps count each visitor's own impressions", () => {
    const caps = [{ per: "campaign", maxImpressions: 2, windowSeconds: 2_592_000 }] as const;
    const sample = sampleOf(town, { visits: 4, anonymous: 1_000 });
    const forecast = forecastCampaign(sample, questionOf({ frequencyCaps: caps }));
    near(forecast.impressions.value, 2_000 * 2 * 0.9);
  });

  it("devices, categories, hours and audiences narrow it", () => {
    const sample = sampleOf(town, {
      categoryOf: (person) => (person % 4 === 0 ? "vehicules/voitures" : null),
      scoreOf: (person) => (person % 5) / 5,
    });
    const peopleOf = (over: Parameters<typeof questionOf>[0]) =>
      forecastCampaign(sample, questionOf(over)).people.value;
    // Parts of a group have the noise of the people, of the filter, and of the period besides each.
    const noise = (of: number): number => 68 / of;
    near(peopleOf({ devices: ["desktop"] }), 667, noise(667));
    near(peopleOf({ wantedCategories: ["vehicules"] }), 500, noise(500));
    near(peopleOf({ avoidedCategories: ["vehicules"] }), 1_500, noise(1_500));
    const likely = [{ segmentId: 7, minScore: 0.6, multiplier: null }];
    near(peopleOf({ audience: likely }), 800, noise(800));
    expect(peopleOf({ audience: [{ segmentId: 8, minScore: 0.6, multiplier: null }] })).toBeNull();
    const nights = Array.from({ length: 7 }, (_, day) => day * 24 + 3);
    expect(peopleOf({ hoursOfWeek: nights })).toBeNull();
  });

  it("says what would help a budget that cannot be spent, in figures", () => {
    const sample = sampleOf([...town, { meters: 13_000, bearing: 90, people: 3_000 }], {
      toBeatMicros: (person) => (person % 2 === 0 ? 0 : 7e6),
    });
    const forecast = forecastCampaign(sample, questionOf({ dailyBudgetMicros: 2_000_000 }));
    const [warning] = forecast.warnings;
    expect(warning?.code).toBe("budget_not_spent");
    const now = forecast.spendMicros.value / 28;
    const higher = warning?.levers.find(({ kind }) => kind === "higher_bid");
    const larger = warning?.levers.find(({ kind }) => kind === "larger_radius");
    expect(higher?.bidMicros).toBeGreaterThan(7_000_000);
    expect(higher?.spendMicrosPerDay).toBeGreaterThan(1.9 * now);
    expect(larger?.addMeters).toBe(5_000);
    expect(larger?.spendMicrosPerDay).toBeGreaterThan(1.9 * now);
  });

  it("proposes nothing that would bring nothing, and says so", () => {
    // All is taken by what nobody may beat, and nobody lives further out.
    const sample = sampleOf(town, { toBeatMicros: () => 900e6 });
    const asked = questionOf({ dailyBudgetMicros: 5_000_000 });
    const [warning] = forecastCampaign(sample, asked).warnings;
    expect(warning).toMatchObject({ code: "budget_not_spent", levers: [] });
    expect(warning?.fr).toContain("n'y changeraient rien");
    // Ten times the bid wins what three times does not.
    const dear = forecastCampaign(sampleOf(town, { toBeatMicros: () => 40e6 }), asked);
    expect(dear.warnings[0]?.levers[0]).toMatchObject({
      kind: "higher_bid",
      bidMicros: 50_000_000,
    });
    // Everything is won already, at any price.
    const all = forecastCampaign(sampleOf(town), { ...asked, dailyBudgetMicros: 500_000_000 });
    expect(all.warnings[0]?.levers.filter(({ kind }) => kind === "larger_radius")).toEqual([]);
  });

  it("a budget of two days a week is compared with what a bid spends on these days", () => {
    const weekend = Array.from({ length: 48 }, (_, hour) => 120 + hour);
    const sample = sampleOf(town, { toBeatMicros: (person) => (person % 2 === 0 ? 0 : 7e6) });
    const asked = questionOf({ hoursOfWeek: weekend, dailyBudgetMicros: 100_000_000 });
    const lever = forecastCampaign(sample, asked).warnings[0]?.levers[0];
    const wanted = (8 * 100_000_000) / 28;
    expect(lever?.spendMicrosPerDay).toBeLessThanOrEqual(wanted);
  });

  it("nothing known is said to be nothing", () => {
    const question = questionOf({ zone: circles({ meters: 300_000, radius: 5_000 }) });
    const forecast = forecastCampaign(sampleOf(town), question);
    expect(forecast.people.value).toBeNull();
    expect(forecast.impressions).toEqual({ value: 0, low: 0, high: 0 });
    expect(forecast.warnings.map(({ code }) => code)).toEqual(["no_traffic_known"]);
  });
});

describe("what the parts do", () => {
  it("who came on one day of 28 is met within a week with one chance in four or so; who came daily, surely", () => {
    const week = stretches(7, 28);
    const onDays = (...days: readonly number[]) =>
      Float64Array.from({ length: 28 }, (_, day) => (days.includes(day) ? 1 : 0));
    const each = Array.from({ length: 28 }, (_, day) => seenShare(onDays(day), week, metByRows(1)));
    expect(each.reduce((sum, it) => sum + it, 0)).toBeCloseTo(7, 9);
    expect(seenShare(new Float64Array(28).fill(1), week, metByRows(1))).toBeCloseTo(1, 9);
    expect(seenShare(onDays(13), week, metByRows(0.5))).toBeCloseTo(
      seenShare(onDays(13), week, metByRows(1)) / 2,
      9,
    );
    expect(seenShare(onDays(3, 9, 20), stretches(28, 28), metByRows(0.5))).toBeCloseTo(0.875, 9);
  });

  it("who was somebody else each day is counted for each day of a week, not for a week of days far apart", () => {
    const week = stretches(7, 28);
    const ofADay = Array.from({ length: 28 }, (_, day) =>
      Float64Array.from({ length: 28 }, (_, other) => (other === day ? 3 : 0)),
    );
    const ids = ofADay.reduce((sum, rows) => sum + seenShare(rows, week, metByRows(1)), 0);
    expect(ids).toBeCloseTo(7, 9);
    const ofAWeek = Float64Array.from({ length: 28 }, (_, day) => (day >= 21 ? 1 : 0));
    const recent = seenShare(ofAWeek, week, metByRows(1));
    const longAgo = seenShare([...ofAWeek].reverse(), week, metByRows(1));
    expect(recent).toBeGreaterThan(1.5 * longAgo);
  });

  it("a weekend that alone may show ads is compared with weeks, of which it is all that counts", () => {
    const saturdayOnly = { days: 2, activeDays: 2, weekdays: 2 };
    expect(stretchesOf(saturdayOnly, 28)).toMatchObject({ days: 7, dayShare: 1 });
    expect(stretchesOf({ days: 2, activeDays: 1, weekdays: 5 }, 28)).toMatchObject({
      dayShare: 0.2,
    });
    expect(stretchesOf({ days: 40, activeDays: 40, weekdays: 7 }, 28)).toMatchObject({ days: 28 });
  });

  it("tells people in steps that hold 50 of them or more, from 1,000 on", () => {
    expect(
      [987, 1_020, 2_080, 9_990, 10_049, 23_456, 234_567].map((it) => roundPeople(it)),
    ).toEqual([990, 1_000, 2_100, 10_000, 10_000, 23_500, 235_000]);
    expect(roundPeople(2_001, Math.ceil)).toBe(2_050);
    expect(roundPeople(2_049, Math.floor)).toBe(2_000);
  });

  it("says that only our own pages are in it", () => {
    const { accuracy } = forecastCampaign(sampleOf(town), questionOf());
    expect(accuracy.fr).toContain("Pages de nos sites seulement");
    expect(accuracy.en).toContain("Pages of our own sites only");
  });

  it("an ad that is not rendered reaches nobody", () => {
    const forecast = forecastCampaign(sampleOf(town, { visits: 1 }), questionOf());
    near(forecast.peopleReached.value, 2_000 * 0.9);
  });

  it("what came lately counts for more than what came long ago", () => {
    const nowMs = Date.parse("2026-06-01T00:00:00Z");
    const last = nowMs / 3_600_000;
    const counted = Array.from({ length: 56 * 24 }, (_, at) => ({
      cell: 9,
      hour: last - 1 - at,
      requests: at < 7 * 24 ? 200 : 100,
    }));
    const curve = defaultNationalCurve();
    const flat = { curve: curve.map(() => 1 / 24), opportunitiesPerDay: 2_700 };
    const level = createRecentLevel(counted, nowMs, "Europe/Paris");
    // A week that weighs 0.31 of the whole came twice as often: 131 an hour, where the mean says 112.5.
    expect(level(9, flat)).toBeCloseTo(1.166, 2);
    expect(level(8, { ...flat, opportunitiesPerDay: 0 })).toBe(1);
  });

  it("rows of a cell make up what its counted traffic forecasts", () => {
    const count = 480;
    const rows = {
      count,
      cells: new Int32Array(count).fill(9),
      hourGroups: Uint8Array.from({ length: count }, (_, row) => row % 24),
      inverseRates: new Float32Array(count).fill(4),
    };
    const curve = defaultNationalCurve();
    const weights = weighRows(rows, {
      windowDays: 28,
      forecastOf: () => ({ curve, opportunitiesPerDay: 1_000 }),
    });
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(7_000, 0);
  });

  it("to beat: the floor where there is room, the least of the paid ads where there is none, nobody's guaranteed place", () => {
    const placement = (id: string, over: Partial<Placement> = {}): Placement => ({
      id,
      formats: ["native"],
      sizes: [],
      count: 1,
      floorMicros: 500,
      blockedAdvertiserIds: [],
      blockedTrades: [],
      ...over,
    });
    const shown = (placementId: string, priority: "paid" | "guaranteed" | "house", value: number) =>
      ({
        placementId,
        candidate: { campaign: { priority }, value: { valueMicros: value } },
      }) as unknown as Parameters<typeof valuesToBeat>[1][number];
    expect(valuesToBeat([placement("a")], [])[0]).toBe(500);
    expect(valuesToBeat([placement("a")], [shown("a", "paid", 900)])[0]).toBe(900);
    expect(valuesToBeat([placement("a")], [shown("a", "house", 0)])[0]).toBe(500);
    expect(valuesToBeat([placement("a")], [shown("a", "guaranteed", 9)])[0]).toBe(Infinity);
    const two = [placement("a"), placement("b", { count: 2, formats: ["native", "image"] })];
    const ads = [shown("a", "paid", 900), shown("b", "paid", 700), shown("b", "paid", 800)];
    expect(valuesToBeat(two, ads)).toEqual([700, 700, Infinity]);
  });
});
