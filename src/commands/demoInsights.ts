import type { Stores } from "../compose/stores.ts";
import { makeDemoDemand } from "../demo/past/demoDemand.ts";
import { makeDemoInsights } from "../demo/past/demoInsights.ts";
import { createRandom } from "../demo/random.ts";
import { createInsightReads, createInsightWrites } from "../stores/postgres/insights.ts";

export interface DemoInsightsOptions {
  readonly nowMs: number;
  /** How much of the past is written, 0–1: with little of it, the largest départements only. */
  readonly volume?: number;
  readonly log: (line: string) => void;
}

const diceSeed = 52;
const fewDepartements = 8;

/** Gives the demo three years of weekly demand, and who came again and looks at what together. Does nothing when it is there. */
export async function prepareDemoInsights(
  { db, places }: Pick<Stores, "db" | "places">,
  { nowMs, volume = 1, log }: DemoInsightsOptions,
): Promise<void> {
  const { firstWeek } = await createInsightReads(db).readScope();
  if (firstWeek !== null) return;
  const all = [...places.departements.values()].sort((a, b) => b.population - a.population);
  const told = volume < 0.5 ? all.slice(0, fewDepartements) : all;
  const random = createRandom(diceSeed);
  const series = makeDemoDemand(told, nowMs, random);
  const writes = createInsightWrites(db);
  await writes.putTables(makeDemoInsights(nowMs, random), nowMs);
  await writes.putSeries(series);
  log(`Demo: ${series.length} categories and départements have three years of weekly demand`);
}
