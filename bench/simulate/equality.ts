import type { LedgerEntry } from "./books.ts";
import { billableKind, eventPriceMicros } from "./campaigns.ts";
import type { Oracle } from "./oracle.ts";
import type { SimulatedCampaign } from "./setUp.ts";

export interface Equality {
  readonly told: number;
  readonly written: number;
  /** Events that were answered and are not in the ledger. */
  readonly missing: readonly string[];
  /** Rows of events that nobody told. */
  readonly unexpected: readonly string[];
  /** Rows that are there twice, or of another campaign. */
  readonly wrong: readonly string[];
  /** Billable events that are neither charged their price nor uncharged with a reason, and free events that were charged. */
  readonly wronglyCharged: readonly string[];
}

/** Compares the ledger, event by event, with what the readers' side has counted by itself. */
export function compareEvents(
  oracle: Oracle,
  entries: readonly LedgerEntry[],
  campaigns: readonly SimulatedCampaign[],
): Equality {
  const byId = new Map(campaigns.map((campaign) => [campaign.campaignId, campaign]));
  const seen = new Set<string>();
  const unexpected: string[] = [];
  const wrong: string[] = [];
  const wronglyCharged: string[] = [];
  for (const entry of entries) {
    const told = oracle.events.get(entry.eventId);
    if (told === undefined) unexpected.push(entry.eventId);
    else if (told !== entry.campaignId || seen.has(entry.eventId)) wrong.push(entry.eventId);
    if (!isRightlyCharged(entry, byId.get(entry.campaignId))) wronglyCharged.push(entry.eventId);
    seen.add(entry.eventId);
  }
  const missing = [...oracle.events.keys()].filter((eventId) => !seen.has(eventId));
  const counts = { told: oracle.events.size, written: entries.length };
  return { ...counts, missing, unexpected, wrong, wronglyCharged };
}

function isRightlyCharged(
  { kind, amountMicros, reason }: LedgerEntry,
  campaign: SimulatedCampaign | undefined,
): boolean {
  // The house pays nothing.
  if (campaign === undefined) return amountMicros === 0;
  if (kind !== billableKind[campaign.pricing]) return amountMicros === 0;
  return reason === null ? amountMicros === eventPriceMicros(campaign) : amountMicros === 0;
}

export function isEqual(equality: Equality): boolean {
  const { missing, unexpected, wrong, wronglyCharged } = equality;
  return [missing, unexpected, wrong, wronglyCharged].every((list) => list.length === 0);
}
