import { type Kysely, sql } from "kysely";

/** What the holder of a lease may ask. */
export interface HeldLease {
  /** Rejects when the lease is lost: the connection that holds it has gone. */
  readonly check: () => Promise<void>;
}

/**
 * Works while nobody else on any machine holds the lease of that name: an advisory lock of one connection, which Postgres
 * lets go of when the connection ends, however it ends. Null = somebody else holds it; nothing was done.
 */
export async function underLakeLease<DB, Result>(
  db: Kysely<DB>,
  name: string,
  work: (lease: HeldLease) => Promise<Result>,
): Promise<Result | null> {
  return db.connection().execute(async (connection) => {
    const lock = sql`hashtextextended(${`lake ${name}`}, 24)`;
    const { rows } = await sql<{ readonly held: boolean }>`
      select pg_try_advisory_lock(${lock}) as held`.execute(connection);
    if (rows[0]?.held !== true) return null;
    try {
      return await work({
        async check() {
          await sql`select 1`.execute(connection);
        },
      });
    } finally {
      await sql`select pg_advisory_unlock(${lock})`.execute(connection).catch(() => undefined);
    }
  });
}
