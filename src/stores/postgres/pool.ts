import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import type { Database } from "./database.ts";

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name`. */
  readonly url: string;
  readonly maxConnections: number;
  /** A statement that runs longer fails; 0 = no limit. */
  readonly statementTimeoutMs: number;
}

const typeIds = { bigint: 20, date: 1082, xid8: 5069 } as const;

/**
 * Reads a PostgreSQL bigint as a number. Money and ids stay far below 2^53; a value beyond it is a fault and throws
 * a RangeError instead of losing its last digits.
 */
export function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} does not fit a number`);
  return value;
}

const keepText = (text: string): string => text;

/** Dates stay "YYYY-MM-DD": a day of the calendar is not an instant. */
function getTypeParser(typeId: number, format?: "text" | "binary"): (value: string) => unknown {
  if (typeId === typeIds.bigint) return parseBigint;
  if (typeId === typeIds.date || typeId === typeIds.xid8) return keepText;
  return pg.types.getTypeParser(typeId, format ?? "text");
}

/**
 * Opens a pool of connections (lazily: the first query connects). Call `destroy()` to close it.
 * An idle connection that the server closes is dropped from the pool; the next query opens another.
 */
export function createDatabase(options: DatabaseOptions): Kysely<Database> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    statement_timeout: options.statementTimeoutMs === 0 ? false : options.statementTimeoutMs,
    // The server stops a slow statement; the client gives up on a server that went silent.
    query_timeout:
      options.statementTimeoutMs === 0 ? undefined : options.statementTimeoutMs + 1_000,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types: { getTypeParser },
  });
  // Both idle connections and those between two statements of a transaction may be cut.
  pool.on("error", ignoreConnectionLoss);
  pool.on("connect", (client) => client.on("error", ignoreConnectionLoss));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/** Without a listener the process would die of it; the query that needs the connection reports the fault. */
function ignoreConnectionLoss(): void {}

/** True when the server answers; throws what the driver throws when it does not. For health checks. */
export async function pingDatabase(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ readonly one: number }>`select 1 as one`.execute(db);
  return rows[0]?.one === 1;
}
