import { type Kysely, sql } from "kysely";
import { isWorthUpdating, smoothClickRate, smoothViewRate } from "../../budgets/clickRate.ts";
import type { Database } from "./database.ts";

interface CountsRow {
  readonly campaign_id: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly click_rate: number;
  readonly view_rate: number;
}

/** Each node takes the changed campaigns into its snapshot: a few hundred at a time cost it nothing that visitors notice. */
const mostPerPass = 300;
/** "atelier clicks" as a number: one node at a time does this. */
const clickRatesLock = 4_172_031_993;

/**
 * Brings the click and view rates of active campaigns in step with what the ledger has counted; the change feed carries
 * them to every node. Invalid traffic is not among what was counted. At most 300 in one pass. Answers how many changed; 0 when another node is at it.
 */
export async function refreshClickRates(db: Kysely<Database>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const lock = await sql<{
      locked: boolean;
    }>`select pg_try_advisory_xact_lock(${clickRatesLock}) as locked`.execute(trx);
    if (lock.rows[0]?.locked !== true) return 0;
    const { rows } = await sql<CountsRow>`
      select c.id as campaign_id, c.click_rate, c.view_rate, sum(d.impressions)::bigint as impressions,
        sum(d.viewables)::bigint as viewables, sum(d.clicks)::bigint as clicks
      from campaigns c join campaign_days d on d.campaign_id = c.id
      where c.status = 'active' group by c.id`.execute(trx);
    const fresh = rows
      .map((row) => ({ ...row, ...smoothClickRate(row), viewRate: smoothViewRate(row) }))
      .filter(
        (row) =>
          isWorthUpdating(row.click_rate, row.clickRate) ||
          isWorthUpdating(row.view_rate, row.viewRate),
      )
      .slice(0, mostPerPass);
    if (fresh.length === 0) return 0;
    await sql`
      update campaigns c set click_rate = f.rate, click_rate_upper = f.upper, view_rate = f.view_rate
      from unnest(${fresh.map((row) => row.campaign_id)}::bigint[], ${fresh.map((row) => row.clickRate)}::float8[],
        ${fresh.map((row) => row.clickRateUpper)}::float8[], ${fresh.map((row) => row.viewRate)}::float8[])
        as f (id, rate, upper, view_rate)
      where c.id = f.id`.execute(trx);
    return fresh.length;
  });
}
