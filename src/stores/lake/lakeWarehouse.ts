import type { LakeStorage } from "../../jobs/lakePorts.ts";
import type { Warehouse, WarehouseRow } from "../../jobs/warehousePorts.ts";
import { readStatement, valuesFor } from "../redshift/readStatement.ts";
import type { EventSchema } from "./lakeTable.ts";
import { openLakeReader } from "./readLake.ts";

/** The statements of `warehouse/sql/analysis` over one state of a lake, by DuckDB within this process. */
export async function openLakeWarehouse(
  storage: LakeStorage,
  schemas: readonly EventSchema[],
): Promise<Warehouse> {
  const reader = await openLakeReader(storage, schemas);
  return {
    name: "the lake",
    async runStatement(name, parameters) {
      const statement = await readStatement(name);
      const rows = await reader.query(statement.text, valuesFor(statement, parameters));
      return rows.map(plainRow);
    },
    close: reader.close,
  };
}

/** Counts of a warehouse fit a number by far. */
function plainRow(row: Readonly<Record<string, unknown>>): WarehouseRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "bigint" ? Number(value) : (value as WarehouseRow[string]),
    ]),
  );
}
