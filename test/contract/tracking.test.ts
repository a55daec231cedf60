import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import request from "supertest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProblemHandler } from "../../src/routes/problem.ts";
import { trackingRouter } from "../../src/routes/tracking.ts";
import type { ServingEvent, TrackingClaims } from "../../src/serving/ports.ts";
import { createRecordEvent } from "../../src/serving/recordEvent.ts";
import { signTrackingToken, trackingKeyFrom } from "../../src/serving/trackingToken.ts";
import { createEventSpool } from "../../src/stores/files/eventSpool.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

const key = trackingKeyFrom(randomBytes(32));
const landingUrl = "https://fleuriste.example/offre?a=1&b=é";
const hourMs = 3_600_000;
const unlimited = { totalBudgetMicros: null, dailyBudgetMicros: null, balanceMicros: null };

let server: TestRedis;
let money: Money;
let house: ReturnType<typeof openHouse>;

beforeEach(async () => {
  server = await freshRedis();
  money = await openMoney(server.url, () => unlimited);
  await money.openBuckets();
  house = openHouse();
});
afterEach(async () => {
  money.close();
  house.close();
  await server.close();
});

function openHouse() {
  const directory = mkdtempSync(join(tmpdir(), "spool-"));
  const spool = createEventSpool({ directory });
  const emitted: ServingEvent[] = [];
  const faults: unknown[] = [];
  const clock = { nowMs: noonMs };
  const emit = (event: ServingEvent): void => void emitted.push(event);
  const events = createRecordEvent({ keys: [key], record: money.record, emit, spool: spool.spool });
  const app = express();
  const findCreative = async (campaignId: number, creativeId: number) =>
    campaignId === 12 && creativeId === 99 ? { landingUrl } : null;
  app.use(trackingRouter({ events, findCreative, now: () => clock.nowMs }));
  app.use(createProblemHandler((fault) => faults.push(fault)));
  const close = () => rmSync(directory, { recursive: true });
  return { app, emitted, faults, clock, spool, events, close };
}

const get = (path: string) => request(house.app).get(path).redirects(0);
const shown = async (changes: Partial<TrackingClaims> = {}) => {
  const winning = winner();
  await money.holdBudgets([winning], asked());
  return signTrackingToken(claimsOf(winning, changes), key);
};
const counted = () =>
  house.emitted.map(({ payload }) => `${payload.kind} ${payload.chargedMicros}`);

describe("a tracking address", () => {
  it("answers an impression with a gif of 43 bytes that nobody may keep", async () => {
    const answer = await get(`/t/i/${await shown()}`);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": "image/gif",
      "cache-control": "no-store",
    });
    expect(answer.body).toHaveLength(43);
    expect(answer.body.subarray(0, 6).toString()).toBe("GIF89a");
    expect(counted()).toEqual(["impression 5000"]);
  });

  it("answers a view with nothing when that is asked for", async () => {
    const answer = await get(`/t/v/${await shown()}?f=204`);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(counted()).toEqual(["viewable 0"]);
  });

  it("leads a click to the creative's own page, and counts it even if the impression never came", async () => {
    const answer = await get(`/t/c/${await shown()}?url=https://evil.example`);
    expect(answer.status).toBe(302);
    expect(answer.headers).toMatchObject({ location: landingUrl, "cache-control": "no-store" });
    expect(counted()).toEqual(["click 0"]);
  });

  it("counts each event once, in whatever order they come", async () => {
    const token = await shown();
    for (const kind of ["c", "v", "i", "i", "c", "v"]) await get(`/t/${kind}/${token}`);
    expect(counted()).toEqual(["click 0", "viewable 0", "impression 5000"]);
    expect((await money.counters()).s).toBe("5000");
  });

  it("that we did not sign is a 404 and leads nowhere", async () => {
    const token = await shown();
    const stranger = signTrackingToken(claimsOf(winner()), trackingKeyFrom(randomBytes(32)));
    const tokens = [stranger, `${token}A`, token.slice(1), "x", "%F0%9F%92%B6", "a".repeat(5_000)];
    for (const wrong of tokens)
      for (const kind of ["i", "v", "c"]) {
        const answer = await get(`/t/${kind}/${wrong}`);
        expect(answer.status).toBe(404);
        expect(answer.headers["content-type"]).toBe("application/problem+json");
        expect(answer.headers.location).toBeUndefined();
      }
    expect(counted()).toEqual([]);
    expect(house.faults).toEqual([]);
  });

  it("counts no view after an hour and no click after a day, but still leads to the shop", async () => {
    const token = await shown();
    house.clock.nowMs = noonMs + hourMs;
    expect((await get(`/t/i/${token}`)).status).toBe(200);
    expect((await get(`/t/v/${token}`)).status).toBe(200);
    expect(counted()).toEqual([]);
    house.clock.nowMs = noonMs + 24 * hourMs - 1;
    await get(`/t/c/${token}`);
    expect(counted()).toEqual(["click 0"]);
    const other = await shown();
    house.clock.nowMs = noonMs + 24 * hourMs;
    expect((await get(`/t/c/${other}`)).headers.location).toBe(landingUrl);
    expect(counted()).toEqual(["click 0"]);
  });

  it("counts nothing for HEAD, prefetching, previews and tests, and answers them alike", async () => {
    const token = await shown();
    expect((await request(house.app).head(`/t/i/${token}`)).headers["content-length"]).toBe("43");
    expect((await request(house.app).head(`/t/c/${token}`)).status).toBe(302);
    const hints = [
      ["Purpose", "prefetch"],
      ["Sec-Purpose", "prefetch;prerender"],
      ["X-Moz", "prefetch"],
    ] as const;
    for (const [name, value] of hints)
      expect((await get(`/t/c/${token}`).set(name, value)).status).toBe(302);
    expect((await get(`/t/c/${await shown({ test: true })}`)).headers.location).toBe(landingUrl);
    expect(counted()).toEqual([]);
    await get(`/t/c/${token}`);
    expect(counted()).toEqual(["click 0"]);
  });

  it("of a creative that is gone is a 404", async () => {
    expect((await get(`/t/c/${await shown({ creativeId: 98 })}`)).status).toBe(404);
  });

  it("takes no other method", async () => {
    expect((await request(house.app).post(`/t/i/${await shown()}`)).status).toBe(404);
    expect(counted()).toEqual([]);
  });

  it("still answers while Redis is away, and counts when it is back", async () => {
    const [view, click] = [await shown(), await shown()];
    await money.redis.del("{m7}:epoch");
    expect((await get(`/t/i/${view}`)).status).toBe(200);
    expect((await get(`/t/i/${view}`)).status).toBe(200);
    expect((await get(`/t/c/${click}`)).headers.location).toBe(landingUrl);
    expect(counted()).toEqual([]);
    expect(await house.spool.replayAll(house.events.replay)).toBe(0);
    await money.openBuckets();
    expect(await house.spool.replayAll(house.events.replay)).toBe(3);
    expect(counted()).toEqual(["impression 5000", "click 0"]);
    expect(house.spool.counts()).toEqual({ waitingBytes: 0, lost: 0 });
  });

  it("answers at once when the server of Redis itself is gone", async () => {
    const token = await shown();
    await server.close();
    await until(() => money.redis.status !== "ready");
    const startedAt = performance.now();
    expect((await get(`/t/c/${token}`)).headers.location).toBe(landingUrl);
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(house.spool.counts().waitingBytes).toBeGreaterThan(0);
    server = await freshRedis();
  });
});
