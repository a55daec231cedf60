import { latLngToCell } from "h3-js";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addDays, budgetDayOf, startOfBudgetDayMs } from "../../src/budgets/budgetDay.ts";
import { trafficCellOf } from "../../src/budgets/pacing/pacedCampaign.ts";
import { createTrafficHours } from "../../src/stores/postgres/trafficHours.ts";
import { type System, startSystem } from "../support/system.ts";

const hourMs = 3_600_000;
/** Noon of a day to come, so that whatever the database's own clock has stamped was before it. */
const noonMs = startOfBudgetDayMs(addDays(budgetDayOf(Date.now()), 2)) + 12 * hourMs;
const clock = { nowMs: noonMs };
const farMs = 86_400_000;
const zoneAround = (lat: number, lon: number) => ({
  include: [{ type: "circle", lat, lon, radiusMeters: 10_000 }],
});
const limoges = zoneAround(45.8336, 1.2476);
const rennes = zoneAround(48.1173, -1.6778);

const stepped = {
  clock: { nowMs: () => clock.nowMs, correct: async () => undefined },
  // Everything happens when the test says so.
  pacingIntervals: { passMs: farMs, heartbeatMs: farMs, takeMs: farMs, flushMs: farMs },
  paidLimits: { oldestSnapshotMs: farMs, outbox: { maxUnwritten: 1e5, maxAgeMs: farMs } },
};

let system: System;
beforeAll(async () => {
  system = await startSystem({}, undefined, stepped);
});
afterAll(() => system.close());

let pages = 0;
async function askAds(postalCode: string, options: object = {}) {
  const { status, body } = await request(system.url)
    .post("/v1/ads")
    .set({
      authorization: `Bearer ${system.adminKey}`,
      "x-forwarded-for": `10.${pages++ % 250}.1.1`,
    })
    .send({ place: { search: { postalCode } }, placements: [{ id: "top" }], ...options });
  expect(status).toBe(200);
  return body;
}
/** One page whose ad, if it has one, is seen. Answers whether it had. */
async function seePage(postalCode: string): Promise<boolean> {
  const { placements } = await askAds(postalCode);
  const address = placements[0].ads[0]?.tracking.impression;
  if (address === undefined) return false;
  await request(system.url).get(new URL(address).pathname).expect(200);
  return true;
}
async function pace(afterMs: number): Promise<void> {
  clock.nowMs += afterMs;
  const { pacing, drainer } = system.server.jobs;
  await drainer.runOnce();
  await pacing.runPacingOnce(clock.nowMs);
  await pacing.takeThrottlesOnce();
}
const pacingOf = (campaignId: number, key = system.adminKey) =>
  request(system.url)
    .get(`/v1/campaigns/${campaignId}/pacing`)
    .set({ authorization: `Bearer ${key}` });

describe("an even campaign that is seen much at noon", () => {
  let campaignId = 0;

  test("is held back by the next look, and an explanation says so with the day's figures", async () => {
    const budget = { bidMicros: 5_000_000, dailyBudgetMicros: 1_000_000 };
    campaignId = await system.openShop({ zone: limoges, pacing: "even", ...budget });
    await pace(0);
    for (let page = 0; page < 40; page++) expect(await seePage("87000")).toBe(true);
    await pace(10_000);
    const { explanation } = await askAds("87000", {
      test: true,
      explain: { campaignIds: [campaignId] },
    });
    expect(explanation[0]).toMatchObject({ campaignId, shown: false, rule: "pacing" });
    expect(explanation[0].fr).toMatch(
      /^Cette annonce est étalée sur la journée : elle prend 0\s% des occasions, et pas celle-ci\. À cette heure, 0(,\d)?\s% du budget du jour étaient prévus, 20\s% sont dépensés\.$/,
    );
  });

  test("is shown again once its plan has come up with it", async () => {
    await pace(2 * hourMs);
    let shown = 0;
    for (let page = 0; page < 40; page++) if (await seePage("87000")) shown++;
    expect(shown).toBeGreaterThan(0);
  });

  test("shows its plan and its spending by hour to whoever may see it, and to nobody else", async () => {
    await system.server.jobs.drainer.runOnce();
    const { body } = await pacingOf(campaignId).expect(200);
    expect(body).toMatchObject({
      campaignId,
      pacing: "even",
      day: budgetDayOf(noonMs),
      dayLimitMicros: 1_000_000,
      targetMicros: 1_000_000,
    });
    expect(body.hours).toHaveLength(24);
    const noon = body.hours[12];
    expect(noon).toMatchObject({ startsAt: new Date(noonMs).toISOString(), spentMicros: 200_000 });
    const planned = body.hours.reduce(
      (sum: number, hour: { plannedMicros: number | null }) => sum + (hour.plannedMicros ?? 0),
      0,
    );
    expect(planned + 200_000).toBeGreaterThanOrEqual(1_000_000);
    expect(body.deviationMicros).toBe(body.spentMicros - body.plannedMicros);
    expect(body.throttle).toBeGreaterThanOrEqual(0);
    await pacingOf(campaignId, await system.managerKey([999_999])).expect(404);
    await pacingOf(999_999).expect(404);
    await request(system.url).get(`/v1/campaigns/${campaignId}/pacing`).expect(401);
    await request(system.url)
      .get("/v1/campaigns/abc/pacing")
      .set({ authorization: `Bearer ${system.adminKey}` })
      .expect(400);
  });

  test("has no plan any more when it is to spend as fast as possible, from that moment on", async () => {
    await system.patch(`/v1/campaigns/${campaignId}`, { pacing: "asap" }).expect(200);
    const throttles = system.server.jobs.pacing.throttles;
    await expect.poll(() => throttles().has(campaignId)).toBe(false);
    const { body } = await pacingOf(campaignId).expect(200);
    expect(body).toMatchObject({
      pacing: "asap",
      throttle: 1,
      dayLimitMicros: null,
      plannedMicros: null,
    });
    expect(body.spentMicros).toBeGreaterThan(0);
  });
});

describe("counted traffic", () => {
  test("is every request that could be billed, where it was about, and no test", async () => {
    const { pacing } = system.server.jobs;
    const hours = createTrafficHours(system.server.stores.db);
    await pacing.flushTrafficOnce();
    const requestsNow = async () =>
      (await hours.readSince(clock.nowMs - hourMs)).reduce(
        (sum, { requests }) => sum + requests,
        0,
      );
    const before = await requestsNow();
    for (let page = 0; page < 5; page++) await askAds("19000");
    await askAds("19000", { test: true });
    await pacing.flushTrafficOnce();
    expect(await requestsNow()).toBe(before + 5);
  });

  test("lets a new campaign begin with a small share where much is asked for, before anybody has looked at it", async () => {
    const { pacing } = system.server.jobs;
    const cell = trafficCellOf(latLngToCell(45.8336, 1.2476, 7)) ?? 0;
    const hour = Math.floor(noonMs / hourMs);
    const week = Array.from({ length: 168 }, (_, index) => ({
      cell,
      hour: hour - 1 - index,
      requests: 50_000,
    }));
    await createTrafficHours(system.server.stores.db).add(week);
    await pacing.refreshForecastsOnce();
    const busy = await system.openShop({
      zone: limoges,
      pacing: "even",
      dailyBudgetMicros: 5_000_000,
    });
    const quiet = await system.openShop({
      zone: rennes,
      pacing: "even",
      dailyBudgetMicros: 5_000_000,
    });
    expect(pacing.throttles().get(busy)).toBeLessThan(0.01);
    expect(pacing.throttles().get(busy)).toBeGreaterThan(0.0001);
    expect(pacing.throttles().get(quiet)).toBeGreaterThan(0.1);
  });
});

describe("a node that starts", () => {
  test("knows whose day is spent before a page asks for it", async () => {
    const campaignId = await system.openShop({
      zone: zoneAround(48.39, -4.486),
      pacing: "even",
      bidMicros: 5_000_000,
      dailyBudgetMicros: 10_000,
    });
    await pace(0);
    expect(await seePage("29200")).toBe(true);
    expect(await seePage("29200")).toBe(true);
    // The lease of the first node has lapsed by then.
    clock.nowMs += hourMs;
    const { server } = await startSystem({}, system.stores, stepped);
    const throttle = server.jobs.pacing.throttles().get(campaignId);
    await server.stop();
    expect(throttle).toBe(0);
  });
});
