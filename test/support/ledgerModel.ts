import type { LedgerRow } from "../../src/serving/ledgerRow.ts";
import type { LedgerCampaign } from "./ledgerCampaigns.ts";

/** What the ledger should do, as plainly as it can be said: one row after the other, with sums in maps. */
export function createLedgerModel() {
  const spent = new Map<string, number>();
  const known = new Set<string>();
  const of = (key: string) => spent.get(key) ?? 0;
  const fits = (key: string, price: number, limit: number | null | undefined) =>
    limit === null || limit === undefined || of(key) + price <= limit;
  const decide = (row: LedgerRow, campaign: LedgerCampaign): string => {
    const price = row.amountMicros;
    const [total, day, account] = [
      `c${row.campaignId}`,
      `c${row.campaignId} ${row.budgetDay}`,
      `a${row.advertiserId}`,
    ];
    if (price === 0) return "0";
    if (!fits(total, price, campaign.totalBudgetMicros)) return "over_total_budget";
    if (!fits(day, price, campaign.dailyBudgetMicros)) return "over_daily_budget";
    if (!fits(account, price, campaign.balanceMicros)) return "over_balance";
    for (const key of [total, day, account]) spent.set(key, of(key) + price);
    return String(price);
  };
  return {
    spent: of,
    /** Decides a batch under the limits of this moment; only rows that are new are in the answer. */
    admit(rows: readonly LedgerRow[], campaigns: readonly LedgerCampaign[]): Map<string, string> {
      const byId = new Map(campaigns.map((campaign) => [campaign.campaignId, campaign]));
      const ordered = rows.toSorted(
        (a, b) => a.occurredAtMs - b.occurredAtMs || (a.eventId < b.eventId ? -1 : 1),
      );
      const outcomes = new Map<string, string>();
      for (const row of ordered) {
        if (known.has(row.eventId)) continue;
        known.add(row.eventId);
        outcomes.set(row.eventId, decide(row, byId.get(row.campaignId)!));
      }
      return outcomes;
    },
  };
}
