import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentRulesVersion } from "../../../src/campaigns/contentRules/rules.ts";
import { parseCreative } from "../../../src/campaigns/creativeSchema.ts";
import { valueOrThrow } from "../../../src/campaigns/problems.ts";
import { approvedBy } from "../../../src/campaigns/review.ts";
import { judgeContent } from "../../../src/jobs/judgeContent.ts";
import { createCampaignFeed } from "../../../src/stores/postgres/campaignFeed.ts";
import { createContentJudging } from "../../../src/stores/postgres/contentJudging.ts";
import { refreshCreativeShares } from "../../../src/stores/postgres/creativeShares.ts";
import { readShownCreative } from "../../../src/stores/postgres/servableRows.ts";
import { nativeBody } from "../../support/campaignBodies.ts";
import {
  campaignWrite,
  type OpenStore,
  openCampaignStore,
  saveCampaign,
  testActor,
} from "../../support/campaignStore.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened.close());

const nowMs = Date.UTC(2026, 5, 1, 10);

async function saveApproved(campaignId: number, fields: Readonly<Record<string, unknown>> = {}) {
  const parsed = valueOrThrow(parseCreative(nativeBody({ campaignId, ...fields })));
  const approved = { ...parsed, review: approvedBy("test", null) };
  return (await opened.store.creatives.insert(approved, testActor)).creativeId;
}

const servable = async (campaignId: number) =>
  (await createCampaignFeed(opened.db).loadAll(nowMs)).campaigns.find(
    (one) => one.campaignId === campaignId,
  );

const judge = (version = contentRulesVersion) =>
  judgeContent({
    judging: createContentJudging(opened.db),
    creatives: opened.store.creatives,
    nowMs: () => nowMs,
    version,
  });

const setTrade = (advertiserId: number, trade: string) =>
  sql`update advertisers set trade = ${trade} where id = ${advertiserId}`.execute(opened.db);

test("a campaign that says that it is about credit carries the mention, and may leave nobody out", async () => {
  const { campaignId, advertiserId } = await saveCampaign(opened.store);
  const creativeId = await saveApproved(campaignId);
  expect(await servable(campaignId)).not.toHaveProperty("mentions");
  const write = (fields: Readonly<Record<string, unknown>>) =>
    opened.store.campaigns.change(
      campaignId,
      () => campaignWrite({ advertiserId, contentCategories: ["credit"], ...fields }),
      testActor,
    );
  await write({});
  expect((await servable(campaignId))?.mentions?.flat()[0]).toMatch(/^Un crédit vous engage/);
  expect((await readShownCreative(opened.db, creativeId))?.mentions).toHaveLength(1);
  const circle = { type: "circle", lat: 45.8, lon: 1.25, radiusMeters: 5_000 };
  const exclude = [{ type: "postalCode", postalCode: "87000" }];
  await expect(write({ zone: { include: [circle], exclude } })).rejects.toMatchObject({
    code: "invalid_body",
    problems: [{ pointer: "/zone/exclude", rule: expect.stringMatching(/^credit: /) }],
  });
});

test("a trade that the law bans is refused; what becomes one shows nothing at once, and is stopped with its reason", async () => {
  const { campaignId, advertiserId } = await saveCampaign(opened.store);
  const creativeId = await saveApproved(campaignId);
  await setTrade(advertiserId, "Bureau de tabac");
  expect((await servable(campaignId))?.creatives).toEqual([]);
  await expect(saveApproved(campaignId)).rejects.toMatchObject({ code: "invalid_body" });
  await judge();
  const stopped = await opened.store.creatives.read(creativeId);
  expect(stopped?.review).toMatchObject({
    status: "rejected",
    reasons: ["prohibited_category"],
    note: expect.stringContaining("L. 3512-4"),
    rulesVersion: contentRulesVersion,
  });
  const audit = await sql<{
    readonly count: number;
  }>`select count(*)::integer as count from audit_log
    where entity = 'creative' and entity_id = ${creativeId} and actor_label = 'content rules'`.execute(
    opened.db,
  );
  expect(audit.rows[0]?.count).toBe(1);
  await setTrade(advertiserId, "couvreur");
});

test("a new version judges again: words that it suspects wait for a reviewer, and the approved version goes on", async () => {
  const { campaignId } = await saveCampaign(opened.store);
  const creativeId = await saveApproved(campaignId, { text: "Un cigare offert aux clients." });
  const before = await opened.store.creatives.read(creativeId);
  expect(before?.review).toMatchObject({
    status: "approved",
    rulesVersion: contentRulesVersion,
    rulesFlags: ["tobacco"],
  });
  // As an older version would have left it.
  await sql`update creatives set rules_flags = '{}' where id = ${creativeId}`.execute(opened.db);
  await judge(contentRulesVersion + 1);
  const after = await opened.store.creatives.read(creativeId);
  expect(after?.review).toMatchObject({ status: "pending", approvedVersionShown: true });
  expect(await readShownCreative(opened.db, creativeId)).not.toBe(null);
  await judge(contentRulesVersion + 1);
  expect(await judge(contentRulesVersion + 1)).toBe(0);
});

test("creatives take turns by their weights, or by what their clicks have earned", async () => {
  const { campaignId, advertiserId } = await saveCampaign(opened.store);
  await sql`delete from creatives where campaign_id = ${campaignId}`.execute(opened.db);
  const good = await saveApproved(campaignId, { weight: 3 });
  const poor = await saveApproved(campaignId);
  const rotate = (creativeRotation: string) =>
    opened.store.campaigns.change(
      campaignId,
      () => campaignWrite({ advertiserId, creativeRotation }),
      testActor,
    );
  const weights = async () => (await servable(campaignId))?.creatives.map(({ weight }) => weight);
  expect(await weights()).toEqual([undefined, undefined]);
  await rotate("weighted");
  expect(await weights()).toEqual([3, undefined]);
  await rotate("auto");
  for (const [creativeId, clicks] of [
    [good, 300],
    [poor, 30],
  ]) {
    await sql`insert into report_days (campaign_id, advertiser_id, budget_day, creative_id, placement_id, device,
      category, impressions, clicks) values (${campaignId}, ${advertiserId}, current_date, ${creativeId}, 'p', 0, 0,
      20000, ${clicks})`.execute(opened.db);
  }
  expect(await refreshCreativeShares(opened.db)).toBe(2);
  const [first = 0, second = 0] = (await weights()) ?? [];
  expect(first).toBeCloseTo(0.95);
  expect(second).toBeCloseTo(0.05);
  expect(await refreshCreativeShares(opened.db)).toBe(0);
});
