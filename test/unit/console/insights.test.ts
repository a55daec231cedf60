import { expect, test } from "vitest";
import { betterBy, demandPoints } from "../../../console/src/insights/demandPoints.ts";
import { departementName } from "../../../console/src/insights/departementName.ts";
import { departementOf, townOfLabel } from "../../../console/src/insights/departementOf.ts";
import { trendRows } from "../../../console/src/insights/trendRows.ts";

const forecast = {
  category: "maison/jardin",
  departement: "87",
  refusal: null,
  sentence: { fr: "", en: "" },
  history: Array.from({ length: 30 }, (_, at) => ({
    week: `w${at}`,
    events: at === 5 ? null : at,
  })),
  weeks: [{ week: "w30", expected: 31, low: 20, high: 44 }],
  backtest: { origins: 9, wape: 0.08, naiveWape: 0.1, mase: 0.8, coverage: 0.8 },
};

test("the chart goes from the last half year into the weeks to come without a break", () => {
  const points = demandPoints(forecast);
  expect(points).toHaveLength(27);
  expect(points[1]).toEqual({ week: "w5", past: null, expected: null, band: null });
  expect(points[25]).toEqual({ week: "w29", past: 29, expected: 29, band: [29, 29] });
  expect(points[26]).toEqual({ week: "w30", past: null, expected: 31, band: [20, 44] });
  expect(demandPoints({ ...forecast, refusal: "too_small", weeks: [] }).at(-1)).toMatchObject({
    past: 29,
    expected: null,
  });
});

test("how much better than last year is said of what is shown only", () => {
  expect(betterBy(forecast)).toBeCloseTo(0.2);
  expect(betterBy({ ...forecast, refusal: "band_not_kept" })).toBeNull();
  expect(betterBy({ ...forecast, backtest: null })).toBeNull();
});

test.each([
  [{ type: "commune", inseeCode: "87085" }, "87"],
  [{ type: "commune", inseeCode: "2A004" }, "2A"],
  [{ type: "commune", inseeCode: "97411" }, "974"],
  [{ type: "postalCode", postalCode: "33000" }, "33"],
  [{ type: "postalCode", postalCode: "20000" }, null],
  [{ type: "departement", code: "23" }, "23"],
  [{ type: "circle", lat: 45, lon: 1, radiusMeters: 1_000 }, null],
] as const)("a zone's département is read off %o", (area, code) => {
  expect(departementOf({ include: [area] })).toBe(code);
});

test("a label begins with its town", () => {
  expect(townOfLabel("Limoges et 10 km autour")).toBe("Limoges");
  expect(townOfLabel("Saint-Étienne (42), Roanne (42)")).toBe("Saint-Étienne");
});

test("seasons stand in the order of the year, with the last four years beside each other", () => {
  const seasons = [2022, 2023, 2024, 2025, 2026].map((year) => ({
    year,
    season: "summer" as const,
    eventsPerWeek: year - 2_000,
    weeks: 13,
  }));
  const { years, rows } = trendRows(seasons);
  expect(years).toEqual([2023, 2024, 2025, 2026]);
  expect(rows.map(({ season }) => season)).toEqual(["winter", "spring", "summer", "autumn"]);
  expect(rows[2]).toEqual({ season: "summer", 2023: 23, 2024: 24, 2025: 25, 2026: 26 });
});

test.each([
  ["01", "Ain (01)"],
  ["19", "Corrèze (19)"],
  ["2A", "Corse-du-Sud (2A)"],
  ["2B", "Haute-Corse (2B)"],
  ["21", "Côte-d’Or (21)"],
  ["75", "Paris (75)"],
  ["87", "Haute-Vienne (87)"],
  ["95", "Val-d’Oise (95)"],
  ["974", "La Réunion (974)"],
  ["20", "20"],
  ["99", "99"],
])("the département %s is told as %s", (code, name) => {
  expect(departementName(code)).toBe(name);
});
