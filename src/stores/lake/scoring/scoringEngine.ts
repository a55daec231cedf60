import type { DuckDBConnection } from "@duckdb/node-api";
import type { LakeEngine } from "../duckdb.ts";

export interface ScoringEngine extends LakeEngine {
  /** For results that are read chunk by chunk. */
  readonly connection: DuckDBConnection;
  /** Ends the statement under way, which rejects; without one it does nothing. */
  readonly interrupt: () => void;
}

export interface ScoringEngineOptions {
  readonly threads: number;
  readonly memoryMegabytes: number;
  /** Where it puts what does not fit into its memory. */
  readonly spillFolder: string;
}

/** A DuckDB within this process for the features of a run. It is loaded only now: serving does not need it. */
export async function openScoringEngine(options: ScoringEngineOptions): Promise<ScoringEngine> {
  const { DuckDBInstance } = await import("@duckdb/node-api").catch(() => {
    throw new Error("Scores need the package @duckdb/node-api");
  });
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(options.threads),
    memory_limit: `${options.memoryMegabytes}MB`,
    temp_directory: options.spillFolder,
    autoinstall_known_extensions: "false",
    preserve_insertion_order: "false",
    // A slice is one of hundreds of open files otherwise.
    partitioned_write_max_open_files: "600",
  });
  const connection = await instance.connect();
  return {
    connection,
    interrupt: () => connection.interrupt(),
    async run(sql, values = []) {
      await connection.run(sql, [...values]);
    },
    async rows(sql, values = []) {
      return (await connection.runAndReadAll(sql, [...values])).getRowObjectsJS();
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
