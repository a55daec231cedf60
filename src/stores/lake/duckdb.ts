import { rm } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";

/** A connection to a DuckDB within this process. */
export interface LakeEngine {
  readonly run: (sql: string, values?: readonly string[]) => Promise<void>;
  readonly rows: (
    sql: string,
    values?: readonly string[],
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly close: () => void;
}

export interface EngineOptions {
  /** Held by one engine at a time, on this machine; ":memory:" = nobody is kept out. */
  readonly file: string;
  readonly memoryMegabytes: number;
  /** Where it puts what does not fit into its memory. */
  readonly spillFolder: string;
}

/** Somebody else holds the file. */
export class EngineBusyError extends Error {}

/**
 * Starts a DuckDB, which is loaded only now, since serving does not need it. The system lets go of the file when the process
 * ends, however it ends. Rejects with EngineBusyError while another process holds it.
 */
export async function openEngine(options: EngineOptions): Promise<LakeEngine> {
  const { DuckDBInstance } = await import("@duckdb/node-api").catch(() => {
    throw new Error("The lake needs the package @duckdb/node-api");
  });
  const settings = {
    threads: "1",
    memory_limit: `${options.memoryMegabytes}MB`,
    temp_directory: options.spillFolder,
    autoinstall_known_extensions: "false",
    preserve_insertion_order: "false",
  };
  const create = () => DuckDBInstance.create(options.file, settings);
  const instance = await create().catch(async (error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    if (/could not set lock/i.test(why)) throw new EngineBusyError(why);
    // A process killed while it made the file may have left half of one. There is nothing in it.
    if (options.file !== ":memory:") await rm(options.file, { force: true });
    return create();
  });
  const connection = await instance.connect();
  return {
    ...statementsOf(connection),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function statementsOf(connection: DuckDBConnection): Pick<LakeEngine, "run" | "rows"> {
  return {
    async run(sql, values = []) {
      await connection.run(sql, [...values]);
    },
    async rows(sql, values = []) {
      const reader = await connection.runAndReadAll(sql, [...values]);
      return reader.getRowObjectsJS();
    },
  };
}

/** A text as SQL writes it. */
export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** SQL of parts as one relation with all columns of a table, also where there is no part, or an older one has fewer. */
export function relationOf(
  columns: readonly { readonly name: string; readonly type: string }[],
  addresses: readonly string[],
): string {
  const list = columns.map(({ name, type }) => `cast(null as ${type}) as ${name}`).join(", ");
  const shape = `select ${list} where false`;
  if (addresses.length === 0) return `(${shape})`;
  const files = addresses.map(quoted).join(", ");
  const names = columns.map(({ name }) => name).join(", ");
  return `(select ${names} from (${shape} union all by name select * from read_parquet([${files}], union_by_name = true, hive_partitioning = false)))`;
}
