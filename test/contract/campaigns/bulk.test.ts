import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PublicError } from "../../../src/errors.ts";
import { sendBulk } from "../../support/bulkCalls.ts";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import { testActor } from "../../support/campaignStore.ts";
import { type ManagementApi, openManagementApi } from "../../support/managementApi.ts";

let api: ManagementApi;
let shopId = 0;
beforeAll(async () => {
  api = await openManagementApi();
  shopId = api.shopId;
});
afterAll(() => api.close());

const bulk = (
  lines: readonly (object | string)[],
  { query = "", who = "manager", headers = {}, path = "/v1/campaigns/bulk" } = {},
) => sendBulk(api.app, api.keys.get(who) ?? "", `${path}${query}`, lines, headers);

const create = (fields: Readonly<Record<string, unknown>> = {}) => ({
  op: "create",
  body: campaignBody({ advertiserId: shopId, status: "draft", ...fields }),
});
const update = (id: number | undefined, body: object, ifMatch?: string) => ({
  op: "update",
  id,
  ...(ifMatch === undefined ? {} : { ifMatch }),
  body,
});

async function named(name: string): Promise<number> {
  const { body } = await api.as("admin").get(`/v1/campaigns?limit=200&q=${name}`);
  return body.items.length;
}

const pointersOf = (
  result:
    | { readonly problem?: { readonly errors: readonly { readonly pointer: string }[] } }
    | undefined,
) => result?.problem?.errors.map(({ pointer }) => pointer).sort();

describe("a bulk call", () => {
  it("creates and changes 200 campaigns line by line, each with its own result in its place", async () => {
    const made = await bulk(
      Array.from({ length: 110 }, (_, index) => create({ name: `vrac ${index}` })),
    );
    expect(made.status).toBe(200);
    expect(made.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
    expect(made.results.map(({ line, status }) => [line, status])).toEqual(
      Array.from({ length: 110 }, (_, index) => [index + 1, 201]),
    );
    const ids = made.results.map(({ id }) => id);
    expect(new Set(ids).size).toBe(110);
    const lines = [
      ...ids.slice(0, 60).map((id) => update(id, { status: "paused" }, '"1"')),
      "this is not JSON",
      create({ name: "", zone: { include: [] } }),
      update(ids[0], { name: "une seconde fois" }, '"2"'),
      update(ids[1], { name: "trop tard" }, '"1"'),
      update(api.otherCampaignId, { name: "d’un autre" }),
      create({ advertiserId: api.otherShopId }),
      { op: "delete", id: ids[0] },
      ...ids.slice(60, 80).map((id) => update(id, { bidMicros: 1 })),
      create({ name: "vrac encore" }),
    ];
    const { results } = await bulk(lines);
    expect(results.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
    expect(
      results.slice(0, 60).every(({ status, version }) => status === 200 && version === 2),
    ).toBe(true);
    const after = results.slice(60, 67);
    expect(after.map(({ status }) => status)).toEqual([400, 422, 200, 412, 404, 422, 422]);
    expect(pointersOf(after[1])).toEqual(["/body/name", "/body/zone/include"]);
    expect(pointersOf(after[5])).toEqual(["/body/advertiserId"]);
    expect(pointersOf(after[6])).toEqual(["/op"]);
    expect(results.slice(67, 87).every(({ status }) => status === 422)).toBe(true);
    expect(results.at(-1)?.status).toBe(201);
    expect(await named("vrac")).toBe(110);
  });

  it("refuses only the line that the store refuses, and keeps the others of its batch", async () => {
    const lines = [
      create({ name: "reste un" }),
      create({ advertiserId: 999_999 }),
      create({ name: "reste deux" }),
    ];
    const { results } = await bulk(lines, { who: "admin" });
    expect(results.map(({ status }) => status)).toEqual([201, 422, 201]);
    expect(pointersOf(results[1])).toEqual(["/body/advertiserId"]);
    expect(await named("reste")).toBe(2);
  });

  it("does all or nothing when it is asked to", async () => {
    const good = Array.from({ length: 70 }, () => create({ name: "atomique" }));
    const refused = await bulk([...good, create({ name: "" })], { query: "?atomic=1" });
    expect(refused.status).toBe(422);
    expect(refused.results.map(({ status }) => status)).toEqual([...good.map(() => 424), 422]);
    expect(await named("atomique")).toBe(0);
    const done = await bulk(good, { query: "?atomic=1" });
    expect([done.status, done.results.length]).toEqual([200, 70]);
    expect(await named("atomique")).toBe(70);
  });

  it("only tries when it is asked to", async () => {
    const { status, results } = await bulk([create({ name: "essai" }), create({ name: "" })], {
      query: "?dryRun=1",
    });
    expect([status, results.map((result) => result.status)]).toEqual([422, [201, 422]]);
    expect(results[0]).not.toHaveProperty("id");
    expect(await named("essai")).toBe(0);
  });

  it("that only tries is judged as a whole when all or nothing is asked for", async () => {
    const good = Array.from({ length: 50 }, () => create({ name: "essai" }));
    const query = "?dryRun=1&atomic=1";
    const refused = await bulk([...good, create({ name: "" })], { query });
    expect(refused.status).toBe(422);
    expect(refused.results.map(({ status }) => status)).toEqual([...good.map(() => 424), 422]);
    expect((await bulk(good, { query })).status).toBe(200);
    expect(await named("essai")).toBe(0);
  });

  it("that changes campaigns holds up nobody who adds creatives to them", async () => {
    const campaignId = (await bulk([create({ name: "tenue" })])).results[0]?.id ?? 0;
    const statuses: number[] = [];
    // Its row is held for as long as it is not known what it is to become.
    const held = api.opened.store.campaigns.change(
      campaignId,
      async () => {
        const added = await api.as("manager").post("/v1/creatives", nativeBody({ campaignId }));
        statuses.push(added.status);
        throw new PublicError("conflict", "It stays as it is.");
      },
      testActor,
    );
    await expect(held).rejects.toThrow("It stays");
    expect(statuses).toEqual([201]);
  });

  it("with a key is done once, also when it is sent twice at once", async () => {
    const lines = Array.from({ length: 120 }, (_, index) => create({ name: `clef ${index}` }));
    const headers = { "idempotency-key": "bulk-1" };
    const [one, two] = await Promise.all([bulk(lines, { headers }), bulk(lines, { headers })]);
    expect(one.results).toEqual(two.results);
    expect(one.results.every(({ status }) => status === 201)).toBe(true);
    const again = await bulk(lines, { headers });
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect(again.results).toEqual(one.results);
    expect(await named("clef")).toBe(120);
    expect((await bulk(lines.slice(1), { headers })).status).toBe(422);
  });

  it("with a key goes on where a node died", async () => {
    const lines = Array.from({ length: 150 }, (_, index) => create({ name: `reprise ${index}` }));
    const headers = { "idempotency-key": "bulk-2" };
    // The third batch's answer cannot be kept: as if the node had died before its commit.
    await sql`alter table idempotent_answers add constraint died check (idempotency_key <> 'bulk-2' or part < 2)`.execute(
      api.opened.db,
    );
    const cut = await bulk(lines, { headers });
    expect(cut.results.map(({ status }) => status)).toEqual([
      ...lines.slice(0, 100).map(() => 201),
      ...lines.slice(100).map(() => 422),
    ]);
    expect(await named("reprise")).toBe(100);
    await sql`alter table idempotent_answers drop constraint died`.execute(api.opened.db);
    const whole = await bulk(lines, { headers });
    expect(whole.results.slice(0, 100)).toEqual(cut.results.slice(0, 100));
    expect(whole.results.every(({ status }) => status === 201)).toBe(true);
    expect(await named("reprise")).toBe(150);
  });

  it.each([
    ["no lines", [""], {}, 422],
    ["too many lines", Array.from({ length: 10_001 }, () => "x"), {}, 413],
    ["JSON", [{}], { "content-type": "application/json" }, 415],
    ["a key without rights", [{}], {}, 403],
  ] as const)("is refused as a whole for %s", async (why, lines, headers, status) => {
    const who = why === "a key without rights" ? "reader" : "manager";
    const answer = await bulk(lines, { headers, who });
    expect([answer.status, answer.results.length]).toEqual([status, 1]);
  });

  it("of creatives takes the way of single ones", async () => {
    const { results: made } = await bulk([create({ name: "avec création" })]);
    const path = "/v1/creatives/bulk";
    const campaignId = made[0]?.id;
    const native = { op: "create", body: nativeBody({ campaignId }) };
    const { results } = await bulk(
      [native, { op: "create", body: nativeBody({ campaignId: 1, title: "" }) }],
      { path },
    );
    expect(results.map(({ status }) => status)).toEqual([201, 422]);
    const changed = await bulk([update(results[0]?.id, { title: "Autre" }, '"1"')], { path });
    expect(changed.results).toEqual([{ line: 1, status: 200, id: results[0]?.id, version: 2 }]);
  });
});
