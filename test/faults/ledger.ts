import { type Kysely, sql } from "kysely";

/** What the ledger says of one campaign. */
export interface Charged {
  readonly impressions: number;
  /** Sum of what was charged, micros. */
  readonly micros: number;
  /** Impressions that were counted and not charged. */
  readonly uncharged: number;
}

/** Sums the ledger's own rows, not the sums beside it. */
export async function chargedOf<DB>(db: Kysely<DB>, campaignId: number): Promise<Charged> {
  const { rows } = await sql<Charged>`
    select count(*) filter (where kind = 'impression') as impressions, coalesce(sum(amount_micros), 0)::bigint as micros,
      count(uncharged_reason) as uncharged
    from ledger where campaign_id = ${campaignId}`.execute(db);
  return rows[0] ?? { impressions: 0, micros: 0, uncharged: 0 };
}
