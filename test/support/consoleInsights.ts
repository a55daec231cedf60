import { createRandom } from "../../src/demo/random.ts";
import type { DemandSeries } from "../../src/reports/demand/demandTypes.ts";
import { createDemandPanel, forecastDemand } from "../../src/reports/demand/forecastDemand.ts";
import { addWeeks, weekOf, yearPhase } from "../../src/reports/demand/weeks.ts";
import { createInsightWrites } from "../../src/stores/postgres/insights.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";

const weeks = 156;
/** What is wanted most in spring, and what is wanted all year. */
const categories = [
  { category: "maison/jardin", perWeek: 4_000, season: 0.7 },
  { category: "vehicules/voitures", perWeek: 9_000, season: 0.1 },
] as const;
const places = { "*": 1, "87": 0.05, "33": 0.2 } as const;

/** Three years of an invented demand with its real forecasts, retention and affinities, as the nightly pass writes them. */
export async function writeInsights(databaseUrl: string, nowMs: number): Promise<void> {
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 5_000 });
  try {
    const writes = createInsightWrites(db);
    const thisWeek = weekOf(nowMs);
    const series = seriesUntil(thisWeek);
    const panel = createDemandPanel(series, thisWeek);
    await writes.putSeries(series);
    await writes.replaceForecasts(
      thisWeek,
      panel.series.map((one) => forecastDemand(panel, one)),
    );
    await writes.putTables({ retention: retention(), affinities: affinities() }, nowMs);
  } finally {
    await db.destroy();
  }
}

function seriesUntil(thisWeek: string): readonly DemandSeries[] {
  const random = createRandom(7);
  const firstWeek = addWeeks(thisWeek, -weeks);
  return categories.flatMap(({ category, perWeek, season }) =>
    Object.entries(places).map(([departement, part]) => ({
      category,
      departement,
      firstWeek,
      events: Array.from({ length: weeks }, (_, at) => {
        const phase = yearPhase(addWeeks(firstWeek, at));
        const wave = 1 + season * Math.cos(2 * Math.PI * (phase - 0.3));
        const growth = 1 + (0.08 * at) / 52;
        return Math.round(perWeek * part * wave * growth * (0.96 + 0.08 * random.next()));
      }),
    })),
  );
}

function retention() {
  const cohorts = ["2026-06-01", "2026-07-01", "2026-08-01"];
  const rows = cohorts.flatMap((cohort, at) =>
    [1, 2, 3].slice(0, 3 - at).map((months) => ({
      cohort,
      months,
      cohortPeople: 4_200 - 300 * at,
      people: 1_900 - 450 * months,
    })),
  );
  return new Map([["*", rows]]);
}

function affinities() {
  const of = (category: string, others: readonly (readonly [string, number])[]) =>
    [
      category,
      others.map(([other, lift]) => ({
        category,
        other,
        categoryPeople: 2_000,
        people: 300,
        lift,
      })),
    ] as const;
  return new Map([
    of("maison/jardin", [
      ["animaux", 2.4],
      ["immobilier/ventes", 1.7],
      ["vehicules/voitures", 1.1],
    ]),
    of("vehicules/voitures", [["maison/jardin", 1.1]]),
  ]);
}
