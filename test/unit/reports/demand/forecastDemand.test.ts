import { describe, expect, test } from "vitest";
import { makeDemoDemand } from "../../../../src/demo/past/demoDemand.ts";
import { createRandom } from "../../../../src/demo/random.ts";
import { forecastLogs } from "../../../../src/reports/demand/demandModel.ts";
import { demandSentence } from "../../../../src/reports/demand/demandSentence.ts";
import type { DemandSeries } from "../../../../src/reports/demand/demandTypes.ts";
import {
  createDemandPanel,
  forecastDemand,
} from "../../../../src/reports/demand/forecastDemand.ts";
import { createYearBasis } from "../../../../src/reports/demand/harmonics.ts";
import { mergeDemand } from "../../../../src/reports/demand/mergeDemand.ts";
import { seasonTrends } from "../../../../src/reports/demand/seasonTrends.ts";
import { addWeeks, weekOf, weeksBetween, yearPhase } from "../../../../src/reports/demand/weeks.ts";

const endWeek = "2026-11-23";
const weeks = 160;
const firstWeek = addWeeks(endWeek, -weeks);

/** A series with a year of a given height, its peak in May, around a level, and multiplicative chance. */
function series(
  departement: string,
  { level = 1_000, height = 0.6, noise = 0.05, seed = 1, category = "maison/jardin" } = {},
): DemandSeries {
  const random = createRandom(seed);
  const events = Array.from({ length: weeks }, (_, at) => {
    const year = Math.cos(2 * Math.PI * (yearPhase(addWeeks(firstWeek, at)) - 0.38));
    return Math.round(level * Math.exp(height * year + noise * random.normal()));
  });
  return { category, departement, firstWeek, events };
}

const national = series("*", { level: 100_000, noise: 0.01 });
const forecastOf = (one: DemandSeries, others: readonly DemandSeries[] = [national]) => {
  const panel = createDemandPanel([...others, one], endWeek);
  return forecastDemand(panel, panel.series.at(-1)!);
};

describe("the demand of the next eight weeks", () => {
  test("follows the season where there is one, within its band, and better than as a year before", () => {
    const { refusal, weeks: told, backtest } = forecastOf(series("87"));
    expect(refusal).toBeNull();
    expect(told.map(({ week }) => week)).toEqual(
      Array.from({ length: 8 }, (_, at) => addWeeks(endWeek, at)),
    );
    for (const { week, expected, low, high } of told) {
      const truth = 1_000 * Math.exp(0.6 * Math.cos(2 * Math.PI * (yearPhase(week) - 0.38)));
      expect(Math.abs(expected / truth - 1)).toBeLessThan(0.08);
      expect(low).toBeLessThan(truth);
      expect(high).toBeGreaterThan(truth);
    }
    expect(backtest!.wape).toBeLessThan(backtest!.naiveWape);
    expect(backtest!.mase).toBeLessThan(1);
    expect(backtest!.coverage).toBeGreaterThan(0.6);
  });

  test("leans on its category's seasons the more, the less its own weeks say", () => {
    const phases = Array.from({ length: 68 }, (_, at) => yearPhase(addWeeks(endWeek, at - 60)));
    const basis = createYearBasis(phases, 6);
    const year = phases.map((phase) => 0.6 * Math.cos(2 * Math.PI * (phase - 0.38)));
    const errorOf = (shared: readonly number[], noise: number) => {
      const errors = Array.from({ length: 40 }, (_, seed) => {
        const random = createRandom(seed);
        const logs = year.slice(0, 60).map((value) => 4 + value + noise * random.normal());
        const told = forecastLogs(logs, basis, shared, 8) ?? [];
        return (
          told.reduce((sum, { center }, step) => sum + Math.abs(center - 4 - year[60 + step]!), 0) /
          8
        );
      });
      return errors.reduce((sum, error) => sum + error, 0) / errors.length;
    };
    const none = year.map(() => 0);
    expect(errorOf(year, 0.45)).toBeLessThan(0.85 * errorOf(none, 0.45));
    // Where chance is small its own year is seen, whatever its category does.
    expect(errorOf(none, 0.02)).toBeLessThan(0.1);
  });

  test("a département's own year counts where all its categories share it", () => {
    const early = (category: string) => {
      const one = series("29", { category, level: 4_000, height: 0 });
      const events = one.events.map((value, at) =>
        Math.round(value! * (1 + 0.4 * Math.sin(2 * Math.PI * yearPhase(addWeeks(firstWeek, at))))),
      );
      return { ...one, events };
    };
    const everywhere = ["a", "b", "c"].map((category) =>
      series("*", { category, level: 900_000, height: 0, noise: 0.01 }),
    );
    const panel = createDemandPanel([...everywhere, ...["a", "b", "c"].map(early)], endWeek);
    const pattern = panel.sharedAt("a", "29", weeks);
    const spring = panel.series[0]!.events.findIndex(
      (_, at) => Math.abs(yearPhase(addWeeks(firstWeek, at)) - 0.25) < 0.01,
    );
    expect(pattern[spring]).toBeGreaterThan(0.25);
    expect(Math.abs(panel.sharedAt("a", "*", weeks)[spring]!)).toBeLessThan(0.05);
  });

  test("is refused where chance alone moves it: nothing beats what nobody can foresee by much, and a gate is a gate", () => {
    const random = createRandom(3);
    const jumps = Array.from({ length: weeks }, (_, at) =>
      Math.floor((at + 3) / 7) % 2 === 0 ? 3_000 : 200,
    );
    const copied = jumps.map(
      (value, at) => (at < 52 ? value : jumps[at % 52]!) + random.integer(0, 3),
    );
    const {
      refusal,
      weeks: told,
      backtest,
    } = forecastOf({ ...national, departement: "19", events: copied });
    expect(refusal).toBe("no_better_than_last_year");
    expect(told).toEqual([]);
    expect(backtest!.wape).toBeGreaterThan(backtest!.naiveWape);
  });

  test("needs a year and a half of weeks, most of the last year, and demand worth the name", () => {
    const long = series("87");
    const start = { ...long, firstWeek: addWeeks(endWeek, -60), events: long.events.slice(-60) };
    expect(forecastOf(start).refusal).toBe("too_short");
    const holes = {
      ...long,
      events: long.events.map((value, at) => (at > 110 && at % 2 === 0 ? null : value)),
    };
    expect(forecastOf(holes).refusal).toBe("too_short");
    expect(forecastOf(series("48", { level: 8 })).refusal).toBe("too_small");
  });

  test("knows nothing of what came after an origin: later weeks change no earlier trial", () => {
    const one = series("87");
    const shocked = {
      ...one,
      events: one.events.map((value, at) => (at < weeks - 8 ? value : value! * 5)),
    };
    const [before, after] = [forecastOf(one).backtest!, forecastOf(shocked).backtest!];
    // Only the last origin's weeks changed: its forecast did not follow them.
    expect(after.wape).toBeGreaterThan(before.wape + 0.1);
  });

  test("is shown for most of the demo's places, at a fifth less error than as a year before", () => {
    const departements = ["87", "33", "23", "75"].map((code, at) => ({
      code,
      population: 100_000 * 4 ** at,
    }));
    const all = makeDemoDemand(departements, Date.parse(`${endWeek}T12:00:00Z`), createRandom(7));
    const panel = createDemandPanel(all, weekOf(Date.parse(`${endWeek}T12:00:00Z`)));
    const made = panel.series
      .filter((_, at) => at % 6 === 0)
      .map((one) => forecastDemand(panel, one));
    const tried = made.flatMap(({ backtest }) => backtest ?? []);
    const sum = (key: "wape" | "naiveWape" | "coverage") =>
      tried.reduce((all, one) => all + one[key], 0);
    expect(sum("wape")).toBeLessThan(0.85 * sum("naiveWape"));
    expect(sum("coverage") / tried.length).toBeGreaterThan(0.7);
    expect(made.filter(({ refusal }) => refusal === null).length).toBeGreaterThan(made.length / 2);
  });
});

test("weeks begin on Monday, and a year's phase does not drift", () => {
  expect(weekOf(Date.parse("2026-11-23T00:00:00Z"))).toBe("2026-11-23");
  expect(weekOf(Date.parse("2026-11-22T23:59:59Z"))).toBe("2026-11-16");
  expect(weeksBetween("2024-01-01", "2026-11-23")).toBe(151);
  for (const week of ["2024-07-01", "2025-06-30", "2026-06-29"])
    expect(yearPhase(week)).toBeCloseTo(0.505, 1.8);
});

test("weeks that were looked at replace what was kept, those before stay, and silence is a null", () => {
  const kept = [
    { category: "a", departement: "87", firstWeek: "2026-01-05", events: [10, 20, 30] },
  ];
  const cells = [
    { week: "2026-01-19", category: "a", departement: "87", events: 31 },
    { week: "2026-02-02", category: "a", departement: "87", events: 50 },
    { week: "2026-01-26", category: "b", departement: "*", events: 5 },
  ];
  expect(mergeDemand(kept, cells, { from: "2026-01-19", to: "2026-02-09" })).toEqual([
    { category: "a", departement: "87", firstWeek: "2026-01-05", events: [10, 20, 31, null, 50] },
    { category: "b", departement: "*", firstWeek: "2026-01-19", events: [null, 5, null] },
  ]);
});

test("a season is told by its mean week, winter with the year that follows", () => {
  const events = Array.from({ length: 20 }, (_, at) => (at < 13 ? 100 : 200));
  expect(
    seasonTrends([{ category: "a", departement: "*", firstWeek: "2025-12-01", events }]),
  ).toEqual([
    {
      year: 2026,
      season: "winter",
      category: "a",
      departement: "*",
      eventsPerWeek: 100,
      weeks: 13,
    },
    { year: 2026, season: "spring", category: "a", departement: "*", eventsPerWeek: 200, weeks: 7 },
  ]);
});

test("the sentence says how much, within what, and compared to when, in French typography", () => {
  const told = Array.from({ length: 8 }, (_, at) => ({
    week: addWeeks(endWeek, at),
    expected: 1_200,
    low: 1_000,
    high: 1_450,
  }));
  const { fr, en } = demandSentence(
    told,
    null,
    [900, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000],
  );
  expect(fr).toBe(
    "Dans les 8 prochaines semaines, environ 1\u202f200 recherches et consultations par semaine (entre 1\u202f000 et 1\u202f500, quatre fois sur cinq), soit 20\u202f% de plus que ces dernières semaines.",
  );
  expect(en).toContain("20% more than in recent weeks");
  expect(demandSentence([], "band_not_kept", []).fr).toContain("nous ne les montrons pas");
});
