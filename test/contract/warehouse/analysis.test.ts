import { createHash } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../../src/demo/random.ts";
import {
  type AnalysisStatement,
  analysisStatements,
  type Warehouse,
} from "../../../src/jobs/warehousePorts.ts";
import { workOutInsights } from "../../../src/jobs/workOutInsights.ts";
import { addWeeks } from "../../../src/reports/demand/weeks.ts";
import { createFolderStorage } from "../../../src/stores/lake/folderStorage.ts";
import { tableOf } from "../../../src/stores/lake/lakeTable.ts";
import { openLakeWarehouse } from "../../../src/stores/lake/lakeWarehouse.ts";
import { openLakeReader } from "../../../src/stores/lake/readLake.ts";
import { createInsightReads, createInsightWrites } from "../../../src/stores/postgres/insights.ts";
import { createDatabase } from "../../../src/stores/postgres/pool.ts";
import { createRedshiftClient } from "../../../src/stores/redshift/client.ts";
import { createRedshiftWarehouse } from "../../../src/stores/redshift/redshiftWarehouse.ts";
import {
  openTestLake,
  publishedSchemas,
  type TestLake,
  type ToldEvent,
} from "../../support/lake.ts";
import { freshDatabase, type TestDatabase } from "../../support/servers.ts";
import {
  type RedshiftEmulator,
  startRedshiftEmulator,
} from "../../support/warehouse/redshiftEmulator.ts";

const categories = ["maison/jardin", "vehicules/voitures", "animaux"];
/** Few people live in the last three: 23 and 48 are told together, 2A not at all. */
const communes = ["87085", "33063", "23096", "48095"];
const period = { from: "2025-12-01", to: "2026-03-01" };
const asked = { ...period, category: "*", departement: "*" };

interface Happened {
  readonly atMs: number;
  readonly kind: string;
  readonly category: string;
  readonly departement: string;
  readonly person: string | null;
}

const random = createRandom(11);
const told: ToldEvent[] = [];
const happened: Happened[] = [];
for (let index = 0; index < 5_000; index++) {
  const visitor = Math.floor(360 * random.next() ** 1.5);
  const commune =
    communes[visitor % 20 < 12 ? 0 : visitor % 20 < 17 ? 1 : visitor % 20 < 19 ? 2 : 3]!;
  // Few hours keep the lake small: one a fortnight.
  const atMs = Date.UTC(2025, 11, 2 + 14 * random.integer(0, 6), 12, random.integer(0, 59));
  const kind = random.pick(["search", "listing_view", "contact", "deposit", "page_view"]);
  const category = categories[(visitor + (random.chance(0.3) ? 1 : 0)) % 3]!;
  const isKnown = visitor % 7 !== 0;
  const visitorKey = createHash("md5").update(`v${visitor}`).digest("base64url");
  const payload = {
    kind,
    category,
    inseeCode: commune,
    priceMicros: index * 1_000,
    ...(isKnown ? { visitorKey } : {}),
  };
  const id = createHash("md5").update(String(index)).digest("hex");
  const eventId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  told.push({ schema: "page_activity.v1", eventId, occurredAtMs: atMs, payload });
  happened.push({
    atMs,
    kind,
    category,
    departement: commune.slice(0, 2),
    person: isKnown ? visitorKey : null,
  });
}

let lake: TestLake;
let duck: Warehouse;
let database: TestDatabase;
let client: pg.Client;
let emulator: RedshiftEmulator;
let redshift: ReturnType<typeof createRedshiftWarehouse>;
const waits: number[] = [];

beforeAll(async () => {
  const schemas = await publishedSchemas("page_activity.v1", "ad_event.v1");
  lake = await openTestLake(schemas);
  for (const [hour, events] of Map.groupBy(told, ({ occurredAtMs }) =>
    new Date(occurredAtMs).toISOString().slice(0, 13),
  ))
    await lake.write(
      hour,
      events.map(({ occurredAtMs, ...event }) =>
        JSON.stringify({
          schema: event.schema,
          eventId: event.eventId,
          occurredAt: new Date(occurredAtMs).toISOString(),
          payload: event.payload,
        }),
      ),
      "page_activity.v1",
    );
  await lake.pass({ nowMs: Date.UTC(2026, 2, 1) });
  const storage = createFolderStorage(lake.lake);
  duck = await openLakeWarehouse(storage, await publishedSchemas());
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const reader = await openLakeReader(storage, schemas);
  for (const schema of schemas) {
    const { viewName, columns } = tableOf(schema);
    await client.query(
      `create temp table ${viewName} (${columns.map(({ name, type }) => `${name} ${type}`).join(", ")})`,
    );
    const rows = JSON.stringify(await reader.rows(schema.$id), (_key, value) =>
      typeof value === "bigint" ? Number(value) : value,
    );
    await client.query(
      `insert into ${viewName} select * from json_populate_recordset(null::${viewName}, $1)`,
      [rows],
    );
  }
  reader.close();
  await client.query("analyze");
  emulator = await startRedshiftEmulator(client);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  redshift = createRedshiftWarehouse({
    client: createRedshiftClient({ endpoint: emulator.url, region: "eu-west-3", credentials }),
    target: { database: "atelier", workgroup: "analysis", cluster: null, secretArn: null },
    wait: async (ms) => void waits.push(ms),
  });
});
afterAll(async () => {
  duck?.close();
  redshift?.close();
  await emulator?.close();
  await client?.end();
  await database?.drop();
  await lake?.close();
});

const parametersOf = (name: AnalysisStatement) => (name.endsWith("_months") ? period : asked);

describe("one statement, two engines", () => {
  test.each(analysisStatements)(
    "%s answers the same on DuckDB and through Redshift's Data API on Postgres",
    async (name) => {
      const [onDuck, onRedshift] = [
        await duck.runStatement(name, parametersOf(name)),
        await redshift.runStatement(name, parametersOf(name)),
      ];
      expect(rounded(onRedshift)).toEqual(rounded(onDuck));
      if (name !== "ad_months") expect(onDuck.length).toBeGreaterThan(1);
    },
  );

  test.each(["demand", "trends", "retention", "affinities", "reach"] as const)(
    "%s of one category and département too",
    async (name) => {
      const parameters = { ...period, category: "maison/jardin", departement: "87" };
      const onDuck = await duck.runStatement(name, parameters);
      expect(rounded(await redshift.runStatement(name, parameters))).toEqual(rounded(onDuck));
      expect(onDuck.length).toBeGreaterThan(0);
    },
  );
});

function rounded(rows: readonly Readonly<Record<string, unknown>>[]) {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === "number" ? Number(value.toPrecision(12)) : value,
      ]),
    ),
  );
}

describe("what the statements count", () => {
  const people = (events: readonly Happened[]) =>
    new Set(events.flatMap(({ person }) => person ?? [])).size;
  const tens = (count: number) => count - (count % 10);

  test("demand is told of groups of 50 people, small départements together, and the country is the sum of what is told", async () => {
    const rows = await duck.runStatement("demand", asked);
    const looked = happened.filter(({ kind }) =>
      ["search", "listing_view", "contact"].includes(kind),
    );
    const expected: unknown[] = [];
    for (const [group, events] of Map.groupBy(
      looked,
      ({ atMs, category }) => `${mondayOf(atMs)} ${category}`,
    )) {
      const [week = "", category = ""] = group.split(" ");
      const byPlace = Map.groupBy(events, ({ departement }) => departement);
      const large = [...byPlace].filter(([, own]) => people(own) >= 50);
      const small = [...byPlace].filter(([, own]) => people(own) < 50).flatMap(([, own]) => own);
      const areas = [...large, ...(people(small) >= 50 ? [["other", small] as const] : [])];
      if (areas.length === 0) continue;
      const all = areas.flatMap(([, own]) => own);
      for (const [departement, own] of [...areas, ["*", all] as const])
        expected.push({
          week,
          category,
          departement,
          events: own.length,
          people: tens(people(own)),
        });
    }
    expect(expected.length).toBeGreaterThan(20);
    expect(sorted(rows)).toEqual(sorted(expected));
    expect(rows.some(({ departement }) => departement === "23")).toBe(false);
  });

  test("no figure of any statement is about fewer than 50 people", async () => {
    for (const name of ["demand", "trends", "retention", "affinities", "reach"] as const)
      for (const row of await duck.runStatement(name, asked)) {
        expect(row.people, name).toBeGreaterThanOrEqual(50);
        expect(Number(row.people) % 10, name).toBe(0);
      }
  });

  test("winter holds December, January and February of three months, told with the year that follows", async () => {
    const rows = await duck.runStatement("trends", asked);
    expect(new Set(rows.map(({ year, season }) => `${year} ${season}`))).toEqual(
      new Set(["2026 winter"]),
    );
    const all = rows
      .filter(({ departement }) => departement === "*")
      .reduce((sum, { events }) => sum + Number(events), 0);
    expect(all).toBeLessThanOrEqual(happened.length);
    expect(all).toBeGreaterThan(0.8 * happened.length);
  });

  test("who came back is counted from the first month on, and who looks at two things together more than chance has a lift above 1", async () => {
    const retention = await duck.runStatement("retention", asked);
    const first = retention.find(({ cohort, months }) => cohort === "2025-12-01" && months === 0);
    expect(first!.people).toBe(first!.cohort_people);
    const monthOf = ({ atMs }: Happened) => new Date(atMs).getUTCMonth();
    const inDecember = new Set(
      happened.filter((one) => monthOf(one) === 11).flatMap(({ person }) => person ?? []),
    );
    const back = new Set(
      happened
        .filter((one) => monthOf(one) === 0 && inDecember.has(one.person ?? ""))
        .map(({ person }) => person),
    );
    expect(
      retention.find(({ cohort, months }) => cohort === "2025-12-01" && months === 1)!.people,
    ).toBe(tens(back.size));
    const sets = new Map(
      categories.map((category) => [
        category,
        new Set(
          happened.filter((one) => one.category === category).flatMap(({ person }) => person ?? []),
        ),
      ]),
    );
    const everybody = people(happened);
    for (const { category, other, lift } of await duck.runStatement("affinities", asked)) {
      const [own, others] = [sets.get(String(category))!, sets.get(String(other))!];
      const both = [...own].filter((person) => others.has(person)).length;
      expect(lift).toBeCloseTo((both * everybody) / (own.size * others.size), 9);
    }
  });
});

describe("what is worked out of it", () => {
  test("weeks, cohorts and affinities are kept; looked at again they stay, and weeks that the lake forgot stay as well", async () => {
    const db = createDatabase({ url: database.url, maxConnections: 2, statementTimeoutMs: 10_000 });
    try {
      const [reads, writes] = [createInsightReads(db), createInsightWrites(db)];
      const work = { reads, writes, nowMs: Date.UTC(2026, 2, 4) };
      const first = await workOutInsights({ ...work, warehouse: duck });
      const rows = await duck.runStatement("demand", { ...asked, to: "2026-03-02" });
      expect(first).toMatchObject({ cells: rows.length, forecasts: first.series, shown: 0 });
      const kept = await reads.readSeries({ category: null, departement: null });
      const cells = kept.flatMap(({ category, departement, firstWeek, events }) =>
        events.flatMap((value, at) =>
          value === null ? [] : [`${addWeeks(firstWeek, at)} ${category} ${departement} ${value}`],
        ),
      );
      expect(cells.sort()).toEqual(
        rows
          .map(
            ({ week, category, departement, events }) =>
              `${week} ${category} ${departement} ${events}`,
          )
          .sort(),
      );
      expect((await reads.readRetention("*"))!.rows.length).toBeGreaterThan(2);
      const [jardin] = (await reads.readAffinities("maison/jardin"))!.rows;
      expect(jardin).toMatchObject({ category: "maison/jardin", lift: expect.any(Number) });
      expect(await reads.readForecast("animaux", "87")).toMatchObject({
        refusal: "too_short",
        madeFor: "2026-03-02",
        weeks: [],
      });
      await workOutInsights({ ...work, warehouse: duck });
      expect(await reads.readSeries({ category: null, departement: null })).toEqual(kept);
      // A lake that holds nothing any more changes nothing, and a week that is forecast is not forecast again.
      expect(await workOutInsights({ ...work, warehouse: null })).toMatchObject({
        cells: 0,
        forecasts: 0,
      });
      expect(await workOutInsights({ ...work, warehouse: redshift })).toMatchObject({
        cells: rows.length,
      });
    } finally {
      await db.destroy();
    }
  });
});

describe("Redshift's Data API", () => {
  test("is told statement text, named parameters and where, is looked at again while it works, and gives page after page", async () => {
    const before = emulator.calls.length;
    const rows = await redshift.runStatement("demand", asked);
    const calls = emulator.calls.slice(before);
    expect(calls[0]).toMatchObject({
      action: "ExecuteStatement",
      body: {
        Database: "atelier",
        WorkgroupName: "analysis",
        Parameters: expect.arrayContaining([{ name: "from", value: "2025-12-01" }]),
      },
    });
    expect(String(calls[0]!.body.Sql)).toContain(":departement");
    expect(calls.filter(({ action }) => action === "DescribeStatement")).toHaveLength(2);
    expect(calls.filter(({ action }) => action === "GetStatementResult")).toHaveLength(
      Math.ceil(rows.length / 7),
    );
    expect(waits.length).toBeGreaterThan(0);
  });

  test("what it refuses is said in its words; parameters that are missing, empty or unknown never reach it", async () => {
    await expect(redshift.runText("select nothing from nowhere")).rejects.toThrow(
      /Redshift failed the statement: ERROR: .*nowhere/,
    );
    expect(await redshift.runText("create temporary table t as select 1 as a")).toEqual([]);
    const calls = emulator.calls.length;
    await expect(redshift.runStatement("demand", period)).rejects.toThrow(
      'parameter "category" needs a value',
    );
    await expect(redshift.runStatement("demand", { ...asked, category: "" })).rejects.toThrow(
      "needs a value",
    );
    await expect(redshift.runStatement("demand", { ...asked, limit: "5" })).rejects.toThrow(
      'no parameter "limit"',
    );
    await expect(duck.runStatement("demand", { ...asked, limit: "5" })).rejects.toThrow(
      'no parameter "limit"',
    );
    expect(emulator.calls.length).toBe(calls);
  });
});

function mondayOf(atMs: number): string {
  const day = new Date(atMs);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}

function sorted(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row as object).sort())).sort();
}
