import type { DemandForecast } from "../reports/demand/demandTypes.ts";
import { createDemandPanel, forecastDemand } from "../reports/demand/forecastDemand.ts";
import type {
  AffinityRow,
  InsightReads,
  InsightTables,
  InsightWrites,
  RetentionRow,
} from "../reports/demand/insightTypes.ts";
import { type DemandCell, mergeDemand } from "../reports/demand/mergeDemand.ts";
import { addWeeks, weekOf } from "../reports/demand/weeks.ts";
import type { Warehouse, WarehouseRow } from "./warehousePorts.ts";

export interface InsightWork {
  /** Null = there is nothing to look into: forecasts are made of what is kept. */
  readonly warehouse: Pick<Warehouse, "runStatement"> | null;
  readonly reads: Pick<InsightReads, "readSeries">;
  readonly writes: InsightWrites;
  readonly nowMs: number;
}

/** What was done. */
export interface InsightOutcome {
  /** Weeks and places that the warehouse told of. */
  readonly cells: number;
  readonly series: number;
  /** 0 = those of this week were there. */
  readonly forecasts: number;
  /** Of them, those that may be shown. */
  readonly shown: number;
}

/** Identifiers live 13 months: who came before is not known any more. */
const retentionWeeks = 56;
const affinityWeeks = 13;
/** Late events change weeks that are over; identifiers are there for 13 months. */
const weeksLookedAt = 26;

/**
 * Looks into the warehouse, keeps what it tells of whole weeks, and makes the forecasts of this week where they are not
 * made. Repeated it changes nothing. Weeks that the warehouse does not hold any more stay as they were.
 */
export async function workOutInsights(work: InsightWork): Promise<InsightOutcome> {
  const thisWeek = weekOf(work.nowMs);
  const cells = work.warehouse === null ? 0 : await lookInto(work.warehouse, work, thisWeek);
  const kept = await work.reads.readSeries({ category: null, departement: null });
  if (cells === 0 && (await work.writes.forecastsMadeFor()) === thisWeek)
    return { cells, series: kept.length, forecasts: 0, shown: 0 };
  const panel = createDemandPanel(kept, thisWeek);
  const forecasts: DemandForecast[] = [];
  for (const series of panel.series) forecasts.push(forecastDemand(panel, series));
  await work.writes.replaceForecasts(thisWeek, forecasts);
  const shown = forecasts.filter(({ refusal }) => refusal === null).length;
  return { cells, series: kept.length, forecasts: forecasts.length, shown };
}

async function lookInto(
  { runStatement }: Pick<Warehouse, "runStatement">,
  { reads, writes, nowMs }: InsightWork,
  thisWeek: string,
): Promise<number> {
  const kept = await reads.readSeries({ category: null, departement: null });
  const all = { category: "*", departement: "*", to: thisWeek };
  const from = addWeeks(thisWeek, -weeksLookedAt);
  const cells = (await runStatement("demand", { ...all, from })).map(toCell);
  if (cells.length === 0) return 0;
  // What was kept before the warehouse told of its first week stays: it may have begun later than we look.
  const first = cells.reduce((least, { week }) => [least, week].sort()[0] ?? least, thisWeek);
  await writes.putSeries(mergeDemand(kept, cells, { from: first, to: thisWeek }));
  await writes.putTables(await readTables(runStatement, thisWeek), nowMs);
  return cells.length;
}

async function readTables(
  runStatement: Warehouse["runStatement"],
  thisWeek: string,
): Promise<InsightTables> {
  const all = { category: "*", departement: "*", to: thisWeek };
  const retention = await runStatement("retention", {
    ...all,
    from: `${addWeeks(thisWeek, -retentionWeeks).slice(0, 7)}-01`,
  });
  const affinities = await runStatement("affinities", {
    ...all,
    from: addWeeks(thisWeek, -affinityWeeks),
  });
  return {
    retention: new Map([["*", retention.map(toRetentionRow)]]),
    affinities: Map.groupBy(affinities.map(toAffinityRow), ({ category }) => category),
  };
}

function toCell(row: WarehouseRow): DemandCell {
  const { week, category, departement, events } = row;
  return {
    week: String(week),
    category: String(category),
    departement: String(departement),
    events: Number(events),
  };
}

export function toRetentionRow(row: WarehouseRow): RetentionRow {
  return {
    cohort: String(row.cohort),
    months: Number(row.months),
    cohortPeople: Number(row.cohort_people),
    people: Number(row.people),
  };
}

export function toAffinityRow(row: WarehouseRow): AffinityRow {
  return {
    category: String(row.category),
    other: String(row.other),
    categoryPeople: Number(row.category_people),
    people: Number(row.people),
    lift: Number(row.lift),
  };
}
