import express from "express";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scoringDates } from "../../../src/audience/scoring/scoringDates.ts";
import type { SegmentDefinition } from "../../../src/campaigns/segments/definition.ts";
import { composeAdmission } from "../../../src/compose/admission.ts";
import { composeSegmentModels } from "../../../src/compose/segmentModels.ts";
import { refusedCard, ruleCard } from "../../../src/jobs/scoring/makeCards.ts";
import { createAuthenticate, createReadApiKey } from "../../../src/routes/authenticate.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";
import { createApiKeyStore } from "../../../src/stores/postgres/apiKeys.ts";
import { createModelCards } from "../../../src/stores/postgres/modelCards.ts";
import { createSegmentDefinitions } from "../../../src/stores/postgres/segmentDefinitions.ts";
import { createSegmentSeeds } from "../../../src/stores/postgres/segmentSeeds.ts";
import { type ManagementApi, openManagementApi } from "../../support/managementApi.ts";

let api: ManagementApi;
let app: express.Express;
let segmentId: number;

beforeAll(async () => {
  api = await openManagementApi();
  const { db } = api.opened;
  const readApiKey = createReadApiKey({
    findApiKey: createApiKeyStore(db).findByHash,
    monotonicMs: () => performance.now(),
  });
  const admission = composeAdmission(
    { apiRequestsPerMinute: 0 },
    { db },
    createAuthenticate(readApiKey),
  );
  app = express();
  app.use(composeSegmentModels({ db }, admission));
  app.use(
    createProblemHandler((report) => {
      throw new Error(`a fault: ${report.message}`);
    }),
  );
  const made = await api
    .as("admin")
    .post("/v1/segments", { slug: "jardiniers", name: "Aiment le jardin" });
  segmentId = made.body.segmentId;
});
afterAll(() => api.close());

const bearer = (label: string) => `Bearer ${api.keys.get(label) ?? ""}`;
const get = (path: string, label = "reader") =>
  request(app).get(`/v1/segments/${path}`).set("authorization", bearer(label));
const put = (body: object, label = "admin") =>
  request(app)
    .put(`/v1/segments/${segmentId}/definition`)
    .set("authorization", bearer(label))
    .send(body);

const inMarket: SegmentDefinition = {
  kind: "in_market",
  categories: ["maison/jardin"],
  listingViews: 2,
};

test("an administrator says how a segment's members are found; others neither read nor write it", async () => {
  expect((await get(`${segmentId}/definition`, "admin")).status).toBe(404);
  expect((await put(inMarket)).body).toEqual({ segmentId, definition: inMarket, version: 1 });
  expect((await put({ ...inMarket, listingViews: 4 })).body.version).toBe(2);
  expect((await get(`${segmentId}/definition`, "admin")).body.definition.listingViews).toBe(4);
  expect((await get(`${segmentId}/definition`)).status).toBe(403);
  expect((await put(inMarket, "manager")).status).toBe(403);
  expect(await createSegmentDefinitions(api.opened.db).readAll()).toContainEqual({
    segmentId,
    slug: "jardiniers",
    definition: { ...inMarket, listingViews: 4 },
  });
});

test.each([
  [{ kind: "in_market", categories: ["sante/audition"] }, "nobody is profiled by categories"],
  [{ kind: "in_market", categories: ["Jardin !"] }, "category path"],
  [{ kind: "sql", sql: "drop table segments" }, "must be one SELECT"],
  [{ kind: "rule", anyOf: [] }, ""],
  [{ kind: "taste" }, ""],
])("a definition that breaks a rule is refused, and says which: %j", async (body, rule) => {
  const answer = await put(body);
  expect(answer.status).toBe(422);
  expect(JSON.stringify(answer.body.errors)).toContain(rule);
});

test("a segment has the card of its latest run, and none before", async () => {
  expect((await get(`${segmentId}/model-card`)).status).toBe(404);
  const cards = createModelCards(api.opened.db);
  const segment = { segmentId, slug: "jardiniers", definition: inMarket };
  const day = 86_400_000;
  const asOfMs = Date.UTC(2026, 5, 1);
  const first = refusedCard(segment, "too few", scoringDates(asOfMs), asOfMs);
  const later = ruleCard(segment, 120, scoringDates(asOfMs + day), asOfMs + day);
  const gone = { ...first, segmentId: 999_999 };
  await cards.save([later, first, gone]);
  await cards.save([{ ...later, modelVersion: 5 }]);
  const answer = await get(`${segmentId}/model-card`);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ asOf: "2026-06-02", modelVersion: 5 });
  expect(answer.body.audience).toEqual({ visitors: 120, thresholds: [] });
  expect(await cards.latestAsOf()).toBe("2026-06-02");
  expect((await request(app).get(`/v1/segments/${segmentId}/model-card`)).status).toBe(401);
});

test("a rule that fewer than 50 people fit is not used, and its count is not told", () => {
  const card = ruleCard(
    { segmentId, slug: "jardiniers", definition: inMarket },
    49,
    scoringDates(Date.UTC(2026, 5, 1)),
    0,
  );
  expect(card.audience.visitors).toBe(0);
  expect(card.gate).toEqual({ isActivated: false, reasons: ["fewer than 50 people fit it"] });
});

test("converters are remembered for campaigns that a segment looks like, and forgotten with the visitor", async () => {
  const seeds = createSegmentSeeds(api.opened.db);
  const key = "k".padEnd(22, "0");
  const atMs = Date.UTC(2026, 5, 1);
  await seeds.remember(api.otherCampaignId, key, atMs);
  expect(await seeds.read(0)).toEqual([]);
  await put({ kind: "look_alike", campaignId: api.otherCampaignId });
  await seeds.remember(api.otherCampaignId, key, atMs);
  await seeds.remember(api.otherCampaignId, key, atMs + 5_000);
  expect(await seeds.read(0)).toEqual([{ segmentId, visitorKey: key, convertedAtMs: atMs }]);
  expect(await seeds.eraseVisitorFromSeeds(key)).toBe(1);
  expect(await seeds.read(0)).toEqual([]);
});

test("segments that come with the product are made once", async () => {
  const definitions = createSegmentDefinitions(api.opened.db);
  const actor = { apiKeyId: null, label: "scores" };
  const added = [{ slug: "acheteurs", name: "Achètent", definition: inMarket }];
  expect(await definitions.addMissing(added, actor)).toBe(1);
  expect(await definitions.addMissing(added, actor)).toBe(0);
});
