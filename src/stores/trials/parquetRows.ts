import type { FileRow } from "./csvRows.ts";

/**
 * Reads the rows of a Parquet file in its order, without holding it in memory. `onHeader` is given the names of its columns, and says which make a
 * row. DuckDB is loaded only here. Throws when it is not installed, or the file is not Parquet.
 */
export async function* readParquetRows(
  file: string,
  onHeader: (names: readonly string[]) => readonly number[],
): AsyncGenerator<readonly FileRow[]> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "512MB" });
  const connection = await instance.connect();
  try {
    const described = await connection.runAndReadAll(
      "select * from read_parquet($1, binary_as_string = true) limit 0",
      [file],
    );
    const names = described.columnNames();
    const columns = onHeader(names).map((column) => names[column] ?? null);
    const list = columns.map((name) =>
      name === null ? "null" : `"${name.replaceAll('"', '""')}"`,
    );
    const result = await connection.stream(
      `select ${list.join(", ")} from read_parquet($1, binary_as_string = true)`,
      [file],
    );
    let line = 0;
    for await (const rows of result.yieldRowsJs())
      yield rows.map((values) => {
        line += 1;
        return { line, values };
      });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
