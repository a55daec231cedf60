import { createHash, createHmac } from "node:crypto";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createIdentifierHashOf } from "../../../src/audience/identifierHash.ts";
import { campaignBody } from "../../support/campaignBodies.ts";
import { type System, startSystem } from "../../support/system.ts";
import { listBody } from "../../support/tenants.ts";
import { until } from "../../support/until.ts";

let system: System;
let site: Readonly<{ publicKey: string; signingSecret: string }>;
let advertiserId: number;
let otherId: number;
beforeAll(async () => {
  system = await startSystem();
  site = (await system.post("/v1/sites", { name: "Journal" })).body;
  await until(() => system.server.jobs.state.sites().site(site.publicKey) !== null);
  const shop = { trade: "fleuriste", balanceMicros: 5_000_000 };
  advertiserId = (await system.create("/v1/advertisers", { ...shop, name: "Fleurs" }))
    .advertiserId!;
  otherId = (await system.create("/v1/advertisers", { ...shop, name: "Garage" })).advertiserId!;
  await system.server.stores.scores.activateModelVersion(3);
}, 30_000);
afterAll(() => system?.close());

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hashes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => sha256(`client-${from + index}@example.fr`));
const send = (method: "put" | "post", path: string, text: string, type = "text/csv") =>
  request(system.url)
    [method](path)
    .set({ authorization: `Bearer ${system.adminKey}`, "content-type": type })
    .send(text);
const get = (path: string) =>
  request(system.url).get(path).set("authorization", `Bearer ${system.adminKey}`);
const visit = (visitorId: string, what: string, body: object = {}) => {
  const signature = createHmac("sha256", site.signingSecret).update(visitorId).digest("base64url");
  return request(system.url)
    .post(`/v1/visitors/${visitorId}/${what}?site=${site.publicKey}&signature=${signature}`)
    .send(body);
};
const identify = (index: number, choice: object = { gdpr: false }) =>
  visit(`v-${index}`, "identifiers", {
    identifiers: [{ kind: "email_sha256", sha256: sha256(`client-${index}@example.fr`) }],
    ...choice,
  });
const publish = () => system.server.jobs.privacy.identity.publishListsOnce();
const keyOf = (index: number) => system.stores.visitorKeyOf(`v-${index}`);
const scoresOf = async (index: number) =>
  (await system.server.stores.scores.getManyScores([keyOf(index)], 3, Date.now())).get(keyOf(index))
    ?.scores;

it("a list of hashes becomes an audience of its advertiser alone once 50 consenting visitors are found, and nobody is shown", async () => {
  const made = await system.post(`/v1/advertisers/${advertiserId}/lists`, listBody("Fidèles"));
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ state: "waiting", people: null, entries: 0 });
  const list = `/v1/advertisers/${advertiserId}/lists/${made.body.listId}`;
  const csv = `sha256\r\n${hashes(0, 60).join("\r\n")}\r\n\r\n${hashes(0, 5).join("\n").toUpperCase()}`;
  expect((await send("put", `${list}/entries`, csv)).body).toMatchObject({ entries: 60 });
  expect((await identify(0)).body).toEqual({ kept: 1, reason: null });
  const hashOf = createIdentifierHashOf(String(system.stores.environment.VISITOR_SECRET));
  const { identifiers } = system.server.jobs.privacy.identity;
  for (const [index, hash] of hashes(0, 49).entries())
    await identifiers.give(keyOf(index), [hashOf("email_sha256", hash)], Date.now());
  expect((await identify(49, { gdpr: true })).body).toEqual({ kept: 0, reason: "no_consent" });
  expect((await identify(49, { gdpr: false, minor: true })).body.reason).toBe("minor");
  await publish();
  expect((await get(list)).body).toMatchObject({ state: "too_small", people: null });
  expect(await scoresOf(3)).toBeUndefined();
  const { segmentId } = made.body;
  const campaign = (of: number) =>
    system.post(
      "/v1/campaigns",
      campaignBody({ advertiserId: of, audience: [{ segmentId, minScore: 0.5 }] }),
    );
  expect((await campaign(advertiserId)).status).toBe(422);

  for (const index of [49, 50, 51]) await identify(index);
  const more = `{"sha256":"${hashes(60, 61)[0]}"}\n`;
  expect((await send("post", `${list}/entries`, more, "application/x-ndjson")).body.entries).toBe(
    61,
  );
  await system.server.stores.scores.putScores([
    {
      visitorKey: keyOf(3),
      modelVersion: 3,
      expiresAtSeconds: 4_000_000_000,
      scores: new Map([[7, 0.5]]),
    },
  ]);
  await publish();
  // 52, in tens.
  expect((await get(list)).body).toMatchObject({ state: "usable", people: 50 });
  expect(await scoresOf(3)).toEqual(
    new Map([
      [7, expect.closeTo(0.5, 3)],
      [segmentId, 1],
    ]),
  );
  expect(await scoresOf(51)).toEqual(new Map([[segmentId, 1]]));
  expect((await campaign(advertiserId)).status).toBe(201);
  expect((await campaign(otherId)).status).toBe(422);
  expect((await get("/v1/segments")).text).not.toContain("liste-");
  expect((await get(`/v1/segments/${segmentId}`)).status).toBe(404);
  expect((await get(`/v1/advertisers/${otherId}/lists/${made.body.listId}`)).status).toBe(404);

  // A visitor is erased; those who are left are too few: the list is nobody's.
  for (const index of [0, 1, 51])
    await request(system.url)
      .delete(`/v1/visitors/v-${index}`)
      .set("authorization", `Bearer ${system.adminKey}`);
  expect(await scoresOf(51)).toBeUndefined();
  await sql`update audience_lists set changed_at = now() + interval '1 second'`.execute(
    system.server.stores.db,
  );
  await publish();
  expect((await get(list)).body).toMatchObject({ state: "too_small", people: null });
  expect(await scoresOf(3)).toEqual(new Map([[7, expect.closeTo(0.5, 3)]]));

  const gone = await request(system.url)
    .delete(list)
    .set("authorization", `Bearer ${system.adminKey}`);
  expect(gone.status).toBe(204);
  expect((await get(list)).status).toBe(404);
  await publish();
  const { rows } = await sql<{ row: string }>`
    select l::text as row from audience_lists l union all select e::text from audience_list_entries e
    union all select m::text from audience_list_members m`.execute(system.server.stores.db);
  expect(rows).toEqual([]);
  const log = await get(`/v1/audit?entity=advertiser&entityId=${advertiserId}`);
  expect(
    log.body.items.filter(({ after, before }: { after: object; before: object }) =>
      [after, before].some((one) => one !== null && "audienceList" in one),
    ),
  ).toHaveLength(4);
  expect(log.text).not.toContain(hashes(3, 4)[0]);
}, 60_000);

it("what is no list is refused with its lines, without repeating them, and no hash of an advertiser's is kept as it came", async () => {
  const lists = `/v1/advertisers/${advertiserId}/lists`;
  const wrong = { ...listBody("x"), collectedOn: "2020-01-01", attests: { consent: true } };
  const refused = await system.post(lists, wrong);
  expect(refused.status).toBe(422);
  const pointers = refused.body.errors.map(({ pointer }: { pointer: string }) => pointer);
  expect(pointers).toEqual(
    expect.arrayContaining(["/attests/adultsOnly", "/attests/noSpecialCategories", "/expiresOn"]),
  );
  const { body } = await system.post(lists, listBody("y"));
  expect((await system.post(lists, listBody("y"))).status).toBe(409);
  const entries = `${lists}/${body.listId}/entries`;
  const bad = await send("put", entries, `${hashes(0, 1)[0]}\nanne@example.fr\n`);
  expect(bad.status).toBe(422);
  expect(bad.text).toContain("/1");
  expect(bad.text).not.toContain("anne@");
  expect((await send("put", entries, "\n")).status).toBe(422);
  expect((await send("put", entries, "{}", "application/json")).status).toBe(415);
  expect((await send("put", entries, hashes(0, 2).join("\n"))).status).toBe(200);
  const kept = await sql<{
    hash: string;
  }>`select identifier_hash as hash from audience_list_entries`.execute(system.server.stores.db);
  expect(kept.rows.map(({ hash }) => hash.length)).toEqual([22, 22]);
});

it("the tables of lists and of identity go and come back", async () => {
  const { db } = system.server.stores;
  const lists = await import("../../../migrations/0024_2_audience_lists.ts");
  const identity = await import("../../../migrations/0024_1_identity.ts");
  await sql`delete from campaigns`.execute(db).catch(() => undefined);
  await lists.down(db as never);
  await identity.down(db as never);
  await identity.up(db as never);
  await lists.up(db as never);
  const sighting = sql`insert into identity_sightings (visitor_key, seen_at) values (${"v".repeat(22)}, now())`;
  await sighting.execute(db);
  await expect(sql`update identity_sightings set seen_at = now()`.execute(db)).rejects.toThrow(
    /only added/,
  );
});
