import { sql } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import * as sides from "../../migrations/0003_1_ledger_sides.ts";
import * as admission from "../../migrations/0003_2_ledger_admission.ts";
import * as credits from "../../migrations/0003_3_ledger_credits.ts";
import * as mediaCosts from "../../migrations/0008_2_media_costs.ts";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { type OpenStore, openCampaignStore } from "../support/campaignStore.ts";
import { storeCampaigns } from "../support/ledgerCampaigns.ts";
import { ledgerRow } from "../support/ledgerRows.ts";

let opened: OpenStore;
beforeEach(async () => {
  opened = await openCampaignStore();
});
afterEach(() => opened.close());

it("a ledger from before the admission goes on from what it has spent", async () => {
  const { db } = opened;
  for (const { down } of [mediaCosts, credits, admission, sides]) await down(db as never);
  await sql`
    insert into ledger (event_id, kind, campaign_id, advertiser_id, creative_id, placement_id, budget_day, amount_micros,
      uncharged_reason, occurred_at)
    values ('a', 'impression', 12, 7, 99, 'top', '2026-06-01', 5000, null, now()),
      ('b', 'impression', 12, 7, 99, 'top', '2026-06-02', 3000, null, now()),
      ('c', 'click', 12, 7, 99, 'top', '2026-06-02', 0, 'balance', now()),
      ('d', 'impression', 13, 7, 99, 'top', '2026-06-02', 2000, null, now())`.execute(db);
  await sql`
    insert into campaign_days (campaign_id, budget_day, advertiser_id, spent_micros, impressions, clicks, uncharged)
    values (12, '2026-06-01', 7, 5000, 1, 0, 0), (12, '2026-06-02', 7, 3000, 1, 1, 1), (13, '2026-06-02', 7, 2000, 1, 0, 0)`.execute(
    db,
  );
  for (const { up } of [sides, admission, credits, mediaCosts]) await up(db as never);

  const { rows } = await sql`
    select (select json_agg(spent_micros order by campaign_id) from campaign_totals) as campaigns,
      (select json_agg(spent_micros) from advertiser_totals) as advertisers,
      (select json_agg(json_build_array(campaign_id, budget_day, uncharged_reason, events)) from campaign_day_uncharged)
        as uncharged`.execute(db);
  expect(rows).toEqual([
    {
      campaigns: [8_000, 2_000],
      advertisers: [10_000],
      uncharged: [[12, "2026-06-02", "balance", 1]],
    },
  ]);
  await storeCampaigns(db, [{ campaignId: 12, advertiserId: 7, totalBudgetMicros: 13_000 }]);
  const outcomes = await admitToLedger(db, [ledgerRow(), ledgerRow()]);
  expect(outcomes.map(({ reason }) => reason).toSorted()).toEqual(
    [null, "over_total_budget"].toSorted(),
  );
});
