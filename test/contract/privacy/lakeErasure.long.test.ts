import { createHmac, randomUUID } from "node:crypto";
import { join } from "node:path";
import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runLakePass } from "../../../src/jobs/lakePass.ts";
import { readEventSchemas } from "../../../src/stores/lake/eventSchemas.ts";
import { createFolderStorage } from "../../../src/stores/lake/folderStorage.ts";
import { openLakeReader } from "../../../src/stores/lake/readLake.ts";
import { filesWith } from "../../support/activityLake.ts";
import { type System, startSystem } from "../../support/system.ts";
import { until } from "../../support/until.ts";

/** From what visitors do on pages to the lake, and out of every store again, along every link. */

let system: System;
let site: Readonly<{ publicKey: string; signingSecret: string }>;
let folder: string;
beforeAll(async () => {
  system = await startSystem();
  site = (await system.post("/v1/sites", { name: "Journal" })).body;
  await until(() => system.server.jobs.state.sites().site(site.publicKey) !== null);
  folder = String(system.stores.environment.ATELIER_DATA_DIR);
}, 30_000);
afterAll(() => system?.close());

const sign = (text: string) =>
  createHmac("sha256", site.signingSecret).update(text).digest("base64url");
const keyOf = (id: string) => system.stores.visitorKeyOf(id);
const accountKeyOf = (id: string) => keyOf(`account\n${id}`);

/** Tells what a visitor did, logged in or not. */
async function act(visitorId: string, accountId: string | null, choice: object = { gdpr: false }) {
  const account =
    accountId === null ? {} : { accountId, accountSignature: sign(`account\n${accountId}`) };
  const answer = await request(system.url)
    .post("/v1/activity")
    .send({
      site: site.publicKey,
      visitor: { id: visitorId, signature: sign(visitorId), ...account, ...choice },
      events: [{ eventId: randomUUID(), kind: "page_view", category: "vehicules/voitures" }],
    });
  expect(answer.status, answer.text).toBe(202);
}

async function pass(nowMs = Date.now()) {
  await system.server.stores.events.flush();
  return runLakePass({
    lakeFolder: join(folder, "lake"),
    sources: [{ name: "events", directory: join(folder, "events") }],
    databaseUrl: String(system.stores.environment.DATABASE_URL),
    settledMs: 0,
    nowMs,
    keptMs: 3_600_000,
    visitorSecret: String(system.stores.environment.VISITOR_SECRET),
  });
}

async function rowsOf(schema: string) {
  const reader = await openLakeReader(
    createFolderStorage(join(folder, "lake")),
    await readEventSchemas(),
  );
  try {
    return await reader.rows(schema);
  } finally {
    reader.close();
  }
}

it("a visitor is erased with its accounts and their other visitors: lake, sessions, scores and sightings have nothing of them, and late events stay out", async () => {
  await act("phone", null);
  await act("phone", "anne");
  await act("laptop", "anne");
  await act("stranger", "bob");
  await act("refused", "carl", { gdpr: true });
  const { privacy } = system.server.jobs;
  const { stores } = system.server;
  await privacy.identity.recorder.flushOnce();
  const said = { modelVersion: 1, expiresAtSeconds: 4_000_000_000, scores: new Map([[7, 0.5]]) };
  await stores.scores.putScores([{ ...said, visitorKey: keyOf("laptop") }]);
  await pass();
  const named = async () =>
    (await rowsOf("page_activity.v1")).map(({ visitor_key, account_key }) => [
      visitor_key,
      account_key,
    ]);
  // Purposes 1, 3 and 4: what is not allowed names nobody, in no byte.
  expect(
    (await named()).filter(([visitor, account]) => visitor === null && account === null),
  ).toHaveLength(1);
  for (const key of [keyOf("refused"), accountKeyOf("carl")])
    expect(await filesWith(folder, key)).toEqual([]);
  expect(await named()).toHaveLength(5);
  expect(await rowsOf("identity_link.v1")).toHaveLength(3);

  const proof = await request(system.url).delete(
    `/v1/visitors/phone?site=${site.publicKey}&signature=${sign("phone")}`,
  );
  expect(proof.body.counts).toMatchObject({ linked: { keys: 2 }, postgres: { sightings: 1 } });
  await privacy.eraseDueOnce(Date.now() + 1);
  const run = await pass();
  expect(run?.keeping).toMatchObject({ erasedRows: 3 + 2 });
  await act("laptop", "anne");
  // The event, and the sighting where its recorder came by meanwhile: both of before the second time round.
  await privacy.identity.recorder.flushOnce();
  const late = await pass();
  expect(late).toMatchObject({ added: 0 });
  expect(late?.erased).toBeGreaterThanOrEqual(1);
  await privacy.eraseDueOnce(Date.now() + 16 * 60_000);
  await pass(Date.now() + 2 * 3_600_000);
  const gone = [keyOf("phone"), keyOf("laptop"), accountKeyOf("anne")];
  for (const key of gone) {
    expect(await filesWith(join(folder, "lake"), key)).toEqual([]);
    expect((await stores.scores.getManyScores([key], 1, Date.now())).size).toBe(0);
    expect(await privacy.identity.sightings.linkedKeys(key)).toEqual([]);
  }
  expect(await named()).toContainEqual([keyOf("stranger"), accountKeyOf("bob")]);
  expect(await privacy.identity.lakeErasures.count()).toBe(0);
  expect(await privacy.identity.sightings.linkedKeys(keyOf("stranger"))).toEqual([
    accountKeyOf("bob"),
  ]);
}, 60_000);

it("keeps nothing of a log-out of who was never linked, or was erased", async () => {
  const { recorder, sightings } = system.server.jobs.privacy.identity;
  const logOut = async (visitorId: string) => {
    const answer = await request(system.url)
      .post(`/v1/visitors/${visitorId}/log-out`)
      .query({ site: site.publicKey, signature: sign(visitorId) });
    expect(answer.status, answer.text).toBe(204);
  };
  const sightingsOf = async (visitorId: string) =>
    new Set(
      (await sightings.sightingsAround(keyOf(visitorId))).map(({ accountKey }) => accountKey),
    );
  await logOut("nobody-knows");
  expect(await sightingsOf("nobody-knows")).toEqual(new Set());
  await act("logs-out", "account-out");
  await logOut("logs-out");
  expect(await sightingsOf("logs-out")).toEqual(new Set([null, accountKeyOf("account-out")]));
  await sightings.erase(keyOf("logs-out"));
  await logOut("logs-out");
  expect(await sightingsOf("logs-out")).toEqual(new Set());
  expect(recorder.state().waiting).toBe(0);
});
