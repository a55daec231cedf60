import { createHash } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { trafficCellOf } from "../../src/budgets/pacing/pacedCampaign.ts";
import { compileZone } from "../../src/geo/compileZone.ts";
import { createLocator } from "../../src/geo/locate.ts";
import { buildMeasuredSample } from "../../src/jobs/buildForecastSample.ts";
import { chooseRequest, createForecastRecorder } from "../../src/jobs/forecastRecorder.ts";
import { forecastCampaign } from "../../src/reports/forecast/forecast.ts";
import { countKept } from "../../src/reports/hyperLogLog.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import { createForecastPeople } from "../../src/stores/postgres/forecastPeople.ts";
import { createForecastSamples, levelCount } from "../../src/stores/postgres/forecastSamples.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { createForecastSampleReader } from "../../src/stores/postgres/readForecastSample.ts";
import { createTrafficHours } from "../../src/stores/postgres/trafficHours.ts";
import { buildRequest, fullConsent } from "../support/requestBuilder.ts";
import { freshDatabase, type TestDatabase } from "../support/servers.ts";

const places = readPlaces();
const locator = createLocator(places);
const dayMs = 86_400_000;
/** A Monday, midnight in Paris. */
const startMs = Date.UTC(2026, 4, 31, 22);
const nowMs = startMs + 4 * dayMs;

let database: TestDatabase;
let db: ReturnType<typeof createDatabase>;
beforeAll(async () => {
  database = await freshDatabase();
  db = createDatabase({ url: database.url, maxConnections: 4, statementTimeoutMs: 5_000 });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const limoges = locator.locateSearch({ inseeCode: "87085" });
const nobody = { scores: null, impressions: new Map<string, readonly number[]>() };
const people = 800;

/** Everybody looks at two pages a day for four days; a third of the pages are nobody's. */
async function gather(): Promise<void> {
  const samples = createForecastSamples(db);
  const recorder = createForecastRecorder(samples);
  recorder.learn({ levels: await samples.readLevels(), segmentIds: [7] });
  for (let day = 0; day < 4; day++)
    for (let person = 0; person < people; person++) {
      const request = buildRequest({
        decisionId: `${day} ${person}`,
        nowMs: startMs + day * dayMs + 9 * 3_600_000 + person * 1_000,
        places: limoges === null ? [] : [limoges],
        page: { category: person % 2 === 0 ? "vehicules/voitures" : null, keywords: [] },
      });
      const visitor = { ...nobody, scores: new Map([[7, (person % 10) / 10]]) };
      recorder.hear(request, { visitorKey: `visitor-${person}`, visitor }, []);
      if (person % 2 === 0)
        recorder.hear(
          { ...request, decisionId: `nobody ${day} ${person}`, hasStableVisitor: false },
          { visitorKey: null, visitor: nobody },
          [],
        );
    }
  await recorder.flushOnce();
}

const build = (atMs: number) =>
  buildMeasuredSample(
    {
      reader: createForecastSampleReader(db),
      traffic: createTrafficHours(db),
      people: createForecastPeople(db),
      places,
      competition: { campaigns: 0, byBucket: new Map() },
      salt: 1,
    },
    atMs,
  );

const zone = compileZone(
  { include: [{ type: "circle", lat: 45.8336, lon: 1.2476, radiusMeters: 15_000 }], exclude: [] },
  places,
);
const question = {
  zone,
  placeIntention: "any",
  formats: ["native"],
  wantedCategories: [],
  avoidedCategories: [],
  devices: [],
  hoursOfWeek: null,
  audience: [],
  frequencyCaps: [],
  pricing: "cpm",
  bidMicros: 5_000_000,
  dailyBudgetMicros: null,
  totalBudgetMicros: null,
  startsOn: "2026-06-05",
  endsOn: "2026-06-08",
} as const;

it("what was heard is what is forecast: people, pages of people and of nobody, categories, scores", async () => {
  await gather();
  const sample = await build(nowMs);
  if (sample === null) throw new Error("no sample");
  expect(sample.rows.count).toBe(people * 4 * 1.5);
  const all = forecastCampaign(sample, question);
  expect(all.basis).toBe("measured");
  expect(Math.abs((all.people.value ?? 0) - people)).toBeLessThanOrEqual(25);
  expect(all.opportunitiesPerDay.value).toBe(people * 1.5);
  const cars = forecastCampaign(sample, { ...question, wantedCategories: ["vehicules"] });
  expect(Math.abs((cars.people.value ?? 0) - people / 2)).toBeLessThanOrEqual(25);
  const audience = [{ segmentId: 7, minScore: 0.5, multiplier: null }];
  const keen = forecastCampaign(sample, { ...question, audience });
  expect(Math.abs((keen.people.value ?? 0) - people / 2)).toBeLessThanOrEqual(25);
});

it("with less than two days of it nothing is taken for measured", async () => {
  expect(await build(startMs + 1.5 * dayMs)).toBeNull();
});

it("counted traffic corrects what was not heard", async () => {
  const hours = createTrafficHours(db);
  const cell = trafficCellOf(limoges?.cell ?? "");
  const first = startMs / 3_600_000;
  await hours.add(
    Array.from({ length: 96 }, (_, hour) => ({
      cell: cell ?? 0,
      hour: first + hour,
      requests: 100,
    })),
  );
  const sample = await build(nowMs);
  if (sample === null) throw new Error("no sample");
  const { opportunitiesPerDay } = forecastCampaign(sample, question);
  expect(Math.abs(opportunitiesPerDay.value / 2_400 - 1)).toBeLessThan(0.1);
});

it("a precise position is written down no finer than a resolution-7 cell", async () => {
  const samples = createForecastSamples(db);
  const recorder = createForecastRecorder(samples);
  const precise = locator.locateDevice({ lat: 44.9334, lon: 4.8924, accuracyMeters: 10 }, true);
  const request = buildRequest({ nowMs, places: precise === null ? [] : [precise] });
  recorder.hear(request, { visitorKey: "precise", visitor: nobody }, []);
  await recorder.flushOnce();
  const { rows } = await sql<{
    cell: string;
    lat: number;
    samples: readonly (readonly number[])[];
  }>`
    select cell, lat, samples from forecast_places where source = 1`.execute(db);
  expect(rows[0]?.cell[1]).toBe("7");
  expect(rows[0]?.lat).toBe(44.93);
  expect(rows[0]?.samples[0]?.slice(0, 2)).toEqual([44.93, 4.89]);
});

it("who did not consent to be measured is nobody, and their scores are not kept", async () => {
  const samples = createForecastSamples(db);
  const recorder = createForecastRecorder(samples);
  recorder.learn({ levels: new Map(), segmentIds: [7] });
  const scored = { ...nobody, scores: new Map([[7, 0.9]]) };
  const request = buildRequest({ nowMs, consent: { ...fullConsent, mayMeasure: false } });
  recorder.hear(request, { visitorKey: "unmeasured", visitor: scored }, []);
  const plain = buildRequest({ nowMs, consent: { ...fullConsent, mayPersonalise: false } });
  recorder.hear(plain, { visitorKey: "unprofiled", visitor: scored }, []);
  await recorder.flushOnce();
  const { rows } = await sql<{ visitorKey: string; scores: unknown }>`
    select visitor_key as "visitorKey", scores from forecast_visitors
    where visitor_key in ('unmeasured', 'unprofiled')`.execute(db);
  expect(rows).toEqual([{ visitorKey: "unprofiled", scores: null }]);
});

it("what could not be added waits, and what finds no room is counted", async () => {
  let isAway = true;
  const added: number[] = [];
  const recorder = createForecastRecorder(
    {
      async add({ opportunities }) {
        if (isAway) throw new Error("away");
        added.push(opportunities.length);
      },
    },
    { mostWaiting: 3 },
  );
  for (let number = 0; number < 5; number++)
    recorder.hear(buildRequest({ nowMs }), { visitorKey: `v${number}`, visitor: nobody }, []);
  await expect(recorder.flushOnce()).rejects.toThrow("away");
  expect(recorder.state()).toEqual({ waiting: 3, dropped: 2 });
  isAway = false;
  await recorder.flushOnce();
  expect(added).toEqual([3]);
});

it("full buckets are thinned by visitor, and still stand for everybody", async () => {
  const samples = createForecastSamples(db);
  expect(await samples.thin(1_000_000, 600)).toBeGreaterThan(3_000);
  const levels = await samples.readLevels();
  expect([...levels.values()]).toContain(3);
  const { rows } = await sql<{ visits: number }>`
    select count(*)::integer as visits from forecast_opportunities
    where visitor_key like 'visitor-%' group by visitor_key`.execute(db);
  // All of a visitor's requests, or none.
  expect(new Set(rows.map(({ visits }) => visits))).toEqual(new Set([4]));
  expect(rows.length * 8).toBeGreaterThan(people * 0.7);
  expect(rows.length * 8).toBeLessThan(people * 1.3);
});

it("people and pages of a thinned bucket's places are counted by two nodes as one, and of one thinned further all together", async () => {
  const store = createForecastPeople(db);
  const bucket = [...(await createForecastSamples(db).readLevels()).keys()][0] ?? 0;
  const atMs = startMs + 9 * 3_600_000;
  const nodes = [1, 2].map(() => createForecastRecorder(createForecastSamples(db)));
  const told: unknown[] = [];
  for (const level of [3, 7]) {
    for (const [number, node] of nodes.entries()) {
      node.learn({ levels: new Map([[bucket, level]]), segmentIds: [] });
      for (let person = 400 * number; person < 400 * number + 800; person++) {
        const visitorKey = createHash("sha256")
          .update(`${person}`)
          .digest("base64url")
          .slice(0, 22);
        const at = limoges === null ? [] : [limoges];
        node.hear(buildRequest({ nowMs: atMs, places: at }), { visitorKey, visitor: nobody }, []);
      }
    }
    await Promise.all(nodes.map((node) => node.flushPeople(store)));
  }
  await store.forEachBucket("2026-06-01", (found, weeks) => {
    for (const { place, week, firstAtMs, pages, sketch } of weeks)
      told.push([found, place > 0, week, firstAtMs, pages, Math.round(countKept(sketch) / 100)]);
  });
  expect(told).toEqual([
    [bucket, false, "2026-06-01", atMs, 1_600, 12],
    [bucket, true, "2026-06-01", atMs, 1_600, 12],
  ]);
  await store.prune(nowMs + 40 * dayMs);
  await store.forEachBucket("2026-06-01", () => told.push("more"));
  expect(told).toHaveLength(2);
});

it("of a place with fewer than 50 people only their number is kept, two days after the week", async () => {
  const store = createForecastPeople(db);
  const week = "2026-06-01";
  const counted = (place: number, codes: number) => ({
    ...{ bucket: 77, place, week, firstAtMs: startMs, pages: 90 },
    codes: Array.from({ length: codes }, (_, register) => 64 * register + 1),
  });
  await store.add([counted(1, 49), counted(2, 50), counted(3, 0), counted(4, 30)]);
  // Thirty a week, but sixty in two: nobody of them is one of few.
  const others = Array.from({ length: 30 }, (_, register) => 64 * (register + 30) + 1);
  await store.add([{ ...counted(4, 0), week: "2026-06-08", codes: others }]);
  const sketches = async () => {
    const kept: (readonly [number, number, number])[] = [];
    await store.forEachBucket(week, (bucket, weeks) => {
      for (const { place, sketch } of weeks)
        if (bucket === 77) kept.push([place, sketch.length, Math.round(countKept(sketch))]);
    });
    return kept;
  };
  await store.forgetFew(startMs + 9 * dayMs - 1);
  const before = [1 + 3 * 49, 1 + 3 * 50, 1, 1 + 3 * 30, 1 + 3 * 30];
  expect((await sketches()).map(([, bytes]) => bytes)).toEqual(before);
  await store.forgetFew(startMs + 9 * dayMs);
  expect(await sketches()).toEqual([
    [1, 2, 49],
    [2, 1 + 3 * 50, 50],
    [3, 1, 0],
    [4, 1 + 3 * 30, 30],
    [4, 1 + 3 * 30, 30],
  ]);
  // What a node tells later finds nobody to be added to, and is no fault.
  await store.add([counted(1, 60)]);
  expect((await sketches())[0]).toEqual([1, 2, 49]);
});

it("a place that was counted is known as one, though nobody there is in the sample", async () => {
  const samples = createForecastSamples(db);
  const recorder = createForecastRecorder(samples);
  const bucket = [...(await samples.readLevels()).keys()][0] ?? 0;
  // One in 64, of whom these are none.
  recorder.learn({ levels: new Map([[bucket, 6]]), segmentIds: [] });
  const couzeix = locator.locateSearch({ inseeCode: "87050" });
  if (couzeix === null) throw new Error("no such commune");
  const request = buildRequest({ nowMs, places: [couzeix] });
  const isOut = (visitorKey: string): boolean =>
    !chooseRequest(request, visitorKey, new Map([[bucket, 6]])).isSampled;
  const outside = Array.from({ length: 20 }, (_, number) => `outside-${number}`).filter(isOut);
  for (const visitorKey of outside) recorder.hear(request, { visitorKey, visitor: nobody }, []);
  const inside = buildRequest({ nowMs, places: [], decisionId: "elsewhere" });
  recorder.hear(inside, { visitorKey: "anybody", visitor: nobody }, []);
  await recorder.flushOnce();
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from forecast_places where round(lat::numeric, 3) = ${couzeix.centre.lat.toFixed(3)}::numeric`.execute(
    db,
  );
  expect(outside.length).toBeGreaterThan(10);
  expect(rows[0]?.count).toBe(1);
});

it("thinning fills what room there is, the small first", () => {
  expect(levelCount([10, 100, 1_000], 5_000, 2_000)).toBe(2_000);
  expect(levelCount([10, 100, 1_000], 300, 2_000)).toBe(190);
  expect(levelCount([1_000, 1_000], 1_000, 2_000)).toBe(500);
  expect(levelCount([1_000, 1_000], 10_000, 300)).toBe(300);
});

it("a visitor who is erased leaves nothing", async () => {
  const samples = createForecastSamples(db);
  const { rows } = await sql<{ key: string }>`
    select visitor_key as key from forecast_opportunities where visitor_key is not null limit 1`.execute(
    db,
  );
  const key = rows[0]?.key ?? "";
  expect(await samples.eraseVisitor(key)).toBeGreaterThan(1);
  const left = await sql<{ count: number }>`
    select (select count(*) from forecast_opportunities where visitor_key = ${key})::integer
      + (select count(*) from forecast_visitors where visitor_key = ${key})::integer as count`.execute(
    db,
  );
  expect(left.rows[0]?.count).toBe(0);
  expect(await samples.eraseVisitor(key)).toBe(0);
});

it("what is old is forgotten", async () => {
  const samples = createForecastSamples(db);
  expect(await samples.prune(nowMs + dayMs)).toBeGreaterThan(100);
  const left = await sql<{ count: number }>`
    select count(*)::integer as count from forecast_opportunities`.execute(db);
  expect(left.rows[0]?.count).toBe(0);
});
