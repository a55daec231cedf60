import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { forecastAnswerSchema } from "../../src/campaigns/forecastSchema.ts";
import { campaignBody } from "../support/campaignBodies.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
const limoges = (radiusMeters: number) => ({
  include: [{ type: "circle", lat: 45.8336, lon: 1.2476, radiusMeters }],
});
const question = (over: object = {}) => ({
  zone: limoges(10_000),
  bidMicros: 5_000_000,
  dailyBudgetMicros: 5_000_000,
  ...over,
});

beforeAll(async () => {
  system = await startSystem();
  await system.openShop({ zone: limoges(15_000), bidMicros: 8_000_000 });
  await system.openShop({ zone: limoges(5_000), bidMicros: 4_000_000 });
  await system.openShop({ zone: limoges(12_000), bidMicros: 6_000_000 });
});
afterAll(() => system.close());

it("before anything was counted the census answers, and says so", async () => {
  const { status, body } = await system.post("/v1/forecasts", question());
  expect(status).toBe(200);
  const forecast = forecastAnswerSchema.parse(body);
  expect(forecast.basis).toBe("prior");
  expect(forecast.period.days).toBe(7);
  expect(forecast.people.value).toBeGreaterThan(5_000);
  expect(forecast.people.value).toBeLessThan(130_000);
  expect(forecast.spendMicros.value).toBe(35_000_000);
  expect(forecast.spendMicros.low).toBeLessThanOrEqual(forecast.spendMicros.value);
  expect(forecast.competition).toMatchObject({ campaigns: 0, isBelowFive: true });
  expect(forecast.map.cells.length).toBeGreaterThan(0);
});

it("other campaigns' bids are what is to be beaten", async () => {
  const shareOf = async (bidMicros: number) =>
    (await system.post("/v1/forecasts", question({ bidMicros }))).body.competition.shareWon;
  // Three slots of a page, three shops: who bids less than all of them wins only where they are not.
  expect(await shareOf(1_000_000)).toBeLessThan(0.5);
  expect(await shareOf(30_000_000)).toBe(1);
});

it("a budget that a village cannot spend is told of, with what would help", async () => {
  const zone = { include: [{ type: "circle", lat: 45.678, lon: 2.262, radiusMeters: 4_000 }] };
  const { body } = await system.post(
    "/v1/forecasts",
    question({ zone, dailyBudgetMicros: 500_000_000 }),
  );
  expect(body.budgetShareSpent).toBeLessThan(0.5);
  expect(body.warnings[0].code).toBe("budget_not_spent");
  const larger = body.warnings[0].levers.find(
    (one: { kind: string }) => one.kind === "larger_radius",
  );
  expect(larger.addMeters).toBeGreaterThan(0);
  expect(larger.spendMicrosPerDay * 7).toBeGreaterThan(body.spendMicros.value);
});

it("bad questions are told everything that is wrong with them", async () => {
  const { status, body } = await system.post("/v1/forecasts", {
    zone: { include: [{ type: "commune", inseeCode: "99999" }] },
    bidMicros: 5_500,
    startsOn: "2026-06-01",
    endsOn: "2026-12-01",
    audience: [{ segment: "nobody" }],
    surprise: 1,
  });
  expect(status).toBe(422);
  const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer).sort();
  expect(pointers).toEqual([
    "/audience/0",
    "/bidMicros",
    "/endsOn",
    "/surprise",
    "/zone/include/0/inseeCode",
  ]);
  const unknown = await system.post(
    "/v1/forecasts",
    question({ audience: [{ segment: "nobody", minScore: 0.5 }] }),
  );
  expect(unknown.status).toBe(422);
  expect(unknown.body.errors).toEqual([
    { pointer: "/audience/0/segment", rule: "must be an existing segment" },
  ]);
});

it("nobody without a key gets one", async () => {
  const answer = await request(system.url).post("/v1/forecasts").send(question());
  expect(answer.status).toBe(401);
});

it("a dry run of a campaign tells what it can expect", async () => {
  const advertiser = await system.create("/v1/advertisers", {
    name: "Essai",
    payerName: "Essai",
    trade: "essai",
  });
  const { status, body } = await system.post(
    "/v1/campaigns?dryRun=1",
    campaignBody({ advertiserId: advertiser.advertiserId, zone: limoges(10_000) }),
  );
  expect(status).toBe(200);
  expect(forecastAnswerSchema.parse(body.forecast).basis).toBe("prior");
});
