import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeAreaKey, franceKey } from "../../src/geo/areaKeys.ts";
import { createCampaignFeed } from "../../src/stores/postgres/campaignFeed.ts";
import { readClickEffects, refreshClickEffects } from "../../src/stores/postgres/clickEffects.ts";
import {
  readSegmentPriors,
  refreshCategoryShares,
} from "../../src/stores/postgres/segmentPriors.ts";
import {
  type OpenStore,
  openCampaignStore,
  saveCampaign,
  testActor,
} from "../support/campaignStore.ts";

let opened: OpenStore;
beforeEach(async () => {
  opened = await openCampaignStore();
});
afterEach(() => opened.close());

const nowMs = Date.UTC(2026, 5, 1, 10);

async function count(campaignId: number, placementId: string, impressions: number, clicks: number) {
  await sql`insert into click_counts
      (budget_day, campaign_id, creative_id, placement_id, category, hour, distance, impressions, clicks)
    values (current_date, ${campaignId}, ${campaignId}, ${placementId}, 5, 9, 2, ${impressions}, ${clicks})`.execute(
    opened.db,
  );
}

test("what is counted becomes effects for every node, and the context and ceiling of each campaign that pays by click", async () => {
  const [one, other] = [await saveCampaign(opened.store), await saveCampaign(opened.store)];
  await sql`update campaigns set pricing = 'cpc', bid_micros = 400000 where id = ${one.campaignId}`.execute(
    opened.db,
  );
  expect(await readClickEffects(opened.db)).toBeNull();
  for (const { campaignId } of [one, other]) {
    await count(campaignId, "top", 50_000, 400);
    await count(campaignId, "foot", 50_000, 100);
  }
  const feed = createCampaignFeed(opened.db);
  const { cursor } = await feed.loadAll(nowMs);

  const learnt = await refreshClickEffects(opened.db);

  expect(learnt).toMatchObject({ rows: 4 });
  const effects = await readClickEffects(opened.db);
  expect(effects?.placements.get("top")).toBeGreaterThan(1.4);
  expect(effects?.placements.get("foot")).toBeLessThan(0.6);
  expect(effects?.hours).toHaveLength(24);
  const changes = await feed.loadChanges(cursor, nowMs);
  if (changes.kind !== "changes") throw new Error("the cursor expired");
  const ceilings = changes.campaigns.map(({ campaignId, clickCeiling }) => [
    campaignId,
    clickCeiling,
  ]);
  expect(ceilings).toContainEqual([one.campaignId, 1.25]);
  // Told once: nothing has changed since.
  expect((await refreshClickEffects(opened.db))?.changed).toBe(0);
});

test("pages that are looked at become shares by département of 50 visitors at least, and priors of segments", async () => {
  const correze = encodeAreaKey("departement", "19");
  await opened.store.segments.insert(
    { slug: "auto", name: "Cherche une voiture", categories: ["vehicules"] },
    testActor,
  );
  const samples = JSON.stringify([
    [45.1, 1.5, 1, [encodeAreaKey("commune", "19031"), correze, franceKey]],
  ]);
  await sql`insert into forecast_places (id, source, cell, lat, lon, samples, seen_on)
    values (7, 0, '871f9a000ffffff', 45.1, 1.5, ${samples}::jsonb, current_date)`.execute(
    opened.db,
  );
  await sql`insert into forecast_opportunities
      (at, visitor_key, bucket, sample_hash, level, place_ids, category, device, personalised, to_beat)
    select now(), 'v' || n, 1, 1, 0, case when n <= 60 then array[7]::bigint[] else '{}' end,
      case when n % 4 = 0 or n > 60 then 'maison/jardin' else 'vehicules/voitures' end, 0, true, '{0,0,0}'
    from generate_series(1, 120) n`.execute(opened.db);

  expect(await refreshCategoryShares(opened.db)).toBe(4);

  const priors = await readSegmentPriors(opened.db);
  const [segment] = await opened.store.segments.readAll();
  const segmentId = segment?.segmentId ?? 0;
  expect(segment?.categories).toEqual(["vehicules"]);
  expect(priors.shareOf(segmentId, 0)).toBeCloseTo(45 / 120);
  expect(priors.shareOf(segmentId, correze)).toBeCloseTo((45 + 200 * (45 / 120)) / 260);
  expect(priors.shareOf(segmentId, encodeAreaKey("departement", "75"))).toBeCloseTo(45 / 120);
});
