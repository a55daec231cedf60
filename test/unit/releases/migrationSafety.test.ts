import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findContractSteps } from "../../support/releases/contractSteps.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const { previous, contractSteps } = JSON.parse(
  readFileSync(join(root, "ops/releases.json"), "utf8"),
) as {
  readonly previous: { readonly version: string; readonly lastMigration: string };
  readonly contractSteps: readonly {
    readonly migration: string;
    readonly words: string;
    readonly unusedSince: string;
  }[];
};
const names = readdirSync(join(root, "migrations"))
  .map((file) => file.replace(/\.ts$/, ""))
  .sort();
const since = names.filter((name) => name > previous.lastMigration);
const sourceOf = (name: string) => readFileSync(join(root, "migrations", `${name}.ts`), "utf8");

test("no migration since the release before takes away what that release uses, unless it is listed with the release that stopped", () => {
  expect(names).toContain(previous.lastMigration);
  const found = since.flatMap((name) => findContractSteps(name, sourceOf(name)));
  const listed = new Set(contractSteps.map((step) => `${step.migration}: ${step.words}`));
  expect(found.map((step) => `${step.migration}: ${step.words}`)).toEqual([...listed]);
});

test("what is listed as a contract step was unused by the release before already", () => {
  const order = (version: string): number =>
    version.split(".").reduce((sum, part) => sum * 1_000 + Number(part), 0);
  const early = contractSteps.filter((step) => order(step.unusedSince) > order(previous.version));
  expect(early).toEqual([]);
});

describe("what counts as taking away", () => {
  const migration = (sql: string): string =>
    `export async function up(db) { await sql\`${sql}\`.execute(db); }
     export async function down(db) { await sql\`drop table everything\`.execute(db); }`;
  test.each([
    ["alter table shops drop column name", "drop column name"],
    ["drop table shops", "drop table shops"],
    ["alter table shops rename column name to title", "rename column name to title"],
    ["alter table shops rename to boutiques", "rename to boutiques"],
    ["alter table shops alter column name set not null", "set not null"],
    ["alter table shops alter column name type integer", "alter column name type integer"],
    ["alter table shops add column age integer not null", "add column age integer not null"],
    ["alter table shops add constraint c check (age > 3)", "add constraint c check (age > 3)"],
    ["alter table shops add unique (name)", "add unique (name)"],
    ["create unique index once on shops (name)", "create unique index once on shops"],
  ])("%s", (sql, words) => {
    expect(findContractSteps("x", migration(sql))).toEqual([{ migration: "x", words }]);
  });

  test.each([
    "create table shops (name text not null, constraint c check (name <> ''))",
    "alter table shops add column age integer",
    "alter table shops add column age integer not null default 0",
    "alter table shops add column age integer not null default 0, add constraint c check (age >= 0)",
    "create index shops_by_name on shops (name)",
    "-- once they drop table shops\n select 1",
  ])("and what does not: %s", (sql) => {
    expect(findContractSteps("x", migration(sql))).toEqual([]);
  });
});
