import type { LakeEngine } from "../duckdb.ts";
import { type FeatureStep, type FeatureTable, featureSql, featureTables } from "./featureSteps.ts";

/** Makes tables anew, empty. */
export async function emptyTables(
  engine: Pick<LakeEngine, "run">,
  tables: readonly FeatureTable[],
): Promise<void> {
  for (const table of tables)
    await engine.run(`create or replace temp table ${table} (${featureTables[table]})`);
}

/** Runs statements in their order, each into its table. `asOf`: "2026-06-01 00:00:00". */
export async function runSteps(
  engine: Pick<LakeEngine, "run">,
  steps: readonly FeatureStep[],
  asOf: string,
): Promise<void> {
  for (const { table, statement, isDated } of steps)
    await engine.run(`insert into ${table} ${featureSql(statement)}`, isDated ? [asOf] : []);
}
