import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLiveSettingsStore } from "../../src/stores/postgres/liveSettings.ts";
import { browser } from "../support/browser.ts";
import { testActor } from "../support/campaignStore.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

/** Two nodes on the same stores. */
let system: System;
let other: System;
beforeAll(async () => {
  system = await startSystem();
  other = await startSystem({}, system.stores);
});
afterAll(async () => {
  await other?.close();
  await system?.close();
});

const path = "/v1/live-settings";
const bearer = (key = system.adminKey) => ({ authorization: `Bearer ${key}` });
const put = (body: object, key?: string) =>
  request(system.url).put(path).set(bearer(key)).send(body);
const isShed = async ({ url }: System): Promise<boolean> => {
  const asked = request(url).post("/v1/ads").set("user-agent", browser);
  return (await asked.send({ placements: [{ id: "top" }] })).body.overloaded === true;
};
const shedOf = async (node: System): Promise<number> => {
  const asked = await Promise.all(Array.from({ length: 10 }, () => isShed(node)));
  return asked.filter(Boolean).length;
};

test("what an administrator sheds is shed on every node until it is taken back, and is in the audit log", async () => {
  expect((await request(system.url).get(path).set(bearer())).body).toEqual({
    logLevel: null,
    shedding: null,
    expiresAt: null,
  });
  const answer = await put({ shedding: 50, forMinutes: 10 });
  expect([answer.status, answer.body.shedding]).toEqual([200, 50]);
  expect(Date.parse(answer.body.expiresAt) - Date.now()).toBeLessThanOrEqual(600_000);
  for (const node of [system, other]) await until(async () => (await shedOf(node)) === 5);
  await request(other.url).delete(path).set(bearer()).expect(200);
  for (const node of [system, other]) await until(async () => (await shedOf(node)) === 0);
  const audit = await request(system.url).get("/v1/audit?entity=live_settings").set(bearer());
  expect(audit.body.items).toMatchObject([
    { before: { shedding: 50 }, after: null },
    { before: null, after: { shedding: 50 } },
  ]);
});

test("it ends by itself, also for who asks what holds", async () => {
  const store = createLiveSettingsStore(system.server.stores.db);
  await store.put({ logLevel: "debug", shedding: "off", forMinutes: 1 }, testActor);
  expect((await store.read())?.settings).toMatchObject({ logLevel: "debug", shedding: "off" });
  expect((await store.read())?.leftMs).toBeGreaterThan(50_000);
  const { db } = system.server.stores;
  await sql`update live_settings set set_at = now() - interval '2 minutes',
    expires_at = now() - interval '1 second'`.execute(db);
  expect(await store.read()).toBeNull();
  expect((await request(system.url).get(path).set(bearer())).body.logLevel).toBeNull();
});

test("only the operator's administrators see and change it, within its rules", async () => {
  const manager = await system.managerKey([]);
  expect((await put({ shedding: "off", forMinutes: 1 }, manager)).status).toBe(403);
  expect((await request(system.url).get(path).set(bearer(manager))).status).toBe(403);
  for (const [body, pointer] of [
    [{ shedding: 100, forMinutes: 1 }, "/shedding"],
    [{ shedding: "some", forMinutes: 1 }, "/shedding"],
    [{ logLevel: "loud", forMinutes: 1 }, "/logLevel"],
    [{ shedding: "off", forMinutes: 1_441 }, "/forMinutes"],
    [{ shedding: "off" }, "/forMinutes"],
    [{ forMinutes: 5 }, ""],
    [{ shedding: "off", forMinutes: 5, other: 1 }, "/other"],
  ] as const) {
    const { status, body: told } = await put(body);
    expect([status, told.errors[0].pointer]).toEqual([422, pointer]);
  }
});
