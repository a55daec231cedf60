/** What analysis asks of the warehouse: `stores/lake` answers with DuckDB, `stores/redshift` with Redshift's Data API. */

/** The statements of `warehouse/sql/analysis`, by their files. */
export const analysisStatements = [
  "activity_months",
  "ad_months",
  "affinities",
  "demand",
  "reach",
  "retention",
  "trends",
] as const;
export type AnalysisStatement = (typeof analysisStatements)[number];

export type WarehouseRow = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Runs a statement by its name with named parameters, none of them empty; days are "2026-06-01". Every engine answers the
 * same rows in the same order. Rejects when a parameter is missing or unknown, or the engine refuses.
 */
export type RunStatement = (
  name: AnalysisStatement,
  parameters: Readonly<Record<string, string>>,
) => Promise<readonly WarehouseRow[]>;

/** A warehouse that is open; close it when nothing more is asked. */
export interface Warehouse {
  readonly runStatement: RunStatement;
  /** What answers, for people: "the lake", "Redshift". */
  readonly name: string;
  readonly close: () => void;
}
