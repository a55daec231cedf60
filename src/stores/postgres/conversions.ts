import { type Kysely, sql, type Transaction } from "kysely";
import type { OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import type { ConversionRow } from "../../serving/conversionRow.ts";
import type { LedgerRow } from "../../serving/ledgerRow.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { cutPage, keysetOf } from "./keyset.ts";

/** A conversion as shops read it. */
export interface ListedConversion {
  readonly conversionId: number;
  readonly orderId: string;
  readonly label: string | null;
  readonly valueMicros: number | null;
  readonly creativeId: number;
  readonly attributedBy: "click" | "view";
  readonly lagSeconds: number;
  readonly source: "pixel" | "postback";
  readonly occurredAt: string;
}

export interface ConversionFilter {
  readonly campaignId: number;
  readonly attributedBy?: ListedConversion["attributedBy"] | undefined;
}

export type ListConversions = (
  filter: ConversionFilter,
  page: OrderedPage,
) => Promise<PageOfItems<ListedConversion>>;

/** Conversions of a campaign; their ids are in the order in which they were recorded. PublicError `unavailable` when the store is away. */
export function createListConversions(db: Kysely<Database>): ListConversions {
  return ({ campaignId, attributedBy }, page) =>
    withPublicFaults(async () => {
      const { after, suffix } = keysetOf(sql`id`, page);
      const ofTouch =
        attributedBy === undefined ? sql`` : sql` and attributed_by = ${attributedBy}`;
      const { rows } = await sql<Omit<ListedConversion, "occurredAt"> & { readonly at: Date }>`
        select id as "conversionId", order_id as "orderId", label, value_micros as "valueMicros",
          creative_id as "creativeId", attributed_by as "attributedBy", lag_seconds as "lagSeconds", source,
          occurred_at as at
        from conversions where campaign_id = ${campaignId}${ofTouch} and ${after} ${suffix}`.execute(
        db,
      );
      const listed = rows.map(({ at, ...row }) => ({ ...row, occurredAt: at.toISOString() }));
      return cutPage(listed, page, ({ conversionId }) => conversionId);
    });
}

/**
 * Keeps what shops told of conversions that the ledger has, within its transaction. Told again, it changes nothing; one
 * that the ledger set aside is not kept.
 */
export async function keepConversions<DB>(
  transaction: Transaction<DB>,
  rows: readonly LedgerRow[],
): Promise<void> {
  const told = rows.flatMap(({ conversion }) => (conversion ? [toColumns(conversion)] : []));
  if (told.length === 0) return;
  await sql`
    insert into conversions (event_id, advertiser_id, campaign_id, creative_id, order_id, label, value_micros,
      attributed_by, lag_seconds, source, occurred_at)
    select c.event_id, c.advertiser_id, c.campaign_id, c.creative_id, c.order_id, c.label, c.value_micros,
      c.attributed_by, c.lag_seconds, c.source, c.occurred_at
    from jsonb_populate_recordset(null::conversions, ${JSON.stringify(told)}::jsonb) as c
    where exists (select from ledger l where l.event_id = c.event_id)
    on conflict (event_id) do nothing`.execute(transaction);
}

function toColumns(row: ConversionRow): Readonly<Record<string, unknown>> {
  return {
    event_id: row.eventId,
    advertiser_id: row.advertiserId,
    campaign_id: row.campaignId,
    creative_id: row.creativeId,
    order_id: row.orderId,
    label: row.label,
    value_micros: row.valueMicros,
    attributed_by: row.attributedBy,
    lag_seconds: row.lagSeconds,
    source: row.source,
    occurred_at: new Date(row.occurredAtMs).toISOString(),
  };
}

/** Orders stay for 25 months, as long as the French authority lets data of single visitors live. */
const keptMonths = 25;
const prunedAtOnce = 5_000;

/** Forgets the oldest conversions; the ledger keeps their count. Answers how many went, at most 5,000. */
export async function pruneConversions(db: Kysely<Database>): Promise<number> {
  const result = await sql`
    delete from conversions where id in (
      select id from conversions where recorded_at < now() - make_interval(months => ${keptMonths})
      order by recorded_at limit ${prunedAtOnce})`.execute(db);
  return Number(result.numAffectedRows ?? 0);
}
