import { sql } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import * as deals from "../../../migrations/0009_1_deals.ts";
import * as facts from "../../../migrations/0009_2_creative_facts.ts";
import { parseCreative } from "../../../src/campaigns/creativeSchema.ts";
import { valueOrThrow } from "../../../src/campaigns/problems.ts";
import { approvedBy } from "../../../src/campaigns/review.ts";
import { createCampaignFeed } from "../../../src/stores/postgres/campaignFeed.ts";
import { htmlBody, nativeBody } from "../../support/campaignBodies.ts";
import {
  type OpenStore,
  openCampaignStore,
  saveCampaign,
  testActor,
} from "../../support/campaignStore.ts";

const nowMs = Date.UTC(2026, 2, 12, 9);
let opened: OpenStore;
beforeEach(async () => {
  opened = await openCampaignStore();
});
afterEach(() => opened.close());

const pictured = {
  imageWidth: 1200,
  imageHeight: 627,
  iconUrl: "https://images.example.fr/icone.png",
  iconSide: 80,
  attributes: [3, 13],
};

async function servable(campaignId: number) {
  const { campaigns } = await createCampaignFeed(opened.db).loadAll(nowMs);
  return campaigns.find((it) => it.campaignId === campaignId)!;
}

it("serving learns what exchanges ask of creatives, and nothing of those of whom nothing is known", async () => {
  const { campaignId } = await saveCampaign(opened.store);
  for (const body of [
    nativeBody({ campaignId, ...pictured }),
    htmlBody({ campaignId, attributes: [13] }),
    nativeBody({ campaignId, imageWidth: 300, imageHeight: 300 }),
  ])
    await opened.store.creatives.insert(
      { ...valueOrThrow(parseCreative(body)), review: approvedBy("test", null) },
      testActor,
    );
  const { creatives } = await servable(campaignId);
  const { iconUrl: url, iconSide: side, attributes } = pictured;
  expect(creatives.map(({ bidFacts }) => bidFacts)).toEqual([
    undefined,
    { picture: { width: 1200, height: 627 }, icon: { url, side }, attributes },
    { picture: null, icon: null, attributes: [13] },
    { picture: { width: 300, height: 300 }, icon: null, attributes: [] },
  ]);
});

it("a creative and a campaign come back from the store as they were written, and can be changed", async () => {
  const { campaignId } = await saveCampaign(opened.store, {
    deals: [{ ssp: "demo", id: "été 1" }],
    openAuction: false,
  });
  const parsed = valueOrThrow(parseCreative(nativeBody({ campaignId, ...pictured })));
  const fields = { ...parsed, review: approvedBy("test", null) };
  const { creativeId } = await opened.store.creatives.insert(fields, testActor);
  expect(await opened.store.creatives.read(creativeId)).toMatchObject(pictured);
  const changed = await opened.store.creatives.change(
    creativeId,
    () => ({ ...fields, ...noFacts }),
    testActor,
  );
  expect(changed).toMatchObject(noFacts);
  expect(await opened.store.campaigns.read(campaignId)).toMatchObject({
    deals: [{ ssp: "demo", id: "été 1" }],
    openAuction: false,
  });
});

const noFacts = {
  imageWidth: null,
  imageHeight: null,
  iconUrl: null,
  iconSide: null,
  attributes: [],
};

it("going back pauses who kept to deals, and coming again knows no deals", async () => {
  const loyal = await saveCampaign(opened.store, {
    deals: [{ ssp: "demo", id: "1" }],
    openAuction: false,
  });
  const open = await saveCampaign(opened.store, { deals: [{ ssp: "demo", id: "1" }] });
  for (const { down } of [facts, deals]) await down(opened.db as never);
  const { rows } = await sql<{ readonly id: number; readonly status: string }>`
    select id, status from campaigns order by id`.execute(opened.db);
  expect(rows).toEqual([
    { id: loyal.campaignId, status: "paused" },
    { id: open.campaignId, status: "active" },
  ]);
  for (const { up } of [deals, facts]) await up(opened.db as never);
  expect(await servable(open.campaignId)).toMatchObject({ deals: [], openAuction: true });
});
