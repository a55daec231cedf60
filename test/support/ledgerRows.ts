import type { LedgerRow } from "../../src/serving/ledgerRow.ts";
import { noonMs } from "./money.ts";

let events = 0;

/** An impression of campaign 12 of advertiser 7 at half a cent, a millisecond after the one before, unless told otherwise. */
export function ledgerRow(changes: Partial<LedgerRow> = {}): LedgerRow {
  events++;
  return {
    eventId: `e${events}.0.impression`,
    kind: "impression",
    campaignId: 12,
    advertiserId: 7,
    creativeId: 99,
    placementId: "top",
    budgetDay: "2026-06-01",
    amountMicros: 5_000,
    unchargedReason: null,
    occurredAtMs: noonMs + events,
    media: null,
    ...changes,
  };
}
