import { type Kysely, sql } from "kysely";
import type { Database } from "../database.ts";
import { createDatabase } from "../pool.ts";
import { readSequences } from "./backedTables.ts";

/**
 * Numbers that are left out. What was made after a backup is gone from the database and still named elsewhere (links of ads
 * for a day, counters in Redis, events in the lake): none of its numbers may come to name something else.
 */
export const skippedNumbers = 100_000;

/** Has every numbering go on beyond `sequences` and what is there, and readers of the change feed load everything anew. */
export async function numberOnwards<DB>(
  trx: Kysely<DB>,
  sequences: Readonly<Record<string, number>>,
): Promise<void> {
  const present = await readSequences(trx);
  for (const [name, last] of Object.entries(present)) {
    const next = Math.max(last, sequences[name] ?? 0) + skippedNumbers;
    await sql`select setval(${name}::regclass, ${next})`.execute(trx);
  }
  await sql`update changes_horizon set transaction_id = pg_current_xact_id()`.execute(trx);
}

/**
 * The same for a database that came back by other means (a snapshot, a point in time), and everybody logs in again: what was
 * ended since would live. Answers how many numberings there are.
 */
export async function settleRestored(url: string): Promise<number> {
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 0 });
  try {
    return await db.transaction().execute(async (trx: Kysely<Database>) => {
      await numberOnwards(trx, {});
      await sql`delete from sessions`.execute(trx);
      return Object.keys(await readSequences(trx)).length;
    });
  } finally {
    await db.destroy();
  }
}
