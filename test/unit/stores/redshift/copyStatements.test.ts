import { expect, test } from "vitest";
import {
  copyManifest,
  copyStatement,
  unloadStatement,
} from "../../../../src/stores/redshift/copyStatements.ts";
import { readDialect } from "../../../../src/stores/redshift/dialect/dialect.ts";

const dialect = readDialect();
const iamRole = "arn:aws:iam::123456789012:role/atelier-redshift";
const to = "s3://atelier-lake/demand/";

test("a select is unloaded to Parquet with its values written in, its quotes doubled and its comments gone", () => {
  const select =
    "-- who's there: 'x'\nselect week, 'it''s' as a from t where category = :category and events > 5";
  expect(
    unloadStatement(
      { select, parameters: { category: "d'oc" }, to, iamRole, partitionBy: ["week"] },
      dialect,
    ),
  ).toBe(
    [
      "unload ('select week, ''it''''s'' as a from t where category = ''d''''oc'' and events > 5')",
      "to 's3://atelier-lake/demand/'",
      "iam_role 'arn:aws:iam::123456789012:role/atelier-redshift'",
      "format as parquet",
      "partition by (week) include",
      "maxfilesize 128 mb",
      "cleanpath",
    ].join("\n"),
  );
});

test.each([
  [
    "what is outside the dialect",
    { select: "select substr(a, 1, 2) as b from t" },
    /select:1: `substr`/,
  ],
  ["what is no select", { select: "delete from t" }, /select must be a select/],
  ["another cloud", { to: "gs://bucket/x" }, /to must be/],
  ["an address with a quote", { to: "s3://bucket/x' iam_role '" }, /to must be/],
  ["a role that is none", { iamRole: "admin" }, /iamRole must be/],
  ["a column that is none", { partitionBy: ["week)"] }, /partitionBy must be/],
  [
    "a parameter without value",
    { select: "select a from t where b = :b" },
    /parameter :b needs a value/,
  ],
  [
    "a backslash",
    { select: "select a from t where b = :b", parameters: { b: "\\" } },
    /no backslash/,
  ],
  ["files too large", { maxFileMegabytes: 7_000 }, /5 to 6200/],
])("an unload refuses %s", (_name, wrong, why) => {
  const right = { select: "select a from t", to, iamRole };
  expect(() => unloadStatement({ ...right, ...wrong }, dialect)).toThrow(why);
});

test("parts of the lake are copied by prefix or by a manifest that says their sizes", () => {
  const from = "s3://atelier-lake/ad_event.v1/date=2026-06-01/";
  expect(copyStatement({ table: "lake.ad_event_v1", from, iamRole })).toBe(
    `copy lake.ad_event_v1\nfrom '${from}'\niam_role '${iamRole}'\nformat as parquet`,
  );
  expect(
    copyStatement({
      table: "ad_event_v1",
      from: `${from}manifest.json`,
      iamRole,
      isManifest: true,
    }),
  ).toMatch(/parquet\nmanifest$/);
  expect(() => copyStatement({ table: "t; drop table u", from, iamRole })).toThrow("table must be");
  expect(JSON.parse(copyManifest([{ url: `${from}part-1.parquet`, bytes: 12 }]))).toEqual({
    entries: [{ url: `${from}part-1.parquet`, mandatory: true, meta: { content_length: 12 } }],
  });
});
