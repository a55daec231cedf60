import { type Kysely, sql, type Transaction } from "kysely";
import { moneyBucketCount } from "../../budgets/holdId.ts";
import type { CampaignSpending, Ledger, LedgerSession } from "../../serving/ledgerPorts.ts";
import type { LedgerRow } from "../../serving/ledgerRow.ts";

/** "atelier ledger" as a number: whoever holds this lock moves charges from Redis to the ledger. */
const ledgerLock = 4_172_031_992;
/** More rows travel in several statements of the same transaction. */
const rowsPerStatement = 1_000;

/** The ledger in Postgres. Every function rejects when Postgres is away or refuses. */
export function createPostgresLedger<DB>(db: Kysely<DB>): Ledger {
  return {
    exclusively: (work) =>
      db.transaction().execute(async (transaction) => {
        const lock = await sql<{
          locked: boolean;
        }>`select pg_try_advisory_xact_lock(${ledgerLock}) as locked`.execute(transaction);
        if (lock.rows[0]?.locked !== true) return { ran: false };
        return { ran: true, result: await work(createSession(transaction)) };
      }),
  };
}

function createSession<DB>(transaction: Transaction<DB>): LedgerSession {
  return {
    async append(rows) {
      let inserted = 0;
      for (let from = 0; from < rows.length; from += rowsPerStatement)
        inserted += await insertRows(transaction, rows.slice(from, from + rowsPerStatement));
      return inserted;
    },
    spendingOf: (buckets, sinceDay) => readSpending(transaction, buckets, sinceDay),
  };
}

/** Inserts rows that the ledger does not have yet and adds them, and only them, to the sums: one statement, all or nothing. */
async function insertRows<DB>(
  transaction: Transaction<DB>,
  rows: readonly LedgerRow[],
): Promise<number> {
  const column = <T>(read: (row: LedgerRow) => T): T[] => rows.map(read);
  const result = await sql<{ inserted: string | number }>`
    with fresh as (
      insert into ledger (event_id, kind, campaign_id, advertiser_id, creative_id, placement_id, budget_day,
                          amount_micros, uncharged_reason, occurred_at)
      select event_id, kind, campaign_id, advertiser_id, creative_id, placement_id, budget_day,
             amount_micros, uncharged_reason, to_timestamp(occurred_at_ms / 1000.0)
      from unnest(
        ${column((row) => row.eventId)}::text[], ${column((row) => row.kind)}::text[],
        ${column((row) => row.campaignId)}::bigint[], ${column((row) => row.advertiserId)}::bigint[],
        ${column((row) => row.creativeId)}::bigint[], ${column((row) => row.placementId)}::text[],
        ${column((row) => row.budgetDay)}::date[], ${column((row) => row.amountMicros)}::bigint[],
        ${column((row) => row.unchargedReason)}::text[], ${column((row) => row.occurredAtMs)}::double precision[]
      ) as batch (event_id, kind, campaign_id, advertiser_id, creative_id, placement_id, budget_day,
                  amount_micros, uncharged_reason, occurred_at_ms)
      on conflict (event_id) do nothing
      returning campaign_id, advertiser_id, budget_day, kind, amount_micros, uncharged_reason
    ), summed as (
      insert into campaign_days as day
        (campaign_id, budget_day, advertiser_id, spent_micros, impressions, viewables, clicks, uncharged)
      select campaign_id, budget_day, min(advertiser_id), sum(amount_micros),
             count(*) filter (where kind = 'impression'), count(*) filter (where kind = 'viewable'),
             count(*) filter (where kind = 'click'), count(uncharged_reason)
      from fresh group by campaign_id, budget_day order by campaign_id, budget_day
      on conflict (campaign_id, budget_day) do update set
        spent_micros = day.spent_micros + excluded.spent_micros,
        impressions = day.impressions + excluded.impressions,
        viewables = day.viewables + excluded.viewables,
        clicks = day.clicks + excluded.clicks,
        uncharged = day.uncharged + excluded.uncharged
    )
    select count(*) as inserted from fresh`.execute(transaction);
  return Number(result.rows[0]?.inserted ?? 0);
}

/** What every campaign of some buckets has spent: in all, and on each day since `sinceDay`. */
async function readSpending<DB>(
  transaction: Transaction<DB>,
  buckets: readonly number[],
  sinceDay: string,
): Promise<readonly CampaignSpending[]> {
  const result = await sql<{
    campaign_id: string | number;
    advertiser_id: string | number;
    spent_micros: string | number;
    days: Readonly<Record<string, number>> | null;
  }>`
    select campaign_id, min(advertiser_id) as advertiser_id, sum(spent_micros)::bigint as spent_micros,
           json_object_agg(budget_day::text, spent_micros) filter (where budget_day >= ${sinceDay}::date) as days
    from campaign_days
    where (advertiser_id % ${moneyBucketCount}) = any(${[...buckets]}::bigint[])
    group by campaign_id`.execute(transaction);
  return result.rows.map((row) => ({
    campaignId: Number(row.campaign_id),
    advertiserId: Number(row.advertiser_id),
    spentMicros: Number(row.spent_micros),
    spentByDay: new Map(Object.entries(row.days ?? {})),
  }));
}
