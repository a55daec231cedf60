import { afterAll, beforeAll, expect, test } from "vitest";
import { labelMembers } from "../../../src/jobs/scoring/labelMembers.ts";
import { planSegments } from "../../../src/jobs/scoring/segmentPlan.ts";
import {
  fillActivity,
  openDuckDb,
  randomActivity,
} from "../../support/audience/visitorActivity.ts";

const asOfMs = Date.UTC(2026, 5, 1);
let duckdb: Awaited<ReturnType<typeof openDuckDb>>;

beforeAll(async () => {
  duckdb = await openDuckDb();
});
afterAll(() => duckdb.close());

test("SQL that cannot be run is told, and the members of the other segments are found", async () => {
  await duckdb.emptyTable("labels");
  await fillActivity(duckdb, randomActivity({ visitors: 20, each: 5, asOfMs, seed: 1 }));
  const sqlSegment = (segmentId: number, sql: string) =>
    ({ segmentId, slug: `s${segmentId}`, definition: { kind: "sql", sql } }) as const;
  const plan = planSegments([
    sqlSegment(4, "select visitor_key from visitor_activity where cast(category as integer) > 1"),
    sqlSegment(5, "select visitor_key from visitor_activity"),
  ]);
  const failures = await labelMembers(duckdb, plan, "2026-06-01 00:00:00");
  expect(failures).toEqual([
    { segmentId: 4, problem: expect.stringContaining("Could not convert string") },
  ]);
  const rows = await duckdb.rows(
    "select segment_id, count(*) as people from labels group by segment_id",
  );
  expect(rows.map((row) => [Number(row.segment_id), Number(row.people)])).toEqual([[5, 20]]);
});

test("SQL that does not come to an end is ended, and told", async () => {
  await duckdb.emptyTable("labels");
  await fillActivity(duckdb, randomActivity({ visitors: 200, each: 20, asOfMs, seed: 1 }));
  const many = Array.from({ length: 5 }, (_, index) => `visitor_activity as a${index}`).join(", ");
  const sqlSegment = (segmentId: number, sql: string) =>
    ({ segmentId, slug: `s${segmentId}`, definition: { kind: "sql", sql } }) as const;
  const plan = planSegments([
    sqlSegment(
      4,
      `select a0.visitor_key from ${many} group by a0.visitor_key having max(a1.price_micros * a4.price_micros) > 0`,
    ),
    sqlSegment(5, "select visitor_key from visitor_activity"),
  ]);
  const failures = await labelMembers(duckdb, plan, "2026-06-01 00:00:00", 200);
  expect(failures).toEqual([{ segmentId: 4, problem: "it took longer than 0.2 seconds" }]);
  const [row] = await duckdb.rows("select count(*) as people from labels");
  expect(Number(row?.people)).toBe(200);
});
