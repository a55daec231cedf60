import { AsyncLocalStorage } from "node:async_hooks";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pruneAnswers } from "../../../src/stores/postgres/idempotency.ts";
import { createMediaRepository } from "../../../src/stores/postgres/mediaRows.ts";
import { inOneTransaction } from "../../../src/stores/postgres/transactionScope.ts";
import { campaignBody, nativeBody } from "../../support/campaignBodies.ts";
import { testActor } from "../../support/campaignStore.ts";
import { type ManagementApi, openManagementApi } from "../../support/managementApi.ts";

let api: ManagementApi;
let as: ManagementApi["as"];
let shopId = 0;
beforeAll(async () => {
  api = await openManagementApi({ apiRequestsPerMinute: 1_000 });
  ({ as, shopId } = api);
});
afterAll(() => api.close());

const shop = (name: string) => ({ name, trade: "fleuriste" });

async function shopsNamed(name: string): Promise<number> {
  const { body } = await as("admin").get(`/v1/advertisers?q=${encodeURIComponent(name)}`);
  return body.items.length;
}

describe("a write with an Idempotency-Key", () => {
  const create = (name: string, key: string, who = "admin") =>
    as(who).post("/v1/advertisers", shop(name)).set("idempotency-key", key);

  it("is done once, and answered the same as often as it is sent", async () => {
    const first = await create("Une fois", '"k-1"');
    const again = await create("Une fois", "k-1");
    expect(first.status).toBe(201);
    expect(first.headers["idempotency-replayed"]).toBeUndefined();
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect([again.headers.location, again.headers.etag]).toEqual([
      first.headers.location,
      first.headers.etag,
    ]);
    expect(await shopsNamed("Une fois")).toBe(1);
  });

  it("is done once when it is sent ten times at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create("Dix fois", "k-ten")),
    );
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 201 && status !== 409)).toEqual([]);
    const ids = answers.flatMap(({ status, body }) => (status === 201 ? body.advertiserId : []));
    expect(new Set(ids).size).toBe(1);
    for (const { status, body, headers } of answers) {
      if (status === 201) continue;
      expect(body.type).toBe("urn:atelier:problem:idempotency_in_progress");
      expect(headers["retry-after"]).toBe("1");
    }
    expect(await shopsNamed("Dix fois")).toBe(1);
  });

  it("is refused with the key of another body or path; another caller's same key is its own", async () => {
    await create("Le premier", "k-2");
    expect((await create("Un autre", "k-2")).status).toBe(422);
    const other = as("admin").post("/v1/sites", shop("Le premier")).set("idempotency-key", "k-2");
    expect((await other).body.type).toBe("urn:atelier:problem:idempotency_key_reused");
    expect(await shopsNamed("Un autre")).toBe(0);
    const campaign = campaignBody({ advertiserId: shopId });
    const post = (who: string) =>
      as(who).post("/v1/campaigns", campaign).set("idempotency-key", "k-3");
    const [one, two] = [await post("admin"), await post("manager")];
    expect(one.body.campaignId).not.toBe(two.body.campaignId);
  });

  it("may be mended and sent again under its key when it was refused", async () => {
    const bad = as("admin").post("/v1/advertisers", { name: "" }).set("idempotency-key", "k-4");
    expect((await bad).status).toBe(422);
    expect((await create("Corrigé", "k-4")).status).toBe(201);
  });

  it("changes and deletes once", async () => {
    const { body } = await as("admin").post(
      "/v1/campaigns",
      campaignBody({ advertiserId: shopId, status: "draft" }),
    );
    const path = `/v1/campaigns/${body.campaignId}`;
    const change = () =>
      as("manager").patch(path, { name: "Changée" }).set("idempotency-key", "k-5");
    expect((await change()).body.version).toBe(2);
    expect((await change()).body.version).toBe(2);
    const remove = () => as("manager").delete(path).set("idempotency-key", "k-6");
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(204);
  });

  it("keeps no secret that the database could tell", async () => {
    const post = () =>
      as("admin").post("/v1/sites", { name: "Secret" }).set("idempotency-key", "k-site");
    const secret: string = (await post()).body.signingSecret;
    expect((await post()).body.signingSecret).toBe(secret);
    const { rows } = await sql`select from idempotent_answers
      where position(${Buffer.from(secret)} in sealed_answer) > 0`.execute(api.opened.db);
    expect(rows).toEqual([]);
  });

  it("leaves neither itself nor its answer when the node dies in between", async () => {
    const { db, store } = api.opened;
    const dying = inOneTransaction(db, async () => {
      const advertiser = { ...shop("Mort"), payerName: "Mort", balanceMicros: null };
      await store.advertisers.insert(advertiser, testActor);
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db).catch(() => null);
    });
    await expect(dying).rejects.toThrow();
    expect(await shopsNamed("Mort")).toBe(0);
    expect((await create("Mort", "k-7")).status).toBe(201);
  });

  it("is a 503 without a trace when its commit fails, and can be sent again", async () => {
    await sql`create function refuse_commit() returns trigger language plpgsql as $$
      begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`.execute(
      api.opened.db,
    );
    await sql`create constraint trigger refuse_commit after insert on idempotent_answers
      deferrable initially deferred for each row execute function refuse_commit()`.execute(
      api.opened.db,
    );
    const failed = await create("Coupé", "k-8");
    expect([failed.status, failed.headers.location]).toEqual([503, undefined]);
    expect(await shopsNamed("Coupé")).toBe(0);
    await sql`drop trigger refuse_commit on idempotent_answers`.execute(api.opened.db);
    expect((await create("Coupé", "k-8")).status).toBe(201);
    expect(await shopsNamed("Coupé")).toBe(1);
  });

  it("must have a key that can be kept", async () => {
    for (const key of ['""', "a b", "x".repeat(256)]) {
      const answer = await create("Jamais", key);
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, "idempotency-key"]);
    }
  });

  it.each([
    ["owner", "''"],
    ["idempotency_key", "'a b'"],
    ["idempotency_key", "repeat('x', 256)"],
    ["part", "-1"],
    ["request_hash", "'x'"],
    ["sealed_answer", "''"],
    ["sealed_answer", "convert_to(repeat('x', 4194305), 'UTF8')"],
  ])("is kept by a table that refuses %s = %s", async (column, value) => {
    await create("Gardé", "k-kept");
    const update = sql`update idempotent_answers set ${sql.ref(column)} = ${sql.raw(value)}
      where idempotency_key = 'k-kept'`.execute(api.opened.db);
    await expect(update).rejects.toMatchObject({ code: "23514" });
  });

  it("is forgotten after its time", async () => {
    await sql`update idempotent_answers set created_at = now() - interval '25 hours'
      where idempotency_key = 'k-1'`.execute(api.opened.db);
    expect(await pruneAnswers(api.opened.db, 24 * 3_600_000)).toBe(1);
    expect((await create("Une fois", "k-1")).headers["idempotency-replayed"]).toBeUndefined();
  });
});

describe("a transaction around what stores do by themselves", () => {
  const insert = (name: string) =>
    api.opened.store.advertisers.insert(
      { ...shop(name), payerName: name, balanceMicros: null },
      testActor,
    );

  it("is seen by nobody before its end, and is undone as a whole", async () => {
    // A request of somebody else, though it is answered by this very process.
    const elsewhere = AsyncLocalStorage.snapshot();
    const undone = inOneTransaction(api.opened.db, async () => {
      const { advertiserId } = await insert("Autour un");
      expect((await api.opened.store.advertisers.read(advertiserId))?.name).toBe("Autour un");
      expect(await elsewhere(() => shopsNamed("Autour un"))).toBe(0);
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(await shopsNamed("Autour un")).toBe(0);
  });

  it("goes on after one of its stores was refused", async () => {
    await inOneTransaction(api.opened.db, async () => {
      await insert("Autour deux");
      await expect(insert("x".repeat(101))).rejects.toMatchObject({ code: "invalid_body" });
      await inOneTransaction(api.opened.db, () => insert("Autour deux bis"));
      await expect(
        inOneTransaction(api.opened.db, async () => {
          await insert("Autour deux ter");
          throw new Error("only this");
        }),
      ).rejects.toThrow("only this");
    });
    const { body } = await as("admin").get("/v1/advertisers?q=autour%20deux");
    expect(body.items.map(({ name }: { readonly name: string }) => name)).toEqual([
      "Autour deux",
      "Autour deux bis",
    ]);
  });

  it("leaves alone what was begun in it and goes on after its end", async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    let late: Promise<unknown> = Promise.resolve();
    await inOneTransaction(api.opened.db, async () => {
      await insert("Autour trois");
      late = gate.then(() => insert("Autour trois, plus tard"));
    });
    open();
    await late;
    expect(await shopsNamed("Autour trois")).toBe(2);
  });
});

describe("a dry run", () => {
  it("tells what would be, and changes nothing", async () => {
    const path = "/v1/campaigns";
    const body = campaignBody({ advertiserId: shopId, name: "À sec" });
    const answer = await as("manager").post(`${path}?dryRun=1`, body);
    expect([answer.status, answer.headers.location, answer.headers.etag]).toEqual([
      200,
      undefined,
      undefined,
    ]);
    expect(answer.body).toMatchObject({
      dryRun: true,
      status: 201,
      result: { name: "À sec", zoneLabel: "Limoges et 10 km autour", version: 1 },
      forecast: null,
    });
    expect(answer.body.result).not.toHaveProperty("campaignId");
    const { body: listed } = await as("admin").get(`${path}?q=sec`);
    expect(listed.items).toEqual([]);
    const { rows } = await sql`select from audit_log where after->>'name' = 'À sec'`.execute(
      api.opened.db,
    );
    expect(rows).toEqual([]);
  });

  it("of a change leaves the version as it was", async () => {
    const path = `/v1/advertisers/${shopId}`;
    const before = (await as("admin").get(path)).body;
    const tried = await as("admin").patch(`${path}?dryRun=true`, { name: "Essai" });
    expect(tried.body).toMatchObject({ status: 200, result: { name: "Essai", version: 2 } });
    expect((await as("admin").get(path)).body).toEqual(before);
  });

  it("of a zone says nothing of the zone that another change then brings", async () => {
    const zoneOf = (inseeCode: string) => ({ zone: { include: [{ type: "commune", inseeCode }] } });
    const { body } = await as("admin").post(
      "/v1/campaigns",
      campaignBody({ advertiserId: shopId }),
    );
    const path = `/v1/campaigns/${body.campaignId}`;
    const tried = await as("admin").patch(`${path}?dryRun=1`, zoneOf("87085"));
    const { body: changed } = await as("admin").patch(path, zoneOf("19272"));
    const { body: read } = await as("admin").get(path);
    expect(changed.zoneSummary).not.toEqual(tried.body.result.zoneSummary);
    expect(read.zoneSummary).toEqual(changed.zoneSummary);
  });

  it("finds what only the database knows", async () => {
    const unknown = campaignBody({ advertiserId: 999_999 });
    const answer = await as("admin").post("/v1/campaigns?dryRun=1", unknown);
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [{ pointer: "/advertiserId", rule: "must exist" }],
    ]);
    const creative = await as("admin").post(
      "/v1/creatives?dryRun=1",
      nativeBody({ campaignId: 9 }),
    );
    expect(creative.status).toBe(422);
  });

  it("is never taken for a write, however it is misspelt or wherever it is asked for", async () => {
    for (const query of ["dryrun=1", "dryRun=yes", "dryRun=1&x=1"]) {
      const answer = await as("admin").post(`/v1/advertisers?${query}`, shop("Faute"));
      expect(answer.status).toBe(400);
    }
    const zone = { zone: campaignBody().zone };
    expect((await as("admin").post("/v1/zones/preview?dryRun=1", zone)).status).toBe(400);
    expect(await shopsNamed("Faute")).toBe(0);
  });
});

it("a picture's files go once its row is gone for good, and not where it was uploaded again", async () => {
  const { db } = api.opened;
  const media = createMediaRepository(db);
  const fields = {
    advertiserId: shopId,
    name: "Vitrine",
    hash: "a".repeat(32),
    uploadFormat: "png",
    uploadBytes: 10,
    width: 600,
    height: 314,
    sizes: [{ use: "native", width: 600, height: 314, bytes: { jpg: 1, webp: 1 } }],
  } as const;
  const insert = () => media.insert(fields, 10, async () => undefined, testActor);
  let drops = 0;
  const remove = (mediaId: number) =>
    media.remove(
      mediaId,
      async () => {
        drops += 1;
      },
      testActor,
    );
  const { mediaId } = await insert();
  const undone = inOneTransaction(db, async () => {
    await remove(mediaId);
    throw new Error("no commit");
  });
  await expect(undone).rejects.toThrow("no commit");
  expect([drops, (await media.read(mediaId))?.mediaId]).toEqual([0, mediaId]);
  const again = await inOneTransaction(db, async () => {
    await remove(mediaId);
    return insert();
  });
  expect(drops).toBe(0);
  await inOneTransaction(db, () => remove(again.mediaId));
  expect([drops, await media.read(again.mediaId)]).toEqual([1, null]);
});

describe("a caller that asks too often", () => {
  it("is told how much is left, and when to come back", async () => {
    const slow = await openManagementApi({ apiRequestsPerMinute: 6 });
    const first = await slow.as("reader").get("/v1/advertisers");
    expect(first.headers["ratelimit-policy"]).toBe('"caller";q=6;w=60');
    expect(first.headers.ratelimit).toBe('"caller";r=5;t=10');
    const answers = [];
    for (let index = 0; index < 6; index += 1)
      answers.push(await slow.as("reader").get("/v1/segments"));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = answers.at(-1);
    expect(refused?.body.type).toBe("urn:atelier:problem:too_many_requests");
    expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(refused?.headers["retry-after"])).toBeLessThanOrEqual(10);
    expect((await slow.as("manager").get("/v1/segments")).status).toBe(200);
    await slow.close();
  });
});
