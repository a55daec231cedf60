import {
  type ColumnMetadata,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  type Field,
  GetStatementResultCommand,
  type RedshiftDataClient,
} from "@aws-sdk/client-redshift-data";
import type { Warehouse, WarehouseRow } from "../../jobs/warehousePorts.ts";
import type { RedshiftTarget } from "./client.ts";
import { readStatement, valuesFor } from "./readStatement.ts";

export interface RedshiftWarehouseOptions {
  readonly client: RedshiftDataClient;
  readonly target: RedshiftTarget;
  /** Resolves after so long; between looks at a statement that is not done. */
  readonly wait: (ms: number) => Promise<void>;
  /** A statement that takes longer is given up. Default 15 minutes; Redshift's own limit is 24 hours. */
  readonly patienceMs?: number;
}

export interface RedshiftWarehouse extends Warehouse {
  /** Runs a statement by its text; parameters are `:name`. Resolves with no rows where it answers none. */
  readonly runText: (
    sql: string,
    parameters?: Readonly<Record<string, string>>,
  ) => Promise<readonly WarehouseRow[]>;
}

const firstWaitMs = 50;
const longestWaitMs = 2_000;
const usualPatienceMs = 900_000;
/** The Data API takes statements of 100 kB at most. */
const mostBytes = 100_000;

/** The statements of `warehouse/sql/analysis` on Redshift, by its Data API: no connection is held while it works. */
export function createRedshiftWarehouse(options: RedshiftWarehouseOptions): RedshiftWarehouse {
  const { client } = options;
  const runText: RedshiftWarehouse["runText"] = async (sql, parameters = {}) => {
    if (Buffer.byteLength(sql) > mostBytes)
      throw new Error(`Redshift's Data API takes statements of ${mostBytes} bytes at most`);
    const id = await execute(options, sql, parameters);
    const hasRows = await untilDone(options, id);
    return hasRows ? readPages(client, id) : [];
  };
  return {
    name: "Redshift",
    runText,
    async runStatement(name, parameters) {
      const statement = await readStatement(name);
      valuesFor(statement, parameters);
      return runText(statement.sql, parameters);
    },
    close: () => client.destroy(),
  };
}

async function execute(
  { client, target }: RedshiftWarehouseOptions,
  sql: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const { database, workgroup, cluster, secretArn } = target;
  const named = Object.entries(parameters).map(([name, value]) => ({ name, value }));
  const { Id } = await client.send(
    new ExecuteStatementCommand({
      Sql: sql,
      Database: database,
      ...(workgroup === null ? {} : { WorkgroupName: workgroup }),
      ...(cluster === null ? {} : { ClusterIdentifier: cluster }),
      ...(secretArn === null ? {} : { SecretArn: secretArn }),
      // An empty list is refused.
      ...(named.length === 0 ? {} : { Parameters: named }),
    }),
  );
  if (Id === undefined) throw new Error("Redshift gave the statement no id");
  return Id;
}

/** Answers whether there are rows. Rejects with what Redshift says is wrong. */
async function untilDone(options: RedshiftWarehouseOptions, id: string): Promise<boolean> {
  const { client, wait, patienceMs = usualPatienceMs } = options;
  let waitedMs = 0;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    const told = await client.send(new DescribeStatementCommand({ Id: id }));
    if (told.Status === "FINISHED") return told.HasResultSet === true;
    if (told.Status === "FAILED" || told.Status === "ABORTED")
      throw new Error(
        `Redshift ${told.Status.toLowerCase()} the statement: ${told.Error ?? "it does not say why"}`,
      );
    if (waitedMs >= patienceMs)
      throw new Error(`Redshift has not answered within ${patienceMs / 1_000} s (${told.Status})`);
    await wait(waitMs);
    waitedMs += waitMs;
  }
}

async function readPages(client: RedshiftDataClient, id: string): Promise<readonly WarehouseRow[]> {
  const rows: WarehouseRow[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new GetStatementResultCommand({
        Id: id,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    const columns = page.ColumnMetadata ?? [];
    for (const record of page.Records ?? []) rows.push(rowOf(columns, record));
    token = page.NextToken;
  } while (token !== undefined && token !== "");
  return rows;
}

function rowOf(columns: readonly ColumnMetadata[], record: readonly Field[]): WarehouseRow {
  return Object.fromEntries(
    columns.map(({ name = "" }, at) => [name, fieldValue(record[at])] as const),
  );
}

function fieldValue(field: Field | undefined): WarehouseRow[string] {
  if (field === undefined || field.isNull === true) return null;
  return field.longValue ?? field.doubleValue ?? field.booleanValue ?? field.stringValue ?? null;
}
