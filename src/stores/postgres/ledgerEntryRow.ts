import { sql } from "kysely";
import type { LedgerEntry, LedgerEntryKind } from "../../campaigns/ledgerBooks.ts";

/** A row of the ledger as {@link ledgerEntryColumns} reads it. */
export interface LedgerEntryRow {
  readonly id: number;
  readonly event_id: string;
  readonly kind: LedgerEntryKind;
  readonly campaign_id: number;
  readonly advertiser_id: number;
  readonly creative_id: number | null;
  readonly placement_id: string | null;
  readonly budget_day: string;
  readonly amount_micros: number;
  readonly uncharged_reason: string | null;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
  readonly media_ssp: string | null;
  readonly media_price_micros: number;
  readonly media_currency: string;
  readonly media_rate: number;
  readonly media_rate_date: string;
  readonly media_cost_micros: number;
  readonly media_margin_micros: number;
  readonly credited_event_id: string | null;
  readonly credit_reason: string | null;
  readonly credited_by: string | null;
}

export const ledgerEntryColumns = sql`id, event_id, kind, campaign_id, advertiser_id, creative_id, placement_id, budget_day,
  amount_micros, uncharged_reason, occurred_at, recorded_at, media_ssp, media_price_micros, media_currency,
  media_rate::float8 as media_rate, media_rate_date, media_cost_micros, media_margin_micros, credited_event_id,
  credit_reason, credited_by`;

export function rowToLedgerEntry(row: LedgerEntryRow): LedgerEntry {
  return {
    entryId: row.id,
    eventId: row.event_id,
    kind: row.kind,
    campaignId: row.campaign_id,
    advertiserId: row.advertiser_id,
    creativeId: row.creative_id,
    placementId: row.placement_id,
    day: row.budget_day,
    amountMicros: row.amount_micros,
    unchargedReason: row.uncharged_reason,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    media: rowToMedia(row),
    credit: rowToCredit(row),
  };
}

function rowToMedia(row: LedgerEntryRow): LedgerEntry["media"] {
  if (row.media_ssp === null) return null;
  return {
    ssp: row.media_ssp,
    priceMicros: row.media_price_micros,
    currency: row.media_currency,
    unitsPerEuro: row.media_rate,
    rateDate: row.media_rate_date,
    costMicros: row.media_cost_micros,
    marginMicros: row.media_margin_micros,
  };
}

function rowToCredit(row: LedgerEntryRow): LedgerEntry["credit"] {
  if (row.credit_reason === null || row.credited_by === null) return null;
  return { eventId: row.credited_event_id, reason: row.credit_reason, givenBy: row.credited_by };
}
