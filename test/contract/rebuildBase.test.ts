import { afterEach, beforeEach, expect, test } from "vitest";
import { rebuildBase } from "../../src/jobs/rebuildBase.ts";
import { findCampaign, findCreative } from "../../src/targeting/snapshot.ts";
import { type OpenStore, openCampaignStore, saveCampaign } from "../support/campaignStore.ts";

let opened: OpenStore;
beforeEach(async () => {
  opened = await openCampaignStore();
});
afterEach(() => opened.close());

const nowMs = Date.UTC(2026, 5, 1, 10);

test("a base that another thread has built serves like one that was built here, texts included", async () => {
  const { campaignId } = await saveCampaign(opened.store, { name: "Toitures d'été" });
  const [creative] = await opened.store.creatives.list(
    { campaignId, advertiserIds: null },
    { limit: 1, afterId: 0 },
  );

  const { snapshot, cursor, baseSize } = await rebuildBase(
    { databaseUrl: opened.url, nowMs },
    () => undefined,
  );

  expect(baseSize).toBe(1);
  expect(snapshot.revision).toBe(cursor);
  expect(findCampaign(snapshot, campaignId)).toMatchObject({ name: "Toitures d'été" });
  expect(findCreative(snapshot, campaignId, creative?.creativeId ?? 0)).toMatchObject({
    landingUrl: creative?.landingUrl,
  });
});

test("a database that is away is told, and nothing is left behind", async () => {
  const databaseUrl = "postgres://nobody@127.0.0.1:1/none";
  await expect(rebuildBase({ databaseUrl, nowMs }, () => undefined)).rejects.toThrow();
});
