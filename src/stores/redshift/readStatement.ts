import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { AnalysisStatement } from "../../jobs/warehousePorts.ts";
import { type PositionalSql, toPositional } from "./dialect/sqlTokens.ts";

/** A statement of `warehouse/sql/analysis`, as its file has it and with numbered parameters. */
export interface WarehouseStatement extends PositionalSql {
  /** With named parameters. */
  readonly sql: string;
}

const folder = fileURLToPath(new URL("../../../warehouse/sql/analysis/", import.meta.url));

export async function readStatement(name: AnalysisStatement): Promise<WarehouseStatement> {
  const sql = await readFile(`${folder}${name}.sql`, "utf8");
  return { sql, ...toPositional(sql) };
}

/**
 * The values of a statement's parameters in the order of their numbers. Throws where one is missing, empty (Redshift's Data
 * API takes none such) or not the statement's.
 */
export function valuesFor(
  { names }: PositionalSql,
  parameters: Readonly<Record<string, string>>,
): readonly string[] {
  const unknown = Object.keys(parameters).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`The statement has no parameter "${unknown}"`);
  return names.map((name) => {
    const value = parameters[name];
    if (value === undefined || value === "")
      throw new Error(`The statement's parameter "${name}" needs a value`);
    return value;
  });
}
