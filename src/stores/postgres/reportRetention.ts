import { type Kysely, sql } from "kysely";

/** How long sums live, in days. Those by campaign and day stay for ever: they are small, and equal to the ledger. */
const retention = [
  { table: "report_hours", column: "budget_day", days: 100 },
  { table: "report_requests", column: "budget_day", days: 100 },
  { table: "report_days", column: "budget_day", days: 760 },
  { table: "report_reach", column: "budget_day", days: 760 },
  { table: "report_area_parts", column: "first_day", days: 760 },
  { table: "report_request_flushes", column: "flushed_at", days: 7 },
  // What came too late for its week is in the totals and is placed nowhere.
  { table: "report_area_waiting", column: "budget_day", days: 21 },
] as const;

const rowsAtOnce = 5_000;

/** Forgets the oldest sums, at most 5,000 rows a table; answers how many went. Rejects when Postgres is away. */
export async function pruneReports<DB>(db: Kysely<DB>, today: string): Promise<number> {
  let gone = 0;
  for (const { table, column, days } of retention) {
    const result = await sql`
      delete from ${sql.table(table)} where ctid = any(array(
        select ctid from ${sql.table(table)} where ${sql.ref(column)} < ${today}::date - ${days}::integer
        limit ${rowsAtOnce}))`.execute(db);
    gone += Number(result.numAffectedRows ?? 0);
  }
  return gone;
}
