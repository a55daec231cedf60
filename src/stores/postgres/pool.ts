import { AsyncLocalStorage } from "node:async_hooks";
import {
  Kysely,
  type PostgresClient,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPoolClient,
  type PostgresQueryResult,
  sql,
} from "kysely";
import pg from "pg";
import { connectionOf } from "./connection.ts";
import type { Database } from "./database.ts";
import { rememberScopes, scopedDialect } from "./transactionScope.ts";

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name`, with what `src/connectionUrls.ts` adds. */
  readonly url: string;
  readonly maxConnections: number;
  /** A statement that runs longer fails; 0 = no limit. */
  readonly statementTimeoutMs: number;
}

/** A server that is there accepts a connection at once. */
const connectMs = 3_000;

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
  const connection = connectionOf(options.url);
  const serverStops = options.statementTimeoutMs !== 0 && !connection.sharesSessions;
  const pool = new pg.Pool({
    ...connection.options,
    max: options.maxConnections,
    // RDS Proxy refuses connections that set anything; the client's own limit below is left there.
    statement_timeout: serverStops ? options.statementTimeoutMs : false,
    // The server stops a slow statement; the client gives up on a server that went silent.
    query_timeout:
      options.statementTimeoutMs === 0 ? undefined : options.statementTimeoutMs + 1_000,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types: { getTypeParser },
  });
  // Both idle connections and those between two statements of a transaction may be cut.
  pool.on("error", ignoreConnectionLoss);
  pool.on("connect", (client) => client.on("error", ignoreConnectionLoss));
  const connect = async () => discardWhenSilent(await pool.connect());
  const dialect = new PostgresDialect({
    pool: { connect, end: () => pool.end(), options: pool.options },
  });
  const scopes: Parameters<typeof scopedDialect>[1] = new AsyncLocalStorage();
  const db = new Kysely<Database>({ dialect: scopedDialect(dialect, scopes) });
  rememberScopes(db, scopes);
  return db;
}

/**
 * A connection that owes an answer for longer than any statement may take leads nowhere any more (its server has moved
 * or lost power): it leaves the pool, where it would cost everybody who gets it the same wait.
 */
function discardWhenSilent(client: pg.PoolClient): PostgresPoolClient {
  let isSilent = false;
  const noteSilence = (error: unknown): never => {
    isSilent ||= error instanceof Error && error.message === "Query read timeout";
    throw error;
  };
  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query<R>(
    what: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    const asked: PostgresClient = client;
    return typeof what === "string"
      ? asked.query<R>(what, values).catch(noteSilence)
      : asked.query<R>(what);
  }
  return { query, release: (discard) => client.release(isSilent || discard) };
}

/** Without a listener the process would die of it; the query that needs the connection reports the fault. */
function ignoreConnectionLoss(): void {}

/** True when the server answers; throws what the driver throws when it does not. For health checks. */
export async function pingDatabase(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ readonly one: number }>`select 1 as one`.execute(db);
  return rows[0]?.one === 1;
}
