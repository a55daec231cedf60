import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCampaignFeed } from "../../src/stores/postgres/campaignFeed.ts";
import { refreshClickRates } from "../../src/stores/postgres/clickRates.ts";
import { type OpenStore, openCampaignStore, saveCampaign } from "../support/campaignStore.ts";

let opened: OpenStore;
beforeEach(async () => {
  opened = await openCampaignStore();
});
afterEach(() => opened.close());

const nowMs = Date.UTC(2026, 5, 1, 10);

async function count(
  campaignId: number,
  impressions: number,
  viewables: number,
  clicks: number,
): Promise<void> {
  await sql`insert into campaign_days (campaign_id, advertiser_id, budget_day, impressions, viewables, clicks)
    values (${campaignId}, 1, '2026-06-01', ${impressions}, ${viewables}, ${clicks})`.execute(
    opened.db,
  );
}

test("what the ledger has counted reaches the serving nodes as smoothed click and view rates, and only when it has changed", async () => {
  const { campaignId } = await saveCampaign(opened.store);
  await saveCampaign(opened.store);
  const feed = createCampaignFeed(opened.db);
  const { cursor } = await feed.loadAll(nowMs);
  await count(campaignId, 9_000, 3_000, 90);

  expect(await refreshClickRates(opened.db)).toBe(1);

  const changes = await feed.loadChanges(cursor, nowMs);
  if (changes.kind !== "changes") throw new Error("the cursor expired");
  expect(changes.campaigns.map((campaign) => campaign.campaignId)).toEqual([campaignId]);
  expect(changes.campaigns[0]?.clickRate).toBeCloseTo(94 / 10_000);
  expect(changes.campaigns[0]?.viewRate).toBeCloseTo(3_120 / 9_200);
  expect(await refreshClickRates(opened.db)).toBe(0);
});
