import { type Kysely, sql } from "kysely";
import { moneyBucketCount } from "../../budgets/holdId.ts";
import type { CampaignOfAdvertiser, CampaignSpending } from "../../serving/ledgerPorts.ts";

// Written out, so that the indexes over the same expression are used.
const bucketOf = sql`(advertiser_id % ${sql.lit(moneyBucketCount)})`;

/** What every campaign of some buckets has spent: in all, and on each day since `sinceDay`. */
export async function readSpending<DB>(
  db: Kysely<DB>,
  buckets: readonly number[],
  sinceDay: string,
): Promise<readonly CampaignSpending[]> {
  const result = await sql<{
    campaign_id: number;
    advertiser_id: number;
    spent_micros: number;
    days: Readonly<Record<string, number>> | null;
  }>`
    select t.campaign_id, t.advertiser_id, t.spent_micros,
           (select json_object_agg(d.budget_day::text, d.spent_micros) from campaign_days d
            where d.campaign_id = t.campaign_id and d.budget_day >= ${sinceDay}::date) as days
    from campaign_totals t
    where ${bucketOf} = any(${[...buckets]}::bigint[])`.execute(db);
  return result.rows.map((row) => ({
    campaignId: row.campaign_id,
    advertiserId: row.advertiser_id,
    spentMicros: row.spent_micros,
    spentByDay: new Map(Object.entries(row.days ?? {})),
  }));
}

/** The campaigns of a bucket: those that are stored, and those that were ever charged. */
export async function readCampaigns<DB>(
  db: Kysely<DB>,
  bucket: number,
): Promise<readonly CampaignOfAdvertiser[]> {
  const { rows } = await sql<{ campaign_id: number; advertiser_id: number }>`
    select id::bigint as campaign_id, advertiser_id::bigint from campaigns where ${bucketOf} = ${bucket}
    union select campaign_id, advertiser_id from campaign_totals where ${bucketOf} = ${bucket}
    order by campaign_id`.execute(db);
  return rows.map((row) => ({ campaignId: row.campaign_id, advertiserId: row.advertiser_id }));
}

/** Which of these events the ledger has. */
export async function readKnownEvents<DB>(
  db: Kysely<DB>,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (eventIds.length === 0) return new Set();
  const { rows } = await sql<{ event_id: string }>`
    select event_id from ledger where event_id = any(${[...eventIds]}::text[])`.execute(db);
  return new Set(rows.map((row) => row.event_id));
}
