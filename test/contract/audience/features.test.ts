import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bucketOf, bucketText, parseBucketText } from "../../../src/audience/models/featureHash.ts";
import {
  createLinearScores,
  type LinearModel,
} from "../../../src/audience/scoring/linearScores.ts";
import { sqlTimestamp } from "../../../src/audience/scoring/scoringDates.ts";
import {
  affinityStep,
  commonSteps,
  type FeatureStep,
  type FeatureTable,
  featureSql,
  featureSteps,
  featureTables,
  labelSteps,
} from "../../../src/stores/lake/scoring/featureSteps.ts";
import {
  type ActivityRow,
  fillActivity,
  furthestApart,
  openDuckDb,
  openPostgres,
  randomActivity,
  type SqlEngine,
  tableRows,
} from "../../support/audience/visitorActivity.ts";
import { freshDatabase, type TestDatabase } from "../../support/servers.ts";

const asOfMs = Date.UTC(2026, 5, 1);
const asOf = sqlTimestamp(asOfMs);
const activity = randomActivity({ visitors: 130, each: 12, asOfMs, seed: 7 });
let database: TestDatabase;
let duckdb: SqlEngine;
let postgres: SqlEngine;

beforeAll(async () => {
  database = await freshDatabase();
  [duckdb, postgres] = await Promise.all([openDuckDb(), openPostgres(database.url)]);
});
afterAll(async () => {
  await Promise.all([duckdb.close(), postgres.close()]);
  await database.drop();
});

/** Runs every statement in the order of a run; `rewrite` may spoil one. */
async function makeAll(
  engine: SqlEngine,
  rows: readonly ActivityRow[],
  rewrite: (step: FeatureStep, sql: string) => string = (_, sql) => sql,
): Promise<void> {
  for (const table of Object.keys(featureTables) as FeatureTable[]) await engine.emptyTable(table);
  await fillActivity(engine, rows);
  await engine.run(
    "insert into in_market_segments values (1, 'vehicules', 3), (2, 'maison/jardin', 2)",
  );
  await engine.run(
    "insert into behaviour_segments values (3, 'buyer'), (4, 'seller'), (5, 'local'), (6, 'thrifty'), (7, 'choosy')",
  );
  await engine.run(
    `insert into segment_seeds values (8, 'v${"3".padStart(21, "0")}', cast('2026-06-03 12:00:00' as timestamp))`,
  );
  const run = (step: FeatureStep) =>
    engine.run(
      `insert into ${step.table} ${rewrite(step, featureSql(step.statement))}`,
      step.isDated ? [asOf] : [],
    );
  for (const step of [...commonSteps, affinityStep]) await run(step);
  await engine.emptyTable("visitor_counts");
  for (const step of [...featureSteps, ...labelSteps]) await run(step);
}

const made = [
  ...new Set(
    [...commonSteps, affinityStep, ...featureSteps, ...labelSteps].map((step) => step.table),
  ),
];

test("every statement of features and labels has the same rows on DuckDB and on Postgres", async () => {
  await Promise.all([makeAll(duckdb, activity), makeAll(postgres, activity)]);
  for (const table of made) {
    const [here, there] = [await tableRows(duckdb, table), await tableRows(postgres, table)];
    expect(here.length, table).toBeGreaterThan(0);
    expect(furthestApart(here, there), table).toBeLessThan(1e-6);
  }
  const labels = await tableRows(duckdb, "labels");
  expect([...new Set(labels.map((row) => row.segment_id))].sort()).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8,
  ]);
});

const eventsBefore = activity.filter((row) => Date.parse(row.occurredAt) < asOfMs);

/** Statements of features whose rows change by what happens at the date or later. `spoil` may plant such a leak. */
async function leakingStatements(spoil: (sql: string) => string): Promise<readonly string[]> {
  await makeAll(duckdb, eventsBefore);
  const rowsOf = async (step: FeatureStep, rows: readonly ActivityRow[]) => {
    await fillActivity(duckdb, rows);
    await duckdb.emptyTable(step.table);
    await duckdb.run(`insert into ${step.table} ${spoil(featureSql(step.statement))}`, [asOf]);
    return tableRows(duckdb, step.table);
  };
  const leaking: string[] = [];
  for (const step of readers) {
    const [before, whole] = [await rowsOf(step, eventsBefore), await rowsOf(step, activity)];
    const apart = furthestApart(before, whole);
    if (apart === null || apart > 1e-9) leaking.push(step.statement);
  }
  return leaking;
}

const statements = [...new Set([...commonSteps, affinityStep, ...featureSteps])];
/** Those that read events; the others read what these have made. */
const readers = statements.filter(
  (step, index) =>
    featureSql(step.statement).includes("visitor_activity") &&
    statements.findIndex(({ statement }) => statement === step.statement) === index,
);

test("no feature changes by what happens at its date or later", async () => {
  expect(readers.map(({ statement }) => statement).sort()).toEqual([
    "category_prices",
    "price_features",
    "season_features",
    "visitor_counts",
    "visitor_places",
  ]);
  expect(readers.every(({ isDated }) => isDated)).toBe(true);
  expect(await leakingStatements((sql) => sql)).toEqual([]);
});

test("a statement that looks a week ahead is found out, whichever of those that read events it is", async () => {
  const planted = await leakingStatements((sql) =>
    sql.replaceAll(
      "occurred_at < cast($1 as timestamp)",
      "occurred_at < cast($1 as timestamp) + interval '7 days'",
    ),
  );
  expect(planted).toEqual(readers.map(({ statement }) => statement));
});

const scoreSql = readFileSync(
  join(import.meta.dirname, "../../../warehouse/sql/score.sql"),
  "utf8",
);

test("scores by SQL from a model's coefficients equal those of this program within 1e-6, on DuckDB and on Postgres", async () => {
  await Promise.all([makeAll(duckdb, activity), makeAll(postgres, activity)]);
  const buckets = [
    ...new Set((await tableRows(duckdb, "feature_buckets")).map((row) => String(row.bucket))),
  ];
  const models: readonly LinearModel[] = [11, 12, 13].map((segmentId, column) => ({
    segmentId,
    slope: 0.5 + column,
    intercept: -1 - column,
    coefficients: buckets
      .filter((_, index) => index % (column + 2) !== 0)
      .map((bucket, index) => ({
        bucket: parseBucketText(bucket),
        weight: Math.sin(index * 7 + column),
      })),
  }));
  const score = createLinearScores(models);
  const local = new Map<string, number>();
  const byVisitor = Map.groupBy(await tableRows(duckdb, "feature_buckets"), (row) =>
    String(row.visitor_key),
  );
  for (const [visitor, rows] of byVisitor) {
    const scores = score(
      rows.map((row) => parseBucketText(String(row.bucket))),
      rows.map((row) => Number(row.value)),
    );
    for (const [column, { segmentId }] of models.entries())
      local.set(`${visitor} ${segmentId}`, scores[column] ?? -1);
  }
  for (const engine of [duckdb, postgres]) {
    await engine.run(
      "create temp table coefficients (segment_id bigint, bucket varchar, weight double precision)",
    );
    await engine.run(
      "create temp table segment_models (segment_id bigint, slope double precision, intercept double precision)",
    );
    for (const { segmentId, slope, intercept, coefficients } of models) {
      await engine.run(`insert into segment_models values (${segmentId}, ${slope}, ${intercept})`);
      const values = coefficients.map(
        ({ bucket, weight }) => `(${segmentId}, '${bucketText(bucket)}', ${weight})`,
      );
      await engine.run(`insert into coefficients values ${values.join(", ")}`);
    }
    const rows = await engine.rows(scoreSql);
    expect(rows).toHaveLength(local.size);
    const furthest = Math.max(
      ...rows.map((row) =>
        Math.abs(Number(row.score) - (local.get(`${row.visitor_key} ${row.segment_id}`) ?? 9)),
      ),
    );
    expect(furthest).toBeLessThan(1e-6);
  }
});

test("a feature's bucket is the same in SQL and in this program", async () => {
  await makeAll(duckdb, activity.slice(0, 200));
  const names = (await tableRows(duckdb, "visitor_features")).map((row) => String(row.name));
  const stored = new Set(
    (await tableRows(duckdb, "feature_buckets")).map((row) => String(row.bucket)),
  );
  expect(names.every((name) => stored.has(bucketText(bucketOf(name))))).toBe(true);
});
