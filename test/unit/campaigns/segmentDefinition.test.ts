import { expect, test } from "vitest";
import {
  type SegmentDefinition,
  segmentDefinitionSchema,
} from "../../../src/campaigns/segments/definition.ts";
import { segmentSqlProblem } from "../../../src/campaigns/segments/lintSegmentSql.ts";
import { membersSql } from "../../../src/campaigns/segments/membersSql.ts";
import { parseScoreRequest } from "../../../src/commands/score.ts";
import { standardSegments } from "../../../src/stores/files/standardSegments.ts";

const accepted = [
  "select visitor_key from visitor_activity where kind = 'contact' group by visitor_key having count(*) > 2",
  "select visitor_key from visitor_activity where occurred_at >= cast($1 as timestamp) - interval '30 days' and category like 'maison/%'",
  "with keen as (select visitor_key, count(*) as looks from visitor_activity where extract(dow from occurred_at) in (0, 6) group by visitor_key) select visitor_key from keen where looks > 3",
  "select a.visitor_key from visitor_activity as a join (select visitor_key from visitor_activity where kind = 'deposit') as b on b.visitor_key = a.visitor_key",
  "with keen as (select visitor_key from visitor_activity), local as (select visitor_key from keen) select local.visitor_key from local join keen on keen.visitor_key = local.visitor_key",
  "select visitor_key from visitor_activity where category is not distinct from item_id",
];

test.each(accepted)("this may define an audience: %s", (sql) => {
  expect(segmentSqlProblem(sql)).toBeNull();
});

const refused: readonly (readonly [string, string])[] = [
  ["delete from visitor_activity", "must be one SELECT"],
  ["select visitor_key from visitor_activity; drop table segments", 'must not contain "; "'],
  ["select visitor_key from visitor_activity -- no", 'must not contain "--"'],
  ["select visitor_key from visitor_activity /* no */", 'must not contain "/*"'],
  ["select visitor_key from users, visitor_activity", "must not say users"],
  ["select visitor_key from read_csv('/etc/passwd'), visitor_activity", "must not call read_csv"],
  [
    "select visitor_key from '/etc/passwd' join visitor_activity on true",
    "must read tables by their names",
  ],
  ["select visitor_key from visitor_activity as a, visitor_activity as b", "must join with JOIN"],
  ['select visitor_key from "visitor_activity"', "must not contain"],
  ["select 1 as visitor_key", "must read visitor_activity"],
  ["select kind from visitor_activity", "must answer visitor_key"],
  ["select visitor_key from visitor_activity where (kind = 'contact'", "must close its brackets"],
  ["select visitor_key, pg_sleep(9) from visitor_activity", "must not call pg_sleep"],
  ["select visitor_key from visitor_activity where kind = $2", "must not contain"],
  ...[
    "select segment_seeds.visitor_key from segment_seeds as segment_seeds left join visitor_activity as a on true",
    "select kind as tables, kind as information_schema from visitor_activity union select visitor_key from information_schema.tables as tables",
    "with information_schema as (select kind as tables from visitor_activity) select visitor_key from information_schema.tables",
    "select visitor_key from (segment_seeds as segment_seeds join visitor_activity as a on true)",
    "with labels as (select visitor_key from labels) select visitor_key from visitor_activity",
    "with a as (select visitor_key from labels), labels as (select visitor_key from visitor_activity) select visitor_key from a",
  ].map((sql) => [sql, "must read tables by their names"] as const),
  [
    "select visitor_key from visitor_activity where visitor_key in (with labels as (select visitor_key from visitor_activity) select visitor_key from labels)",
    "must have its WITH at the beginning",
  ],
];

test.each(refused)("this may not: %s", (sql, why) => {
  expect(segmentSqlProblem(sql)).toContain(why);
});

test("a rule becomes a count of events a condition, and nothing of it is taken for SQL", () => {
  const definition: SegmentDefinition = segmentDefinitionSchema.parse({
    kind: "rule",
    anyOf: [
      {
        allOf: [{ kind: "search", category: "maison/jardin", days: 30, atLeast: 3 }],
        noneOf: [{ kind: "deposit", departement: "2A", days: 90 }],
      },
    ],
  });
  const sql = membersSql(definition) ?? "";
  expect(sql).toContain(
    "category = 'maison/jardin' or substring(category, 1, 14) = 'maison/jardin/'",
  );
  expect(sql).toContain("then 1 else 0 end) >= 3 and sum(");
  expect(sql).toContain("substring(insee_code, 1, 2) = '2A' then 1 else 0 end) < 1");
  for (const category of ["a' or true --", "x".repeat(101), ""])
    expect(
      segmentDefinitionSchema.safeParse({
        kind: "rule",
        anyOf: [{ allOf: [{ category, days: 3 }] }],
      }).success,
    ).toBe(false);
});

test("definitions have limits", () => {
  const condition = { days: 3 };
  const tooMany = { kind: "rule", anyOf: [{ allOf: Array(11).fill(condition) }] };
  expect(segmentDefinitionSchema.safeParse(tooMany).success).toBe(false);
  const tooLong = { kind: "rule", anyOf: [{ allOf: [{ days: 401 }] }] };
  expect(segmentDefinitionSchema.safeParse(tooLong).success).toBe(false);
  expect(segmentDefinitionSchema.safeParse({ kind: "in_market", categories: [] }).success).toBe(
    false,
  );
});

test("the segments that come with the product are valid, and their slugs differ", () => {
  const slugs = standardSegments().map(({ slug }) => slug);
  expect(slugs.length).toBeGreaterThan(30);
  expect(new Set(slugs).size).toBe(slugs.length);
});

test("the command says its usage for anything that it does not understand", () => {
  expect(parseScoreRequest(["--as-of", "2026-06-01", "--segments", "a,b", "--publish"])).toEqual({
    kind: "score",
    asOfMs: Date.UTC(2026, 5, 1),
    only: ["a", "b"],
    publishes: true,
  });
  expect(parseScoreRequest(["--rollback"])).toEqual({ kind: "rollback" });
  for (const args of [
    ["--as-of", "2026-02-30"],
    ["--segments"],
    ["--rollback", "--publish"],
    ["now"],
  ])
    expect(() => parseScoreRequest(args)).toThrow("Usage: npm run score");
});
