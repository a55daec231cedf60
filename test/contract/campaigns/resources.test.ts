import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import { type ManagementApi, openManagementApi } from "../../support/managementApi.ts";

let api: ManagementApi;
let as: ManagementApi["as"];
let shopId = 0;
beforeAll(async () => {
  api = await openManagementApi();
  ({ as, shopId } = api);
});
afterAll(() => api.close());

const draft = (fields: Readonly<Record<string, unknown>> = {}) =>
  campaignBody({ advertiserId: shopId, status: "draft", ...fields });

async function createCampaign(fields: Readonly<Record<string, unknown>> = {}) {
  const answer = await as("admin").post("/v1/campaigns", draft(fields));
  expect(answer.status).toBe(201);
  return answer.body;
}

/** Every page of a list, each item once if the list keeps its word. */
async function walk(path: string, onPage: (page: number) => Promise<unknown> = async () => null) {
  const items: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  for (let page = 0; page === 0 || cursor !== null; page += 1) {
    const next: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { body, status } = await as("admin").get(`${path}${next}`);
    expect(status).toBe(200);
    items.push(...body.items);
    cursor = body.nextCursor;
    await onPage(page);
  }
  return items;
}

const countCampaigns = async () => {
  const { rows } = await sql<{ readonly count: number }>`select count(*) as count from campaigns
    where advertiser_id = ${shopId}`.execute(api.opened.db);
  return rows[0]?.count;
};

describe("lists", () => {
  const names = ["Épicerie", "zèbre", "Abricot", "épicerie", "Œufs", "oeillet"];
  beforeAll(async () => {
    for (const [index, name] of names.entries()) {
      const endsOn = index % 2 === 0 ? null : "2026-03-01";
      await createCampaign({ name, endsOn, bidMicros: 1_000_000 * (index + 1) });
    }
  });

  it.each(["id", "name", "startsOn", "endsOn", "bidMicros", "createdAt", "updatedAt"])(
    "are walked by %s in either direction, each item once",
    async (by) => {
      const path = `/v1/campaigns?advertiserId=${shopId}&limit=2&fields=${by === "id" ? "name" : by}`;
      const up = (await walk(`${path}&sort=${by}`)).map((item) => item.campaignId);
      const down = (await walk(`${path}&sort=-${by}`)).map((item) => item.campaignId);
      expect(new Set(up).size).toBe(await countCampaigns());
      expect(down).toEqual(up.toReversed());
    },
  );

  it("are ordered by name as people read names", async () => {
    const items = await walk(`/v1/campaigns?advertiserId=${shopId}&sort=name&limit=200`);
    const told = items.map((item) => item.name).filter((name) => names.includes(String(name)));
    expect(told).toEqual(["Abricot", "Épicerie", "épicerie", "oeillet", "Œufs", "zèbre"]);
  });

  it("find names without regard to case and accents, and take signs of patterns as they are", async () => {
    const found = await walk(`/v1/campaigns?q=${encodeURIComponent("ÉPICERIE")}`);
    expect(found.map((item) => item.name)).toEqual(["Épicerie", "épicerie"]);
    expect(await walk("/v1/campaigns?q=%25")).toEqual([]);
    const shops = await walk("/v1/advertisers?q=limousin&trade=Couvreur");
    expect(shops.length).toBe(2);
  });

  it("give only the fields that are asked for, and the id", async () => {
    const [first] = await walk(`/v1/campaigns?advertiserId=${shopId}&limit=1&fields=name,status`);
    expect(Object.keys(first ?? {}).sort()).toEqual(["campaignId", "name", "status"]);
    const one = await as("admin").get(`/v1/advertisers/${shopId}?fields=trade`);
    expect(one.body).toEqual({ advertiserId: shopId, trade: "couvreur" });
  });

  it("neither skip nor repeat what was there while others insert and delete", async () => {
    const before = (await walk(`/v1/campaigns?advertiserId=${shopId}&sort=name&limit=200`)).map(
      (item) => item.campaignId,
    );
    const path = `/v1/campaigns?advertiserId=${shopId}&sort=name&limit=2`;
    const seen = (
      await walk(path, async (page) => {
        if (page > 3) return;
        const { campaignId } = await createCampaign({ name: `Abc ${page}` });
        if (page % 2 === 0) await as("admin").delete(`/v1/campaigns/${campaignId}`);
      })
    ).map((item) => item.campaignId);
    expect(seen.filter((id) => before.includes(id))).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("refuse the cursor of another question, and one that was changed", async () => {
    const path = `/v1/campaigns?advertiserId=${shopId}&sort=name&limit=1`;
    const cursor: string = (await as("admin").get(path)).body.nextCursor;
    const asked = [
      `/v1/campaigns?advertiserId=${shopId}&sort=-name&cursor=${cursor}`,
      `/v1/campaigns?sort=name&cursor=${cursor}`,
      `/v1/advertisers?sort=name&cursor=${cursor}`,
      `${path}&cursor=${cursor.slice(0, -3)}`,
    ];
    for (const one of asked) {
      const { status, body } = await as("admin").get(one);
      expect([status, body.errors[0].pointer]).toEqual([400, "cursor"]);
    }
  });
});

describe("entity tags", () => {
  it("an unchanged entity is not sent again, under any name of its tag", async () => {
    const { campaignId } = await createCampaign();
    const path = `/v1/campaigns/${campaignId}`;
    for (const tag of ['"1"', 'W/"1"', '"7", "1"', "*"]) {
      const answer = await as("admin").get(path).set("if-none-match", tag);
      expect([answer.status, answer.headers.etag, answer.text]).toEqual([304, '"1"', ""]);
    }
    expect((await as("admin").get(path).set("if-none-match", '"2"')).status).toBe(200);
    expect((await as("admin").get(path).set("if-none-match", "1")).status).toBe(400);
  });

  it("a change of what somebody else changed is refused with 412 wherever it comes", async () => {
    const { campaignId } = await createCampaign();
    const site = await as("admin").post("/v1/sites", { name: "Un" });
    const ssp = await as("admin").post("/v1/advertisers", { name: "Un", trade: "un" });
    const paths = [
      `/v1/campaigns/${campaignId}`,
      `/v1/sites/${site.body.siteId}`,
      `/v1/advertisers/${ssp.body.advertiserId}`,
    ];
    for (const path of paths) {
      const patch = (tag: string) =>
        as("admin")
          .patch(path, { name: `De ${tag}` })
          .set("if-match", tag);
      expect((await patch('"2"')).status).toBe(412);
      expect((await patch('W/"1"')).status).toBe(412);
      expect((await patch('"9", "1"')).status).toBe(200);
      const stale = await patch('"1"');
      expect(stale.body).toMatchObject({
        type: "urn:atelier:problem:precondition_failed",
        errors: [{ pointer: "if-match", rule: "the present version is 2" }],
      });
      expect((await patch("*")).status).toBe(200);
      const fresh = as("admin").patch(path, { name: "x" }).set("if-none-match", "*");
      expect((await fresh).status).toBe(412);
    }
  });

  it("of two managers who change the same version at once, one learns of the other", async () => {
    const { campaignId } = await createCampaign();
    const path = `/v1/campaigns/${campaignId}`;
    const names = Array.from({ length: 8 }, (_, index) => `Nom ${index}`);
    const answers = await Promise.all(
      names.map((name) => as("manager").patch(path, { name }).set("if-match", '"1"')),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await as("admin").get(path)).body).toMatchObject({ name: names[winner], version: 2 });
  });
});

describe("deletion", () => {
  it("takes away a draft and what belongs to it, and the audit log remembers", async () => {
    const { campaignId } = await createCampaign();
    const shown = await as("admin").post("/v1/creatives", nativeBody({ campaignId }));
    const path = `/v1/campaigns/${campaignId}`;
    expect((await as("reader").delete(path)).status).toBe(403);
    expect((await as("manager").delete(path).set("if-match", '"2"')).status).toBe(412);
    expect((await as("manager").delete(path)).status).toBe(204);
    expect((await as("admin").get(path)).status).toBe(404);
    expect((await as("admin").get(`/v1/creatives/${shown.body.creativeId}`)).status).toBe(404);
    expect((await as("manager").delete(path)).status).toBe(404);
    const { rows } = await sql`select from audit_log where entity = 'campaign'
      and entity_id = ${campaignId} and after is null`.execute(api.opened.db);
    expect(rows.length).toBe(1);
  });

  it("is refused for what may have been shown, and for what belongs to others", async () => {
    const { campaignId } = await createCampaign({ status: "active" });
    const creative = await as("admin").post("/v1/creatives", nativeBody({ campaignId }));
    expect((await as("admin").delete(`/v1/campaigns/${campaignId}`)).status).toBe(409);
    const path = `/v1/creatives/${creative.body.creativeId}`;
    expect((await as("admin").delete(path)).status).toBe(409);
    expect((await as("manager").delete(`/v1/campaigns/${api.otherCampaignId}`)).status).toBe(404);
  });
});
