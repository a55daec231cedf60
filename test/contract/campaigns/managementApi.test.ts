import { randomBytes } from "node:crypto";
import express from "express";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiKeyRole } from "../../../src/campaigns/apiKey.ts";
import { hashApiKey, newApiKey } from "../../../src/campaigns/apiKey.ts";
import { compileZone } from "../../../src/geo/compileZone.ts";
import type { Zone } from "../../../src/geo/types.ts";
import { validateZone } from "../../../src/geo/validateZone.ts";
import { advertisersRouter } from "../../../src/routes/advertisers.ts";
import { createAuthenticate, createReadApiKey } from "../../../src/routes/authenticate.ts";
import { campaignsRouter } from "../../../src/routes/campaigns.ts";
import { creativesRouter } from "../../../src/routes/creatives.ts";
import { placementsRouter } from "../../../src/routes/placements.ts";
import { createNotFound, createProblemHandler } from "../../../src/routes/problem.ts";
import { createReadBody, managementBodyLimitBytes } from "../../../src/routes/readBody.ts";
import { segmentsRouter } from "../../../src/routes/segments.ts";
import { sitesRouter } from "../../../src/routes/sites.ts";
import { readPlaces } from "../../../src/stores/files/places.ts";
import { createApiKeyStore } from "../../../src/stores/postgres/apiKeys.ts";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import { type OpenStore, openCampaignStore, testActor } from "../../support/campaignStore.ts";
import { until } from "../../support/until.ts";

let opened: OpenStore;
let api: express.Express;
const keys = new Map<string, string>();
let shopId = 0;
let otherShopId = 0;
let otherCampaignId = 0;

const places = readPlaces();
const zones = {
  validateZone(zone: Zone) {
    const outcome = validateZone(zone, places);
    return outcome.ok ? [] : outcome.problems;
  },
  compileZone: (zone: Zone) => compileZone(zone, places),
};

function createApi(): express.Express {
  const { store, db } = opened;
  const readApiKey = createReadApiKey({
    findApiKey: createApiKeyStore(db).findByHash,
    monotonicMs: () => performance.now(),
  });
  const authenticate = createAuthenticate(readApiKey);
  const { advertisers, campaigns, creatives, placements, segments, sites } = store;
  const readSegments = () => segments.readAll();
  const routers = [
    advertisersRouter({ authenticate, advertisers }),
    campaignsRouter({ authenticate, campaigns, readSegments, zones }),
    creativesRouter({ authenticate, creatives, campaigns }),
    placementsRouter({ authenticate, placements }),
    segmentsRouter({ authenticate, segments }),
    sitesRouter({ authenticate, sites, randomBytes }),
  ];
  const app = express();
  app.set("query parser", "simple");
  app.use("/v1", createReadBody(managementBodyLimitBytes));
  for (const router of routers) app.use(router);
  app.use(createNotFound(routers));
  app.use(
    createProblemHandler((report) => {
      throw new Error(`a fault: ${report.message}`);
    }),
  );
  return app;
}

async function giveKey(name: string, role: ApiKeyRole, advertiserIds: readonly number[] = []) {
  const key = newApiKey(randomBytes(32));
  keys.set(name, key);
  const keyHash = hashApiKey(key) ?? "";
  return createApiKeyStore(opened.db).save(
    { keyHash, role, advertiserIds, label: name },
    testActor,
  );
}

const as = (name: string) => {
  const bearer = `Bearer ${keys.get(name) ?? ""}`;
  return {
    get: (path: string) => request(api).get(path).set("authorization", bearer),
    post: (path: string, body: object) =>
      request(api).post(path).set("authorization", bearer).send(body),
    patch: (path: string, body: object) =>
      request(api).patch(path).set("authorization", bearer).send(body),
  };
};

beforeAll(async () => {
  opened = await openCampaignStore();
  api = createApi();
  await giveKey("admin", "admin");
  await giveKey("reader", "reader");
  const advertiser = { name: "Toits du Limousin", trade: "Couvreur" };
  shopId = (await as("admin").post("/v1/advertisers", advertiser)).body.advertiserId;
  otherShopId = (await as("admin").post("/v1/advertisers", advertiser)).body.advertiserId;
  await giveKey("manager", "manager", [shopId]);
  const other = await as("admin").post(
    "/v1/campaigns",
    campaignBody({ advertiserId: otherShopId }),
  );
  otherCampaignId = other.body.campaignId;
});
afterAll(() => opened.close());

const createCampaign = async (fields: Readonly<Record<string, unknown>> = {}) => {
  const answer = await as("admin").post(
    "/v1/campaigns",
    campaignBody({ advertiserId: shopId, ...fields }),
  );
  expect(answer.status).toBe(201);
  return answer.body;
};

describe("a campaign over HTTP", () => {
  it("is created, read back the same, listed and changed", async () => {
    const created = await as("admin").post("/v1/campaigns", campaignBody({ advertiserId: shopId }));
    expect(created.status).toBe(201);
    expect(created.headers.location).toBe(`/v1/campaigns/${created.body.campaignId}`);
    expect(created.headers.etag).toBe('"1"');
    expect(created.body).toMatchObject({
      timeZone: "Europe/Paris",
      zoneApproximate: false,
      version: 1,
    });
    const path = `/v1/campaigns/${created.body.campaignId}`;
    expect((await as("reader").get(path)).body).toEqual(created.body);
    const listed = await as("manager").get(`/v1/campaigns?advertiserId=${shopId}&status=active`);
    expect(listed.body.items).toContainEqual(created.body);

    const paused = await as("manager").patch(path, {
      status: "paused",
      dailyBudgetMicros: 20_000_000,
    });
    expect(paused.status).toBe(200);
    expect(paused.body).toMatchObject({
      status: "paused",
      dailyBudgetMicros: 20_000_000,
      version: 2,
    });
    expect(paused.body.zoneLabel).toBe(created.body.zoneLabel);
    expect((await as("manager").patch(path, { status: "active" })).body.status).toBe("active");
  });

  it("gets a new compiled zone with a new zone", async () => {
    const { campaignId, zoneLabel } = await createCampaign();
    const zone = { include: [{ type: "commune", inseeCode: "97411" }] };
    const changed = await as("admin").patch(`/v1/campaigns/${campaignId}`, { zone });
    expect(changed.body).toMatchObject({ timeZone: "Indian/Reunion", zoneApproximate: true });
    expect(changed.body.zoneLabel).not.toBe(zoneLabel);
  });

  it("is refused whole, with every problem, and nothing is stored", async () => {
    const { campaignId } = await createCampaign();
    const path = `/v1/campaigns/${campaignId}`;
    const answer = await as("admin").patch(path, { bidMicros: 1, endsOn: "2020-01-01", x: 1 });
    expect(answer.status).toBe(422);
    expect(answer.type).toBe("application/problem+json");
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      "/bidMicros",
      "/bidMicros",
      "/endsOn",
      "/x",
    ]);
    expect((await as("admin").get(path)).body.version).toBe(1);
  });

  it("tells what is wrong with its zone along with the rest", async () => {
    const zone = { include: [{ type: "commune", inseeCode: "99999" }] };
    const answer = await as("admin").post("/v1/campaigns", campaignBody({ name: "", zone }));
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
      "/name",
      "/zone/include/0/inseeCode",
    ]);
  });

  it("tells of a wrong version and is not overwritten", async () => {
    const { campaignId } = await createCampaign();
    const path = `/v1/campaigns/${campaignId}`;
    expect((await as("admin").patch(path, { version: 1, name: "Un" })).status).toBe(200);
    expect((await as("admin").patch(path, { version: 1, name: "Deux" })).status).toBe(409);
    const stale = await as("admin").patch(path, { name: "Deux" }).set("if-match", '"1"');
    expect(stale.status).toBe(409);
    expect((await as("admin").get(path)).body).toMatchObject({ name: "Un", version: 2 });
  });

  it("loses no write when many change different fields at once", async () => {
    const { campaignId } = await createCampaign();
    const path = `/v1/campaigns/${campaignId}`;
    const changes = [
      { name: "Autre" },
      { bidMicros: 7_000_000 },
      { pacing: "asap" },
      { status: "paused" },
    ];
    const answers = await Promise.all(changes.map((change) => as("admin").patch(path, change)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    const { body } = await as("admin").get(path);
    expect(body).toMatchObject({
      name: "Autre",
      bidMicros: 7_000_000,
      pacing: "asap",
      status: "paused",
      version: 5,
    });
  });

  it("cannot be changed once ended, nor become a draft again, nor move to another advertiser", async () => {
    const { campaignId } = await createCampaign();
    const path = `/v1/campaigns/${campaignId}`;
    expect((await as("admin").patch(path, { status: "draft" })).status).toBe(409);
    expect((await as("admin").patch(path, { advertiserId: otherShopId })).status).toBe(422);
    expect((await as("admin").patch(path, { status: "ended" })).status).toBe(200);
    expect((await as("admin").patch(path, { name: "Autre" })).status).toBe(409);
  });

  it("names its segments by id or slug, and only existing ones", async () => {
    const segment = await as("admin").post("/v1/segments", {
      slug: "achat-auto",
      name: "Achète une voiture",
    });
    expect(segment.status).toBe(201);
    const { audience, campaignId } = await createCampaign({
      audience: [{ segment: "achat-auto", minScore: 0.5 }],
    });
    expect(audience).toEqual([
      { segmentId: segment.body.segmentId, segment: "achat-auto", minScore: 0.5, multiplier: null },
    ]);
    const path = `/v1/campaigns/${campaignId}`;
    expect((await as("admin").patch(path, { audience, name: "Relu" })).status).toBe(200);
    const unknown = await as("admin").patch(path, {
      audience: [{ segmentId: 9_999, minScore: 0.5 }],
    });
    expect(unknown.body.errors).toEqual([
      { pointer: "/audience/0/segmentId", rule: "must be an existing segment" },
    ]);
    const twice = { slug: "achat-auto", name: "Encore" };
    expect((await as("admin").post("/v1/segments", twice)).status).toBe(409);
  });

  it("leaves an entry with before and after in the audit log", async () => {
    const { campaignId } = await createCampaign();
    await as("manager").patch(`/v1/campaigns/${campaignId}`, { status: "paused" });
    const { rows } = await sql<{ readonly actor_label: string; readonly change: string }>`
      select actor_label, coalesce(before->>'status', '-') || ' → ' || (after->>'status') as change
      from audit_log where entity = 'campaign' and entity_id = ${campaignId} order by id`.execute(
      opened.db,
    );
    expect(rows).toEqual([
      { actor_label: "admin", change: "- → active" },
      { actor_label: "manager", change: "active → paused" },
    ]);
  });
});

describe("lists", () => {
  it("walk all campaigns in pages, each once", async () => {
    for (let index = 0; index < 5; index += 1) await createCampaign();
    const seen: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const next = cursor === "" ? "" : `&cursor=${cursor}`;
      const { body } = await as("admin").get(`/v1/campaigns?limit=2${next}`);
      seen.push(...body.items.map((item: { campaignId: number }) => item.campaignId));
      cursor = body.nextCursor;
    }
    const { rows } = await sql<{
      readonly id: number;
    }>`select id from campaigns order by id`.execute(opened.db);
    expect(seen).toEqual(rows.map((row) => row.id));
  });

  it.each([
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["limit=x", "limit"],
    ["cursor=-1", "cursor"],
    ["status=deleted", "status"],
    ["advertiserId=1&advertiserId=2", "advertiserId"],
    ["advertiserId=99999999999", "advertiserId"],
    ["sort=name", "sort"],
    ["constructor=1", "constructor"],
  ])("refuse ?%s by naming %s", async (query, pointer) => {
    const answer = await as("admin").get(`/v1/campaigns?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });
});

describe("creatives, sites and placements over HTTP", () => {
  it("a creative keeps its format and campaign, and can be taken out of service", async () => {
    const { campaignId } = await createCampaign();
    const created = await as("manager").post("/v1/creatives", nativeBody({ campaignId }));
    expect(created.status).toBe(201);
    const path = `/v1/creatives/${created.body.creativeId}`;
    const changed = await as("manager").patch(path, { active: false, title: "Autre titre" });
    expect(changed.body).toMatchObject({ active: false, title: "Autre titre", version: 2 });
    expect((await as("manager").patch(path, { format: "html" })).status).toBe(422);
    expect((await as("manager").get(`/v1/creatives?campaignId=${campaignId}`)).body.items).toEqual([
      changed.body,
    ]);
  });

  it("a campaign has at most 20 creatives, also when they arrive together", async () => {
    const { campaignId } = await createCampaign();
    const answers = await Promise.all(
      Array.from({ length: 24 }, () =>
        as("admin").post("/v1/creatives", nativeBody({ campaignId })),
      ),
    );
    expect(answers.filter((answer) => answer.status === 201).length).toBe(20);
    expect(answers.filter((answer) => answer.status === 422).length).toBe(4);
  });

  it("a site's secret is told once and is in no later answer and no audit entry", async () => {
    const created = await as("admin").post("/v1/sites", {
      name: "Annonces",
      allowedOrigins: ["https://A.example.fr/"],
    });
    expect(created.body).toMatchObject({ allowedOrigins: ["https://a.example.fr"] });
    const secret: string = created.body.signingSecret;
    expect(secret.length).toBe(43);
    const path = `/v1/sites/${created.body.siteId}`;
    const changed = await as("admin").patch(path, { name: "Petites annonces" });
    expect(changed.body).toMatchObject({
      name: "Petites annonces",
      publicKey: created.body.publicKey,
    });
    const shown = JSON.stringify([
      changed.body,
      (await as("admin").get(path)).body,
      (await as("admin").get("/v1/sites")).body,
    ]);
    expect(shown).not.toContain(secret);
    const { rows } =
      await sql`select from audit_log where strpos(after::text, ${secret}) > 0`.execute(opened.db);
    expect(rows).toEqual([]);
  });

  it("a placement's code is its own within the site", async () => {
    const { siteId } = (await as("admin").post("/v1/sites", { name: "Annonces" })).body;
    const placement = { siteId, code: "top", formats: ["native"], sizes: [[300, 250]] };
    const created = await as("admin").post("/v1/placements", placement);
    expect(created.status).toBe(201);
    expect((await as("admin").post("/v1/placements", placement)).status).toBe(409);
    const path = `/v1/placements/${created.body.placementId}`;
    expect((await as("admin").patch(path, { floorMicros: 1_000 })).body).toMatchObject({
      floorMicros: 1_000,
      sizes: [[300, 250]],
    });
    const nowhere = await as("admin").post("/v1/placements", { ...placement, siteId: 9_999 });
    expect(nowhere.body.errors).toEqual([{ pointer: "/siteId", rule: "must exist" }]);
  });
});

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
      "deletes",
      () =>
        request(api)
          .delete(`/v1/campaigns/${otherCampaignId}`)
          .set("x-api-key", keys.get("admin") ?? "")
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
    ["an unknown key", { "x-api-key": newApiKey(new Uint8Array(32)) }],
  ])("%s is refused", async (_name, headers) => {
    const answer = await request(api).get("/v1/campaigns").set(headers);
    expect(answer.status).toBe(401);
    expect(answer.body.type).toBe("urn:atelier:problem:unauthenticated");
  });

  it("either header carries a key", async () => {
    const key = keys.get("reader") ?? "";
    expect((await request(api).get("/v1/segments").set("x-api-key", key)).status).toBe(200);
    expect(
      (await request(api).get("/v1/segments").set("authorization", `bearer ${key}`)).status,
    ).toBe(200);
  });

  it("are kept as hashes only", async () => {
    const { rows } = await sql<{ readonly kept: string }>`
      select coalesce(string_agg(k::text, ' '), '') || (select string_agg(a::text, ' ') from audit_log a) as kept
      from api_keys k`.execute(opened.db);
    for (const key of keys.values()) expect(rows[0]?.kept).not.toContain(key);
  });

  it("stop working within a second of being revoked", async () => {
    const { apiKeyId } = await giveKey("leaver", "reader");
    expect((await as("leaver").get("/v1/segments")).status).toBe(200);
    await createApiKeyStore(opened.db).revoke(apiKeyId, testActor);
    const revokedAt = performance.now();
    await until(async () => (await as("leaver").get("/v1/segments")).status === 401, 3_000);
    expect(performance.now() - revokedAt).toBeLessThan(1_000);
  });
});
