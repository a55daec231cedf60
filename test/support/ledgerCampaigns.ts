import { type Kysely, sql } from "kysely";
import { nationalZone } from "./campaignBuilder.ts";

/** The limits of a stored campaign; null = none. */
export interface LedgerCampaign {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly totalBudgetMicros?: number | null;
  readonly dailyBudgetMicros?: number | null;
  /** Of the advertiser; the last one given counts. */
  readonly balanceMicros?: number | null;
  readonly priority?: "paid" | "house";
}

const zone = JSON.stringify({ include: [{ type: "country", code: "FR" }], exclude: [] });

/** Stores campaigns and their advertisers under given ids, or gives those that are there other limits. */
export async function storeCampaigns<DB>(
  db: Kysely<DB>,
  campaigns: readonly LedgerCampaign[],
): Promise<void> {
  for (const { advertiserId, balanceMicros = null } of campaigns)
    await sql`insert into advertisers (id, name, payer_name, trade, balance_micros)
      values (${advertiserId}, 'Boutique', 'Boutique', 'couvreur', ${balanceMicros})
      on conflict (id) do update set balance_micros = excluded.balance_micros`.execute(db);
  for (const campaign of campaigns) {
    const { totalBudgetMicros = null, dailyBudgetMicros = null, priority = "paid" } = campaign;
    // The schema wants a paid campaign to have a limit: one that no test reaches.
    const total = totalBudgetMicros ?? (dailyBudgetMicros === null ? 1_000_000_000_000 : null);
    await sql`insert into campaigns (id, advertiser_id, name, status, starts_on, pricing, bid_micros, total_budget_micros,
        daily_budget_micros, pacing, priority, place_intention, zone, compiled_zone)
      values (${campaign.campaignId}, ${campaign.advertiserId}, 'Campagne', 'active', '2026-01-01', 'cpm', 1000,
        ${total}, ${dailyBudgetMicros}, 'even', ${priority}, 'any', ${zone}::jsonb, ${JSON.stringify(nationalZone)}::jsonb)
      on conflict (id) do update set total_budget_micros = excluded.total_budget_micros,
        daily_budget_micros = excluded.daily_budget_micros`.execute(db);
  }
}
