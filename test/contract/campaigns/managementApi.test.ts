import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import { type ManagementApi, openManagementApi } from "../../support/managementApi.ts";

let api: ManagementApi;
let as: ManagementApi["as"];
let shopId = 0;
let otherShopId = 0;
beforeAll(async () => {
  api = await openManagementApi();
  ({ as, shopId, otherShopId } = api);
});
afterAll(() => api.close());

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
    const { zoneSummary, ...inLists } = created.body;
    expect(zoneSummary.label).toBe(created.body.zoneLabel);
    expect(listed.body.items).toContainEqual(inLists);

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
    expect(stale.status).toBe(412);
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
      api.opened.db,
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
    }>`select id from campaigns order by id`.execute(api.opened.db);
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
    ["sort=colour", "sort"],
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
      await sql`select from audit_log where strpos(after::text, ${secret}) > 0`.execute(
        api.opened.db,
      );
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
