import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDialect } from "../../../../src/stores/redshift/dialect/dialect.ts";
import { describeBreach, lintSql } from "../../../../src/stores/redshift/dialect/lintSql.ts";
import { sqlTokens, toPositional } from "../../../../src/stores/redshift/dialect/sqlTokens.ts";

const dialect = readDialect();

describe("a planted breach is found, at its line, with its reason", () => {
  test.each<[string, string, string, RegExp]>([
    [
      "a clause of Postgres alone",
      "select count(*) filter (where a = 1) from t",
      "filter",
      /case when/,
    ],
    [
      "a function of Postgres alone",
      "select string_agg(a, ',') from t",
      "string_agg",
      /Redshift has none/,
    ],
    [
      "rows out of nothing",
      "select * from generate_series(1, 3) as n",
      "generate_series",
      /table of numbers/,
    ],
    ["a function of the leader node", "select substr(a, 1, 5) from t", "substr", /leader node/],
    [
      "a function of Redshift alone",
      "select dateadd(day, 1, a) from t",
      "dateadd",
      /Redshift alone/,
    ],
    [
      "a function that nobody listed",
      "select list_sort(a) from t",
      "list_sort",
      /no list of functions/,
    ],
    ["a function in quotes", 'select "list_sort"(a) from t', '"list_sort"', /no list of functions/],
    ["a type of Postgres", "select cast(a as uuid) from t", "uuid", /no list of types/],
    ["a type of DuckDB", "select cast(a as hugeint) from t", "hugeint", /no list of types/],
    ["a cast in short", "select a::bigint from t", "::", /write cast/],
    ["an array", "select a[1] from t", "[", /no list of operators/],
    ["an operator of JSON", "select a ->> 'b' from t", "->>", /no list of operators/],
    ["a match that differs", "select a from t where a ~ 'b'", "~", /no list of operators/],
    [
      "qualify",
      "select a from t qualify row_number() over (partition by a order by b) = 1",
      "qualify",
      /Postgres has none/,
    ],
    ["a table of constants", "select * from (values (1)) as v", "values", /union all/],
    ["lateral", "select a from t cross join lateral (select 1 as b) as u", "lateral", /join/],
    [
      "is distinct from",
      "select a from t where a is distinct from b",
      "distinct",
      /not supported by Redshift/,
    ],
    [
      "is not distinct from",
      "select a from t where a is not distinct from b",
      "distinct",
      /not supported/,
    ],
    ["distinct on", "select distinct on (a) a, b from t", "distinct", /number the rows/],
    ["except all", "select a from t except all select b from u", "all", /union only/],
    ["group by all", "select a, count(*) as n from t group by all", "all", /name the columns/],
    [
      "a clause that nobody listed",
      "select a from t asof join u using (a)",
      "asof",
      /no list of clauses/,
    ],
    ["columns left out", "select * exclude (a) from t", "exclude", /no list of functions/],
    ["a sample", "select a from t tablesample system (1)", "tablesample", /no list of clauses/],
    ["an alias without as", "select a b from t", "b", /`as`/],
    [
      "a sum over time without a frame",
      "select sum(a) over (order by b) as s from t",
      "over",
      /frame/,
    ],
    [
      "an order of nulls in a window",
      "select row_number() over (order by a nulls last) as n from t",
      "nulls",
      /coalesce/,
    ],
    [
      "a frame by values",
      "select sum(a) over (order by b range unbounded preceding) as s from t",
      "range",
      /rows only/,
    ],
    [
      "a part of dates of Postgres",
      "select extract(isodow from a) as d from t",
      "isodow",
      /parts of dates/,
    ],
    [
      "a truncation to decades",
      "select date_trunc('decade', a) as d from t",
      "decade",
      /parts of dates/,
    ],
    ["whole numbers divided", "select count(*) / count(a) as share from t", "/", /cast one side/],
    [
      "whole numbers divided safely",
      "select 10 / nullif(count(a), 0) as share from t",
      "/",
      /cast one side/,
    ],
    [
      "a mean of whole numbers",
      "select avg(price_micros) as price from t",
      "avg",
      /double precision/,
    ],
    ["a backslash", "select a from t where a like '\\_%'", "\\_%", /escapes on Redshift/],
    [
      "the time of the server",
      "select current_timestamp as at from t",
      "current_timestamp",
      /parameter/,
    ],
    ["two statements", "select 1 as a; select 2 as b", ";", /a file has one/],
    ["a statement that is none of ours", "vacuum t", "vacuum", /begins no statement/],
    ["dollar quotes", "select $$a$$ as b from t", "$", /no SQL of ours/],
    ["an open text", "select 'a from t", "'", /no SQL of ours/],
  ])("%s", (_name, sql, found, why) => {
    const breaches = lintSql(`-- first\n${sql}`, dialect);
    const hits = breaches.filter((breach) => breach.found === found && why.test(breach.why));
    expect(hits.length, JSON.stringify(breaches)).toBeGreaterThan(0);
    expect(hits[0]).toMatchObject({ line: 2 });
  });
});

test.each([
  ["names that are no clauses", "select t.filter, t.values as v from t"],
  [
    "what stands in comments and texts",
    "/* qualify */ select 'filter ( :: substr(' as a from t -- array[1]\n",
  ],
  [
    "windows with frames",
    "select sum(a) over (partition by b order by c rows unbounded preceding) as s from t",
  ],
  ["a share as double", "select cast(count(*) as double precision) / count(a) as share from t"],
  ["logits", "select 1 / (1 + exp(-a)) as p from t"],
  [
    "parts of dates",
    "select cast(date_trunc('week', a) as date) as w, extract(month from a) as m from t",
  ],
  ["parameters of both kinds", "select a from t where b = :from and c = $1 limit 5"],
  ["typed literals", "select date '2026-06-01' + 1 as d, a + interval '7 days' as e from t"],
  ["a table that is made", "create temporary table t as select 1 as a"],
  ["a table with types", "create table t (a bigint, b varchar(10), c double precision)"],
  [
    "common tables and sets",
    "with a as (select 1 as b) select b from a union all select b from a except select 2 as b",
  ],
])("what is listed passes: %s", (_name, sql) => {
  expect(lintSql(sql, dialect)).toEqual([]);
});

test("no statement of the warehouse lies outside the list", () => {
  const folder = join("warehouse", "sql");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".sql"),
  );
  expect(files.length).toBeGreaterThan(5);
  const breaches = files.flatMap((name) =>
    lintSql(readFileSync(join(folder, name), "utf8"), dialect).map((breach) =>
      describeBreach(name, breach),
    ),
  );
  expect(breaches).toEqual([]);
});

test("named parameters are numbered by their names, and texts, comments and casts keep their colons", () => {
  const sql =
    "select ':a' as x, :to as y -- :b\n from t where d between :from and :to and e::text = 'x'";
  expect(toPositional(sql)).toEqual({
    text: "select ':a' as x, $1 as y -- :b\n from t where d between $2 and $1 and e::text = 'x'",
    names: ["to", "from"],
  });
});

test("every character of any text belongs to a token, a blank or a comment, and lines are counted", () => {
  expect(sqlTokens("select\n'a\nb' as \"C\"\n§").map(({ kind, line }) => [kind, line])).toEqual([
    ["word", 1],
    ["string", 2],
    ["word", 3],
    ["name", 3],
    ["unknown", 4],
  ]);
});
