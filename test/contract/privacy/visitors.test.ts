import { createHmac } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as privacyTables from "../../../migrations/0018_1_privacy.ts";
import { createVisitorHashOf } from "../../../src/audience/visitorHash.ts";
import { createSuppressedOf } from "../../../src/stores/postgres/erasures.ts";
import { rememberTouch } from "../../../src/stores/redis/touches.ts";
import { type System, startSystem } from "../../support/system.ts";
import { until } from "../../support/until.ts";
import { granted } from "../../unit/consent/grantedConsent.ts";
import { writeTcString } from "../../unit/consent/writeTcString.ts";

let system: System;
let site: Readonly<{ publicKey: string; signingSecret: string }>;
let campaignId: number;

beforeAll(async () => {
  system = await startSystem();
  const made = await system.post("/v1/sites", { name: "Journal" });
  site = made.body;
  await until(() => system.server.jobs.state.sites().site(site.publicKey) !== null);
  campaignId = await system.openShop({
    frequencyCaps: [{ per: "campaign", maxImpressions: 90, windowSeconds: 86_400 }],
  });
}, 30_000);
afterAll(() => system?.close());

const signatureOf = (visitorId: string) =>
  createHmac("sha256", site.signingSecret).update(visitorId).digest("base64url");

const signed = (visitorId: string, signature = signatureOf(visitorId)) =>
  `/v1/visitors/${visitorId}?site=${site.publicKey}&signature=${signature}`;

const ask = (visitor: object) =>
  request(system.url)
    .post("/v1/ads")
    .send({
      site: site.publicKey,
      visitor,
      place: { search: { postalCode: "87000" } },
      placements: [{ id: "top" }],
    });

/** Leaves something of a visitor in every store. */
async function live(visitorId: string): Promise<string> {
  const { stores, jobs } = system.server;
  const key = system.stores.visitorKeyOf(visitorId);
  for (const modelVersion of [1, 2])
    await stores.scores.putScores([
      {
        visitorKey: key,
        modelVersion,
        expiresAtSeconds: 4_000_000_000,
        scores: new Map([[7, 0.5]]),
      },
    ]);
  await stores.scores.activateModelVersion(2);
  const shown = await ask({ id: visitorId, gdpr: false });
  expect(shown.body.placements[0].ads).toHaveLength(1);
  const touch = { decisionId: "d", slot: 0, campaignId, creativeId: 1, placementId: "top" };
  const atMs = Date.now();
  await rememberTouch(
    stores.jobsRedis,
    key,
    { ...touch, kind: "click", advertiserId: 3, atMs },
    atMs,
  );
  await jobs.forecasts.flushOnce();
  await jobs.privacy.flushConsentOnce();
  return key;
}

const keysOf = (key: string) => system.server.stores.jobsRedis.keys(`*${key}*`);

it("a visitor with the site's signature is told everything, is erased everywhere, and gets the proof", async () => {
  const key = await live("v-anne");
  const before = await request(system.url).get(signed("v-anne"));
  expect(before.status).toBe(200);
  expect(before.body).toMatchObject({
    impressions: [{ campaignId }],
    touches: [{ kind: "click", advertiserId: 3 }],
    scores: { modelVersion: 2, scores: [{ segmentId: 7, score: expect.closeTo(0.5, 2) }] },
    forecastSample: [{ personalised: true }],
    consents: [{ basis: "no_gdpr" }],
    erasures: [],
  });

  const proof = await request(system.url).delete(signed("v-anne"));
  expect(proof.status).toBe(200);
  expect(proof.body).toMatchObject({
    cause: "visitor",
    isComplete: true,
    unreached: [],
    counts: {
      redis: { caps: 1, touches: 1 },
      dynamodb: { scores: 2 },
      postgres: { consentState: 1 },
    },
  });
  expect(proof.body.counts.postgres.forecastSample).toBeGreaterThan(0);
  expect(await keysOf(key)).toEqual([]);
  const after = await request(system.url).get(signed("v-anne"));
  expect(after.body).toMatchObject({
    impressions: [],
    touches: [],
    scores: null,
    forecastSample: [],
    erasures: [{ proofId: proof.body.proofId }],
  });
});

it("who shows no signature, a wrong one or another's, or a tenant's key, neither reads nor erases", async () => {
  const { body } = await system.post("/v1/keys", { role: "manager", label: "manager" });
  const wrong = signatureOf("v-other");
  for (const path of ["/v1/visitors/v-x", `/v1/visitors/v-x?site=${site.publicKey}`]) {
    expect((await request(system.url).delete(path)).status).toBe(401);
    expect((await request(system.url).get(path)).status).toBe(401);
  }
  expect((await request(system.url).delete(signed("v-x", wrong))).status).toBe(401);
  const asManager = request(system.url).delete("/v1/visitors/v-x");
  expect((await asManager.set("authorization", `Bearer ${body.key}`)).status).toBe(403);
});

it("an operator erases too, which the audit log says without saying whom", async () => {
  const key = await live("v-bruno");
  const bearer = `Bearer ${system.adminKey}`;
  const erased = await request(system.url)
    .delete("/v1/visitors/v-bruno")
    .set("authorization", bearer);
  expect(erased.body).toMatchObject({ cause: "operator", isComplete: true });
  const audit = await request(system.url)
    .get("/v1/audit?entity=visitor_erasure")
    .set("authorization", bearer);
  expect(audit.body.items).toMatchObject([{ after: { proofId: erased.body.proofId } }]);
  expect(audit.text).not.toContain("v-bruno");
  expect(audit.text).not.toContain(key);
});

it("a store that is away is tried until it has forgotten, and memory that comes back late is erased once more", async () => {
  const key = await live("v-chloe");
  const { privacy } = system.server.jobs;
  system.stores.dynamodb.cut();
  const first = await request(system.url).delete(signed("v-chloe"));
  expect(first.body).toMatchObject({ isComplete: false, unreached: ["dynamodb"] });
  system.stores.dynamodb.heal();
  expect(await system.stores.scores.getManyScores([key], 2, Date.now())).toHaveProperty("size", 1);
  const startMs = Date.now();
  await until(async () => {
    await privacy.eraseDueOnce(startMs + 60_000);
    return (await system.stores.scores.getManyScores([key], 2, Date.now())).size === 0;
  });
  const { rows } = await sql`select 1 from erasure_queue where visitor_key = ${key}`.execute(
    system.server.stores.db,
  );
  expect(rows).toHaveLength(1);
  await live("v-chloe");
  await privacy.eraseDueOnce(startMs + 1_000_000);
  expect(await keysOf(key)).toEqual([]);
  const left = await sql`select 1 from erasure_queue where visitor_key = ${key}`.execute(
    system.server.stores.db,
  );
  expect(left.rows).toEqual([]);
});

it("who withdraws is forgotten beside the requests, is not loaded again, and is again once storing is allowed", async () => {
  const key = await live("v-david");
  const { jobs, stores } = system.server;
  const suppressedOf = createSuppressedOf(
    stores.db,
    String(system.stores.environment.VISITOR_SECRET),
    Date.now,
  );
  const dayMs = 86_400_000;
  const lastUpdatedMs = Math.floor(Date.now() / dayMs) * dayMs;
  const refusing = writeTcString({ ...granted, lastUpdatedMs, purposesConsent: [2] });
  expect((await ask({ id: "v-david", gdpr: true, consent: refusing })).status).toBe(200);
  await jobs.privacy.flushConsentOnce();
  expect(await keysOf(key)).toEqual([]);
  expect((await stores.scores.getManyScores([key], 2, Date.now())).size).toBe(0);
  expect((await suppressedOf([key])).has(key)).toBe(true);
  await ask({ id: "v-david", gdpr: false });
  await jobs.privacy.flushConsentOnce();
  expect((await suppressedOf([key])).has(key)).toBe(false);
  const told = (await request(system.url).get(signed("v-david"))).body;
  const bases = told.consents.map(({ basis }: { basis: string }) => basis);
  expect(bases.filter((basis: string) => basis === "no_gdpr")).toHaveLength(2);
  expect(bases).toHaveLength(3);
  expect(told.erasures).toMatchObject([{ cause: "withdrawal", unreached: [] }]);

  // Asked for by the visitor, it is not undone by a later choice; and of a stranger's refusal nothing is kept.
  await request(system.url).delete(signed("v-david"));
  await ask({ id: "v-david", gdpr: true, consent: refusing });
  await jobs.privacy.flushConsentOnce();
  await ask({ id: "v-david", gdpr: false });
  await ask({ id: "v-stranger", gdpr: true, consent: refusing });
  await jobs.privacy.flushConsentOnce();
  expect((await suppressedOf([key])).has(key)).toBe(true);
  expect((await request(system.url).get(signed("v-stranger"))).body.consents).toEqual([]);
});

it("event files name nobody, and the log of erasures keeps neither id nor key and cannot be changed", async () => {
  const { db, events } = system.server.stores;
  await events.close();
  const folder = join(String(system.stores.environment.ATELIER_DATA_DIR), "events");
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile());
  expect(files.length).toBeGreaterThan(0);
  const key = system.stores.visitorKeyOf("v-anne");
  for (const { parentPath, name } of files) {
    const text = await readFile(join(parentPath, name), "utf8");
    expect(text).not.toContain("v-anne");
    expect(text).not.toContain(key);
  }
  const log = await sql<{ row: string }>`select t::text as row from visitor_erasures t`.execute(db);
  const told = log.rows.map(({ row }) => row).join("\n");
  expect(told).not.toContain("v-anne");
  expect(told).not.toContain(key);
  await expect(sql`delete from visitor_erasures`.execute(db)).rejects.toThrow(/append-only/);
  await expect(sql`update consent_log set purposes = 0`.execute(db)).rejects.toThrow(/append-only/);
});

it("what ads were shown for is told of whole days, from 50 ads on, without anybody", async () => {
  const { db } = system.server.stores;
  await sql`insert into ad_transparency values ('2026-01-02', 5, 'Boulangerie', 'Boulangerie SARL', 'search', false, true, 57),
    ('2026-01-02', 6, 'Garage', 'Garage', 'everywhere', true, false, 49), ('2026-01-02', 7, 'Salon', 'Salon', 'ip', true, false, 12)`.execute(
    db,
  );
  const { body } = await request(system.url).get("/v1/transparency?day=2026-01-02");
  const reasons = { place: "search", category: false, audience: true };
  const line = { advertiserId: 5, advertiser: "Boulangerie", payer: "Boulangerie SARL", reasons };
  expect(body).toMatchObject({ items: [{ ...line, ads: 50 }], otherAds: 60, nextOffset: null });
  await system.server.jobs.privacy.flushTransparencyOnce();
  const { rows } =
    await sql`select place, audience from ad_transparency where day > '2026-01-03'`.execute(db);
  expect(rows).toContainEqual({ place: "search", audience: false });
  for (const day of ["2999-01-01", "2026-02-31", "x"])
    expect((await request(system.url).get(`/v1/transparency?day=${day}`)).status).toBe(400);
});

it("the tables go and come back", async () => {
  const { db } = system.server.stores;
  const hash = createVisitorHashOf("x".repeat(16))("k");
  await expect(
    sql`insert into consent_states values (${hash}, 32, 'tc_string', now())`.execute(db),
  ).rejects.toThrow(/consent_states_purposes/);
  await privacyTables.down(db as never);
  await privacyTables.up(db as never);
  const { rows } = await sql`select * from visitor_erasures`.execute(db);
  expect(rows).toEqual([]);
});
