import type { FilePosition, RowBatch, SourceRow } from "./rowBatch.ts";

const wantedColumns = ["visitor", "segmentId", "segment", "score", "scores"];

/**
 * Reads the score columns of a Parquet file row by row, in the file's order, without holding it in memory. `scores` may be
 * a MAP or a STRUCT. DuckDB is loaded only here, since serving does not need it.
 * Throws when DuckDB is not installed, or the file is not Parquet or has no column `visitor`.
 */
export async function* readParquetBatches(
  file: string,
  from: FilePosition,
  batchRows: number,
): AsyncGenerator<RowBatch> {
  const { DuckDBInstance } = await import("@duckdb/node-api").catch(() => {
    throw new Error("Reading Parquet needs the package @duckdb/node-api; NDJSON does not");
  });
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "512MB" });
  const connection = await instance.connect();
  try {
    const described = await connection.runAndReadAll("select * from read_parquet($1) limit 0", [
      file,
    ]);
    const columns = wantedColumns.filter((name) => described.columnNames().includes(name));
    if (!columns.includes("visitor")) throw new Error(`${file} has no column "visitor"`);
    const list = columns.map((name) => `"${name}"`).join(", ");
    const query = `select ${list} from read_parquet($1) offset ${Math.trunc(from.offset)}`;
    const result = await connection.stream(query, [file]);
    let next = from;
    let rows: SourceRow[] = [];
    for await (const values of result.yieldRowObjectJs()) {
      for (const value of values) {
        rows.push({ line: next.line, value: plainRow(value) });
        next = { offset: next.offset + 1, line: next.line + 1 };
        if (rows.length < batchRows) continue;
        yield { rows, next };
        rows = [];
      }
    }
    if (rows.length > 0) yield { rows, next };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** DuckDB's 64-bit integers become numbers, and its maps (lists of entries) objects. */
function plainRow(row: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name === "scores" ? plainScores(value) : plain(value),
    ]),
  );
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}

function plainScores(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const entries = value.map((entry: unknown) =>
    typeof entry === "object" && entry !== null && "key" in entry && "value" in entry
      ? [String(entry.key), plain(entry.value)]
      : ["", null],
  );
  return Object.fromEntries(entries);
}
