import { randomUUID } from "node:crypto";
import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { visitorSessionKey } from "../../src/stores/redis/sessionProfiles.ts";
import { browser } from "../support/browser.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
const shops = { garage: 0, baker: 0 };
const secret = "a secret of visitors for this test";

beforeAll(async () => {
  system = await startSystem({ VISITOR_SECRET: secret });
  const categories = ["vehicules/voitures"];
  await system.create("/v1/segments", { slug: "auto", name: "Cherche une voiture", categories });
  shops.baker = await system.openShop({ bidMicros: 4_000_000 });
  const audience = [{ segment: "auto", minScore: 0.6, multiplier: 2 }];
  shops.garage = await system.openShop({ bidMicros: 9_000_000, audience });
  await system.server.jobs.prediction.readOnce();
}, 60_000);
afterAll(() => system?.close());

const place = { search: { inseeCode: "87085" } };
const post = (path: string, body: object) =>
  request(system.url).post(path).set("user-agent", browser).send(body);
const adsOf = async (visitor: object) => {
  const answer = await system
    .post("/v1/ads", { placements: [{ id: "top" }], place, visitor, explain: true })
    .set("user-agent", browser);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};
const shownTo = async (visitor: object): Promise<number | undefined> =>
  (await adsOf(visitor)).placements[0].ads[0]?.campaignId;
const looked = (visitor: object, kind = "listing_view") =>
  post("/v1/activity", {
    visitor,
    event: { eventId: randomUUID(), kind, category: "vehicules/voitures/citadines" },
  });
const sessionOf = (id: string) =>
  system.server.stores.redis.exists(visitorSessionKey(createVisitorKeyOf(secret)(id)));

it("the second page of a new visitor shows what the first was about, and says why", async () => {
  const visitor = { id: "new-1", gdpr: false };
  expect(await shownTo(visitor)).toBe(shops.baker);
  expect(await sessionOf("new-1")).toBe(0);
  expect((await looked(visitor)).status).toBe(202);
  await until(async () => (await sessionOf("new-1")) === 1);
  const { placements, explanation } = await adsOf(visitor);
  const [ad] = placements[0].ads;
  expect(ad.campaignId).toBe(shops.garage);
  expect(ad.why.reasons).toContain(
    "Vous voyez cette annonce parce que les pages que vous venez de consulter laissent penser que ceci vous correspond : « Cherche une voiture ».",
  );
  const told = explanation.find((one: { campaignId: number }) => one.campaignId === shops.garage);
  expect(told.value.audienceMultiplier).toBeGreaterThan(1.6);
});

it("without consent nothing is written, and what was written before is not read", async () => {
  const consenting = { id: "new-2", gdpr: false };
  const silent = { id: "new-2" };
  expect((await looked(silent)).status).toBe(202);
  expect((await looked({ id: "new-2", gdpr: false, minor: true })).status).toBe(202);
  await looked(consenting);
  await until(async () => (await sessionOf("new-2")) === 1);
  expect(await shownTo(consenting)).toBe(shops.garage);
  expect(await shownTo(silent)).toBe(shops.baker);
  const [, weight] =
    (
      await system.server.stores.redis.get(visitorSessionKey(createVisitorKeyOf(secret)("new-2")))
    )?.match(/\n([\d.]+) /) ?? [];
  // One listing, not three.
  expect(Number(weight)).toBeCloseTo(1.5, 2);
});

it("who asks to be forgotten has no session any more", async () => {
  const visitor = { id: "new-3", gdpr: false };
  await looked(visitor);
  await until(async () => (await sessionOf("new-3")) === 1);
  const admin = { authorization: `Bearer ${system.adminKey}` };
  const exported = await request(system.url).get("/v1/visitors/new-3").set(admin);
  expect(exported.body.session).toEqual([
    { category: "vehicules/voitures/citadines", pages: expect.closeTo(1.5, 2) },
  ]);
  const erased = await request(system.url).delete("/v1/visitors/new-3").set(admin);
  expect(erased.body.counts.redis.sessions).toBe(1);
  expect(await sessionOf("new-3")).toBe(0);
});
