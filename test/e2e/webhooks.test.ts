import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAtelierClient } from "../../sdk/src/client.ts";
import { verifyWebhook, type WebhookEvent } from "../../sdk/src/webhooks.ts";
import { addDays, budgetDayOf, startOfBudgetDayMs } from "../../src/budgets/budgetDay.ts";
import { defaultSamplingLimits } from "../../src/jobs/sampleDecisions.ts";
import { findCampaign } from "../../src/targeting/snapshot.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

// A receiver that listens, ads that are shown until money is gone, and the server's own timers: nothing is told by hand.

const hourMs = 3_600_000;
const dayStartMs = startOfBudgetDayMs(addDays(budgetDayOf(Date.now()), 2));
const clock = { nowMs: dayStartMs };

let receiver: Server;
let origin: string;
let secret = "";
/** What arrived and was signed; null = it was not. */
const arrived: (WebhookEvent | null)[] = [];

let system: System;
beforeAll(async () => {
  receiver = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const body = Buffer.concat(pieces).toString();
    const signature = String(incoming.headers["atelier-signature"]);
    const checked = { secret, nowMs: clock.nowMs };
    const event = await verifyWebhook({ body, signature }, checked);
    // Neither a word more in it, nor another secret, nor an old signature passes.
    const wrong = await Promise.all([
      verifyWebhook({ body: `${body} `, signature }, checked),
      verifyWebhook({ body, signature }, { ...checked, secret: `${secret}x` }),
      verifyWebhook({ body, signature }, { ...checked, nowMs: clock.nowMs + 301_000 }),
      verifyWebhook({ body, signature: undefined }, checked),
    ]);
    arrived.push(wrong.every((it) => it === null) ? event : null);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  system = await startSystem(
    { LINK_CHECKS: "loopback", DECISION_SAMPLE_EVERY: "1", INVALID_TRAFFIC: "off" },
    undefined,
    {
      clock: { nowMs: () => clock.nowMs, correct: async () => undefined },
      samplingLimits: { ...defaultSamplingLimits, workMsPerSecond: Number.POSITIVE_INFINITY },
      paidLimits: {
        oldestSnapshotMs: 86_400_000,
        outbox: { maxUnwritten: 1e5, maxAgeMs: 86_400_000 },
      },
    },
  );
  const client = createAtelierClient({ baseUrl: system.url, apiKey: system.adminKey });
  const webhook = await client.createWebhook({
    body: {
      url: `${origin}/told`,
      events: [
        "campaign.approved",
        "campaign.rejected",
        "campaign.budget_80",
        "campaign.exhausted",
        "campaign.daily_budget_exhausted",
        "campaign.under_delivering",
        "advertiser.balance_low",
        "advertiser.balance_exhausted",
      ],
    },
  });
  secret = webhook.secret;
}, 60_000);
afterAll(async () => {
  await system?.close();
  receiver.closeAllConnections();
  receiver.close();
});

const around = (lat: number, lon: number, radiusMeters: number) => ({
  include: [{ type: "circle", lat, lon, radiusMeters }],
});
const bearer = () => ({ authorization: `Bearer ${system.adminKey}` });
const read = async (path: string) => (await request(system.url).get(path).set(bearer())).body;
const typesOf = (about: Partial<WebhookEvent>): readonly string[] =>
  arrived
    .filter(
      (event) =>
        event !== null &&
        Object.entries(about).every(([name, value]) => event[name as keyof WebhookEvent] === value),
    )
    .map((event) => event?.type ?? "")
    .sort();

/** Asks at a place and shows what comes; answers whether anything did. */
async function view(postalCode: string): Promise<boolean> {
  const body = {
    visitor: { gdpr: false },
    place: { search: { postalCode } },
    placements: [{ id: "top" }],
  };
  const answer = await request(system.url).post("/v1/ads").send(body).expect(200);
  const ad = answer.body.placements[0].ads[0];
  if (ad === undefined) return false;
  await request(system.url).get(new URL(ad.tracking.impression).pathname).expect(200);
  return true;
}

/** Views until none is left, at most so many. */
async function viewAll(postalCode: string, most: number): Promise<number> {
  for (let views = 0; views < most; views++) if (!(await view(postalCode))) return views;
  return most;
}

// Each is asked for only in its own town.
const price = { bidMicros: 10_000_000 };
/** A timer looks every ten seconds. */
const lookDeadlineMs = 25_000;

/** The same without waiting for that timer: looked for again and again, and delivered by the timer that delivers. */
const untilTold = (isTold: () => boolean) =>
  until(async () => {
    await system.server.jobs.webhooks.lookOnce(clock.nowMs);
    return isTold();
  });

test("a total budget is told at four fifths and at its end, a day's when it is used up; each once", async () => {
  clock.nowMs = dayStartMs + 8 * hourMs;
  const total = await system.openShop({
    zone: around(45.8336, 1.2476, 10_000),
    ...price,
    dailyBudgetMicros: null,
    totalBudgetMicros: 50_000,
    endsOn: addDays(budgetDayOf(dayStartMs), 20),
  });
  const daily = await system.openShop({
    zone: around(45.2678, 1.7706, 10_000),
    ...price,
    dailyBudgetMicros: 20_000,
  });
  expect(await viewAll("87000", 9)).toBe(5);
  expect(await viewAll("19000", 9)).toBe(2);
  await until(() => typesOf({ campaignId: total }).length === 3, lookDeadlineMs);
  await until(() => typesOf({ campaignId: daily }).length === 2, lookDeadlineMs);
  expect(typesOf({ campaignId: total })).toEqual([
    "campaign.approved",
    "campaign.budget_80",
    "campaign.exhausted",
  ]);
  expect(typesOf({ campaignId: daily })).toEqual([
    "campaign.approved",
    "campaign.daily_budget_exhausted",
  ]);
  const exhausted = arrived.find((event) => event?.type === "campaign.exhausted");
  expect(exhausted?.data).toEqual({ totalBudgetMicros: 50_000, spentMicros: 50_000 });
  const ofDay = arrived.find((event) => event?.type === "campaign.daily_budget_exhausted");
  expect(ofDay?.data).toEqual({
    day: budgetDayOf(dayStartMs),
    dailyBudgetMicros: 20_000,
    spentMicros: 20_000,
  });
}, 60_000);

test("a prepaid balance is told when it is used up, and again when what was added is", async () => {
  const campaignId = await system.openShop({ zone: around(46.1703, 1.8718, 10_000), ...price });
  const { advertiserId } = await read(`/v1/campaigns/${campaignId}`);
  const limitTo = (creditLimitMicros: number) =>
    request(system.url)
      .put(`/v1/advertisers/${advertiserId}/credit-limit`)
      .set(bearer())
      .send({ creditLimitMicros })
      .expect(200);
  await limitTo(30_000);
  // The limit is served within half a second: until then there is none.
  const served = () => findCampaign(system.server.jobs.state.snapshot(), campaignId);
  await until(() => served()?.balanceMicros === 30_000);
  expect(await viewAll("23000", 9)).toBe(3);
  const isExhausted = (times: number) => () =>
    typesOf({ advertiserId, type: "advertiser.balance_exhausted" }).length === times;
  await untilTold(isExhausted(1));
  const event = arrived.find((it) => it?.type === "advertiser.balance_exhausted");
  expect(event).toMatchObject({
    campaignId: null,
    data: { availableMicros: 0, spentMicros: 30_000, lastDaysMicros: 0 },
  });
  await limitTo(40_000);
  await until(() => view("23000"));
  await untilTold(isExhausted(2));
  // The next day less is left than the days before have spent.
  clock.nowMs += 24 * hourMs;
  await limitTo(50_000);
  await untilTold(() => typesOf({ advertiserId, type: "advertiser.balance_low" }).length === 1);
  clock.nowMs -= 24 * hourMs;
}, 90_000);

test("a campaign that cannot deliver is told of once it is found, a rejected creative at once", async () => {
  clock.nowMs = dayStartMs;
  // In a hamlet nobody asks about.
  const campaignId = await system.openShop({ zone: around(45.678, 2.262, 1_000), ...price });
  for (let hour = 7; hour < 12; hour++) {
    clock.nowMs = dayStartMs + hour * hourMs;
    await view("19100");
  }
  clock.nowMs = dayStartMs + 12 * hourMs + 60_000;
  const { diagnosis } = system.server.jobs;
  await diagnosis.flushFunnelOnce();
  // What a timer does each minute.
  await diagnosis.diagnoseIfDueOnce(clock.nowMs);
  await untilTold(() => typesOf({ campaignId, type: "campaign.under_delivering" }).length === 1);
  const event = arrived.find((it) => it?.type === "campaign.under_delivering");
  expect(event?.data).toMatchObject({ day: budgetDayOf(dayStartMs), reason: "zone_too_small" });

  const { items } = await read(`/v1/creatives?campaignId=${campaignId}`);
  const [{ creativeId, version }] = items;
  const review = { decision: "reject", reasons: ["misleading_claim"], note: "Trop beau", version };
  await system.post(`/v1/creatives/${creativeId}/review`, review).expect(200);
  await until(() => typesOf({ campaignId, type: "campaign.rejected" }).length === 1);
  // All that came was signed as the SDK asks for it, and nothing came twice.
  expect(arrived).not.toContain(null);
  expect(new Set(arrived.map((it) => it?.id)).size).toBe(arrived.length);
}, 60_000);
