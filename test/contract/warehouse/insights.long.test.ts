import express from "express";
import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareDemoInsights } from "../../../src/commands/demoInsights.ts";
import { runInsightsPass } from "../../../src/jobs/insightsPass.ts";
import { insightsRouter } from "../../../src/routes/insights.ts";
import { createProblemHandler } from "../../../src/routes/problem.ts";
import { readPlaces } from "../../../src/stores/files/places.ts";
import { createInsightReads } from "../../../src/stores/postgres/insights.ts";
import { createDatabase } from "../../../src/stores/postgres/pool.ts";
import { freshDatabase, type TestDatabase } from "../../support/servers.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
let database: TestDatabase;
let db: ReturnType<typeof createDatabase>;
const app = express();

beforeAll(async () => {
  database = await freshDatabase();
  db = createDatabase({ url: database.url, maxConnections: 2, statementTimeoutMs: 10_000 });
  const log: string[] = [];
  const demo = { nowMs, volume: 0, log: (line: string) => void log.push(line) };
  for (let times = 0; times < 2; times++)
    await prepareDemoInsights({ db, places: readPlaces() }, demo);
  expect(log).toHaveLength(1);
  app.set("query parser", "simple");
  app.use(
    insightsRouter({
      authenticate: (_request, _response, next) => next(),
      reads: createInsightReads(db),
    }),
  );
  app.use(createProblemHandler(() => undefined));
});
afterAll(async () => {
  await db?.destroy();
  await database?.drop();
});

const get = (path: string) => request(app).get(path);
const jardin = "category=maison/jardin&departement=59";

test("a forecast is told to be on its way until it is made, then with its band, its backtest and a sentence", async () => {
  const early = (await get(`/v1/demand-forecast?${jardin}`).expect(200)).body;
  expect(early).toMatchObject({ refusal: "not_yet", weeks: [], backtest: null });
  expect(early.history).toHaveLength(60);
  const order = { databaseUrl: database.url, warehouse: null, nowMs };
  const made = await runInsightsPass(order);
  expect(made.shown).toBeGreaterThan(0.7 * made.forecasts);
  expect(await runInsightsPass(order)).toMatchObject({ forecasts: 0 });
  const told = (await get(`/v1/demand-forecast?${jardin}`).expect(200)).body;
  expect(told).toMatchObject({ category: "maison/jardin", departement: "59", refusal: null });
  expect(told.weeks.map(({ week }: { week: string }) => week).slice(0, 2)).toEqual([
    "2026-11-23",
    "2026-11-30",
  ]);
  for (const { low, expected, high } of told.weeks)
    expect(low <= expected && expected <= high).toBe(true);
  expect(told.backtest.wape).toBeLessThan(told.backtest.naiveWape);
  expect(told.sentence.fr).toMatch(
    /^Dans les 8 prochaines semaines, environ .* de (plus|moins) que ces dernières semaines\.$|autant que/,
  );
  expect(
    (await get("/v1/demand-forecast?category=rien&departement=59").expect(200)).body,
  ).toMatchObject({ refusal: "unknown", history: [] });
});

test("demand, seasons, cohorts and affinities are read as they were worked out", async () => {
  const scope = (await get("/v1/insights").expect(200)).body;
  expect(scope.categories).toContain("maison/jardin");
  expect(scope).toMatchObject({
    departements: expect.arrayContaining(["59"]),
    lastWeek: "2026-11-16",
  });
  const { weeks } = (await get(`/v1/insights/demand?category=maison/jardin`).expect(200)).body;
  expect(weeks).toHaveLength(164);
  const { seasons } = (await get(`/v1/insights/trends?${jardin}`).expect(200)).body;
  const of = (season: string) =>
    seasons.find(
      (one: { season: string; year: number }) => one.season === season && one.year === 2026,
    ).eventsPerWeek;
  expect(of("spring")).toBeGreaterThan(1.5 * of("winter"));
  const retention = (await get("/v1/insights/retention").expect(200)).body;
  expect(retention.rows[0]).toMatchObject({ months: 0, cohort: "2025-11-01" });
  const { rows } = (await get("/v1/insights/affinities?category=maison/piscine").expect(200)).body;
  expect(rows[0].other).toBe("maison/jardin");
  expect((await get("/v1/insights/affinities?category=rien").expect(200)).body).toEqual({
    computedAt: null,
    rows: [],
  });
});

test.each([
  ["/v1/demand-forecast", "category"],
  ["/v1/demand-forecast?category=maison/jardin", "departement"],
  ["/v1/demand-forecast?category=maison/jardin&departement=999", "departement"],
  ["/v1/demand-forecast?category=Jardin!&departement=59", "category"],
  ["/v1/insights/trends?category=a&departement=*&more=1", "more"],
  ["/v1/insights/demand?category=a&category=b", "category"],
])("%s is refused by the name of its parameter", async (path, pointer) => {
  const { body } = await get(path).expect(400);
  expect(body.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
});
