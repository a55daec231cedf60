import { type Kysely, sql } from "kysely";

/** The bucket whose turn it is; null = the last comparison began less than `pauseMs` ago. The caller holds the ledger's lock. */
export async function readNextToCompare<DB>(
  db: Kysely<DB>,
  pauseMs: number,
): Promise<number | null> {
  const { rows } = await sql<{ next_bucket: number }>`
    select next_bucket from ledger_comparison
    where compared_at <= clock_timestamp() - make_interval(secs => ${pauseMs / 1_000})`.execute(db);
  return rows[0]?.next_bucket ?? null;
}

export async function saveNextToCompare<DB>(db: Kysely<DB>, bucket: number): Promise<void> {
  await sql`update ledger_comparison set next_bucket = ${bucket}, compared_at = clock_timestamp()`.execute(
    db,
  );
}
