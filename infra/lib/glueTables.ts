import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CfnTable } from "aws-cdk-lib/aws-glue";
import {
  type ColumnType,
  type EventSchema,
  type LakeTable,
  tableOf,
} from "../../src/stores/lake/lakeTable.ts";

const published = join(import.meta.dirname, "../../warehouse/events");

/** The tables of the lake, made from the schemas of events as the embedded lake makes them. */
export function readLakeTables(folder = published): readonly LakeTable[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as EventSchema)
    .map(tableOf);
}

const glueTypes: Readonly<Record<ColumnType, string>> = {
  VARCHAR: "string",
  BIGINT: "bigint",
  "DOUBLE PRECISION": "double",
  BOOLEAN: "boolean",
  DATE: "date",
  TIMESTAMP: "timestamp",
};

/** A table as Glue's catalogue holds it: Parquet, by date and hour of the event. */
export function glueTableInput(table: LakeTable, location: string): CfnTable.TableInputProperty {
  const columns = table.columns.map(({ name, type }) => ({ name, type: glueTypes[type] }));
  return {
    name: table.viewName,
    description: `Events ${table.schema}`,
    tableType: "EXTERNAL_TABLE",
    parameters: { classification: "parquet", EXTERNAL: "TRUE" },
    partitionKeys: [
      { name: "date", type: "string" },
      { name: "hour", type: "string" },
    ],
    storageDescriptor: {
      columns,
      location,
      inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
      serdeInfo: {
        serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
      },
    },
  };
}
