import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newApiKey } from "../../../src/campaigns/apiKey.ts";
import { createApiKeyStore } from "../../../src/stores/postgres/apiKeys.ts";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import { testActor } from "../../support/campaignStore.ts";
import { type ManagementApi, openManagementApi } from "../../support/managementApi.ts";
import { until } from "../../support/until.ts";

let api: ManagementApi;
let as: ManagementApi["as"];
let shopId = 0;
let otherShopId = 0;
let otherCampaignId = 0;
beforeAll(async () => {
  api = await openManagementApi();
  ({ as, shopId, otherShopId, otherCampaignId } = api);
});
afterAll(() => api.close());

describe("roles", () => {
  /** who, what, the status that answers. */
  const matrix: readonly (readonly [string, string, () => Promise<request.Response>, number])[] = [
    [
      "reader",
      "creates an advertiser",
      () => as("reader").post("/v1/advertisers", { name: "A", trade: "b" }).then(),
      403,
    ],
    [
      "manager",
      "creates an advertiser",
      () => as("manager").post("/v1/advertisers", { name: "A", trade: "b" }).then(),
      403,
    ],
    [
      "manager",
      "reads its advertiser",
      () => as("manager").get(`/v1/advertisers/${shopId}`).then(),
      200,
    ],
    [
      "manager",
      "reads another advertiser",
      () => as("manager").get(`/v1/advertisers/${otherShopId}`).then(),
      404,
    ],
    [
      "manager",
      "renames its advertiser",
      () => as("manager").patch(`/v1/advertisers/${shopId}`, { name: "Neuf" }).then(),
      200,
    ],
    [
      "manager",
      "renames another advertiser",
      () => as("manager").patch(`/v1/advertisers/${otherShopId}`, { name: "Neuf" }).then(),
      404,
    ],
    [
      "manager",
      "gives itself money",
      () => as("manager").patch(`/v1/advertisers/${shopId}`, { balanceMicros: 1 }).then(),
      403,
    ],
    [
      "reader",
      "reads a campaign",
      () => as("reader").get(`/v1/campaigns/${otherCampaignId}`).then(),
      200,
    ],
    [
      "reader",
      "pauses a campaign",
      () => as("reader").patch(`/v1/campaigns/${otherCampaignId}`, { status: "paused" }).then(),
      403,
    ],
    [
      "manager",
      "reads another's campaign",
      () => as("manager").get(`/v1/campaigns/${otherCampaignId}`).then(),
      404,
    ],
    [
      "manager",
      "pauses another's campaign",
      () => as("manager").patch(`/v1/campaigns/${otherCampaignId}`, { status: "paused" }).then(),
      404,
    ],
    [
      "manager",
      "breaks another's campaign",
      () => as("manager").patch(`/v1/campaigns/${otherCampaignId}`, { x: 1 }).then(),
      404,
    ],
    [
      "manager",
      "creates a campaign of another",
      () =>
        as("manager")
          .post("/v1/campaigns", campaignBody({ advertiserId: otherShopId }))
          .then(),
      422,
    ],
    [
      "manager",
      "creates a house campaign",
      () =>
        as("manager")
          .post("/v1/campaigns", campaignBody({ advertiserId: shopId, priority: "house" }))
          .then(),
      403,
    ],
    [
      "manager",
      "creates a campaign",
      () =>
        as("manager")
          .post("/v1/campaigns", campaignBody({ advertiserId: shopId }))
          .then(),
      201,
    ],
    [
      "manager",
      "adds a creative to another's campaign",
      () =>
        as("manager")
          .post("/v1/creatives", nativeBody({ campaignId: otherCampaignId }))
          .then(),
      422,
    ],
    [
      "reader",
      "adds a creative",
      () =>
        as("reader")
          .post("/v1/creatives", nativeBody({ campaignId: otherCampaignId }))
          .then(),
      403,
    ],
    ["manager", "creates a site", () => as("manager").post("/v1/sites", { name: "S" }).then(), 403],
    [
      "reader",
      "creates a segment",
      () => as("reader").post("/v1/segments", { slug: "a", name: "A" }).then(),
      403,
    ],
    ["manager", "creates a placement", () => as("manager").post("/v1/placements", {}).then(), 403],
    [
      "admin",
      "asks for a campaign that is none",
      () => as("admin").get("/v1/campaigns/999999").then(),
      404,
    ],
    [
      "admin",
      "asks for a campaign by name",
      () => as("admin").get("/v1/campaigns/toits").then(),
      400,
    ],
    [
      "admin",
      "deletes a segment",
      () =>
        request(api.app)
          .delete("/v1/segments/1")
          .set("x-api-key", api.keys.get("admin") ?? "")
          .then(),
      405,
    ],
  ];

  it.each(matrix)("%s %s", async (_who, _what, ask, status) => {
    expect((await ask()).status).toBe(status);
  });

  it("a manager's lists hold only what is its own", async () => {
    const campaigns = await as("manager").get("/v1/campaigns?limit=200");
    const owners = new Set(
      campaigns.body.items.map((item: { advertiserId: number }) => item.advertiserId),
    );
    expect([...owners]).toEqual([shopId]);
    expect(
      (await as("manager").get(`/v1/campaigns?advertiserId=${otherShopId}`)).body.items,
    ).toEqual([]);
    const advertisers = await as("manager").get("/v1/advertisers");
    expect(
      advertisers.body.items.map((item: { advertiserId: number }) => item.advertiserId),
    ).toEqual([shopId]);
    expect(
      (await as("manager").get(`/v1/creatives?campaignId=${otherCampaignId}`)).body.items,
    ).toEqual([]);
  });
});

describe("keys", () => {
  it.each([
    ["no key", {}],
    ["another scheme", { authorization: "Basic YTpi" }],
    ["no key after Bearer", { authorization: "Bearer" }],
    ["a key that is none", { "x-api-key": "secret" }],
    ["an unknown key", { "x-api-key": newApiKey(new Uint8Array(32)).key }],
  ])("%s is refused", async (_name, headers) => {
    const answer = await request(api.app).get("/v1/campaigns").set(headers);
    expect(answer.status).toBe(401);
    expect(answer.body.type).toBe("urn:atelier:problem:unauthenticated");
  });

  it("either header carries a key", async () => {
    const key = api.keys.get("reader") ?? "";
    expect((await request(api.app).get("/v1/segments").set("x-api-key", key)).status).toBe(200);
    expect(
      (await request(api.app).get("/v1/segments").set("authorization", `bearer ${key}`)).status,
    ).toBe(200);
  });

  it("are kept as hashes only", async () => {
    const { rows } = await sql<{ readonly kept: string }>`
      select coalesce(string_agg(k::text, ' '), '') || (select string_agg(a::text, ' ') from audit_log a) as kept
      from api_keys k`.execute(api.opened.db);
    for (const key of api.keys.values()) expect(rows[0]?.kept).not.toContain(key);
  });

  it("stop working within a second of being revoked", async () => {
    const { apiKeyId } = await api.giveKey("leaver", "reader");
    expect((await as("leaver").get("/v1/segments")).status).toBe(200);
    await createApiKeyStore(api.opened.db).revoke(apiKeyId, testActor);
    const revokedAt = performance.now();
    await until(async () => (await as("leaver").get("/v1/segments")).status === 401, 3_000);
    expect(performance.now() - revokedAt).toBeLessThan(1_000);
  });
});
