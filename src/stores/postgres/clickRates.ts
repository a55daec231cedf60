import { type Kysely, sql } from "kysely";
import {
  type ClickRate,
  isWorthUpdating,
  smoothClickRate,
  smoothViewRate,
} from "../../budgets/clickRate.ts";
import type { Database } from "./database.ts";

interface CountsRow {
  readonly campaign_id: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly click_rate: number;
  readonly view_rate: number;
  /** Mean factor of the contexts in which it was shown. */
  readonly click_context: number;
}

/** Rates follow what is new: a day's counts weigh half of those four weeks later. */
const halfLifeDays = 28;

/** Each node takes the changed campaigns into its snapshot: a few hundred at a time cost it nothing that visitors notice. */
const mostPerPass = 300;
/** "atelier clicks" as a number: one node at a time does this. */
const clickRatesLock = 4_172_031_993;

/** Where clicks are likelier than elsewhere an impression counts for more than one: the rate is that of an average place. */
function rateOf({ impressions, clicks, click_context }: CountsRow): ClickRate {
  return smoothClickRate({ impressions: impressions * click_context, clicks });
}

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
      select campaign_id, click_rate, view_rate, click_context, sum(impressions * weight) as impressions,
        sum(viewables * weight) as viewables, sum(clicks * weight) as clicks
      from (select c.id as campaign_id, c.click_rate, c.view_rate, c.click_context, d.impressions, d.viewables, d.clicks,
          0.5 ^ ((max(d.budget_day) over (partition by c.id) - d.budget_day) / ${halfLifeDays}::double precision) as weight
        from campaigns c join campaign_days d on d.campaign_id = c.id where c.status = 'active') counted
      group by campaign_id, click_rate, view_rate, click_context`.execute(trx);
    const fresh = rows
      .map((row) => ({ ...row, ...rateOf(row), viewRate: smoothViewRate(row) }))
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
