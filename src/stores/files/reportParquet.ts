import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PublicError } from "../../errors.ts";
import type { ReportColumn } from "../../reports/reportColumns.ts";
import type { ReportRow } from "../../reports/reportRows.ts";

export type WriteParquet = (
  columns: readonly ReportColumn[],
  rows: readonly ReportRow[],
) => Promise<Uint8Array>;

const sqlTypes = { text: "VARCHAR", integer: "BIGINT", decimal: "DOUBLE" } as const;

/**
 * Writes rows as one Parquet file (zstd), on DuckDB's own threads, one report at a time: a second one waits. DuckDB is loaded
 * when the first report asks for it, since serving does not need it. Rejects with what DuckDB says, or with PublicError
 * `invalid_parameter` where this server has none.
 */
export function createWriteParquet(): WriteParquet {
  let last: Promise<unknown> = Promise.resolve();
  return (columns, rows) => {
    const written = last.catch(() => undefined).then(() => writeParquet(columns, rows));
    last = written;
    return written;
  };
}

async function writeParquet(
  columns: readonly ReportColumn[],
  rows: readonly ReportRow[],
): Promise<Uint8Array> {
  const { DuckDBInstance } = await import("@duckdb/node-api").catch(() => {
    throw new PublicError("invalid_parameter", "This server writes no Parquet.", [
      {
        pointer: "format",
        rule: "must be json or csv here: the package @duckdb/node-api is missing",
      },
    ]);
  });
  const directory = await mkdtemp(join(tmpdir(), "atelier-report-"));
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "256MB" });
  const connection = await instance.connect();
  try {
    const list = columns.map(({ name, type }) => `"${name}" ${sqlTypes[type]}`).join(", ");
    await connection.run(`create table report (${list})`);
    const appender = await connection.createAppender("report");
    for (const row of rows) {
      for (const { name, type } of columns) append(appender, type, row[name] ?? null);
      appender.endRow();
    }
    appender.closeSync();
    const file = join(directory, "report.parquet");
    await connection.run(
      `copy report to '${file.replaceAll("'", "''")}' (format parquet, compression zstd)`,
    );
    return await readFile(file);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Appender {
  appendNull(): void;
  appendVarchar(value: string): void;
  appendBigInt(value: bigint): void;
  appendDouble(value: number): void;
}

function append(appender: Appender, type: ReportColumn["type"], value: ReportRow[string]): void {
  if (value === null || value === undefined) appender.appendNull();
  else if (type === "text") appender.appendVarchar(String(value));
  else if (type === "integer") appender.appendBigInt(BigInt(Math.round(Number(value))));
  else appender.appendDouble(Number(value));
}
