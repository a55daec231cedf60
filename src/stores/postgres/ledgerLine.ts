import type { LedgerRow } from "../../serving/ledgerRow.ts";

/** A row as the database's `admit_to_ledger` reads it. Whatever the row holds, the text itself is one that Postgres takes. */
export function toLedgerLine(row: LedgerRow): string {
  const { media } = row;
  return JSON.stringify({
    event_id: row.eventId,
    kind: row.kind,
    campaign_id: row.campaignId,
    advertiser_id: row.advertiserId,
    creative_id: row.creativeId,
    placement_id: row.placementId,
    budget_day: row.budgetDay,
    amount_micros: row.amountMicros,
    uncharged_reason: row.unchargedReason,
    occurred_at_ms: row.occurredAtMs,
    media_ssp: media?.ssp,
    media_price_micros: media?.priceMicros,
    media_currency: media?.currency,
    media_rate: media?.unitsPerEuro,
    media_rate_date: media?.rateDate,
    media_cost_micros: media?.costMicros,
  });
}
