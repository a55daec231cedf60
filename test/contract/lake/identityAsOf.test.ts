import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type IdentitySighting,
  identityRules,
  personAt,
  resolveIdentity,
} from "../../../src/audience/identity.ts";
import { type LakeEngine, openEngine } from "../../../src/stores/lake/duckdb.ts";
import type { Database } from "../../../src/stores/postgres/database.ts";
import { createDatabase } from "../../../src/stores/postgres/pool.ts";
import { freshDatabase, type TestDatabase } from "../../support/servers.ts";

/** The statement of the warehouse and the function give the same people, on DuckDB and on Postgres. */

let database: TestDatabase;
let db: Kysely<Database>;
let engine: LakeEngine;
let statement: string;
const table =
  "create table identity_link_v1 (visitor_key varchar(22), account_key varchar(22), occurred_at timestamp)";
beforeAll(async () => {
  database = await freshDatabase();
  db = createDatabase({ url: database.url, maxConnections: 1, statementTimeoutMs: 10_000 });
  engine = await openEngine({ file: ":memory:", memoryMegabytes: 128, spillFolder: "/tmp" });
  const folder = join(import.meta.dirname, "../../../warehouse/sql");
  statement = await readFile(join(folder, "identity_as_of.sql"), "utf8");
  await engine.run(table);
  await sql.raw(table).execute(db);
});
afterAll(async () => {
  engine.close();
  await db.destroy();
  await database.drop();
});

const asOfMs = Date.UTC(2026, 5, 1);
const minuteMs = 60_000;
const dayMs = 86_400_000;
const text = (ms: number) => new Date(ms).toISOString().replace("T", " ").slice(0, 23);

interface StretchRow {
  readonly visitor_key: string;
  readonly person_key: string;
  readonly valid_from: Date | string;
  readonly valid_until: Date | string;
}

const stretchText = (row: StretchRow) =>
  [row.visitor_key, row.person_key, ...[row.valid_from, row.valid_until].map(timeText)].join(" ");
const timeText = (time: Date | string) =>
  time instanceof Date ? time.toISOString() : new Date(`${time.replace(" ", "T")}Z`).toISOString();

async function ask(sightings: readonly IdentitySighting[]) {
  const rows = sightings.map(
    ({ visitorKey, accountKey, atMs }) =>
      `('${visitorKey}', ${accountKey === null ? "null" : `'${accountKey}'`}, timestamp '${text(atMs)}')`,
  );
  const insert = `insert into identity_link_v1 values ${rows.join(", ")}`;
  const run = async (one: string) => {
    await engine.run(one);
    await sql.raw(one).execute(db);
  };
  await run("delete from identity_link_v1");
  if (rows.length > 0) await run(insert);
  const duck = await engine.rows(statement, [text(asOfMs)]);
  const inPostgres = statement.replaceAll("$1", `'${text(asOfMs)}'`);
  const named = inPostgres.replace(/order by[^()]*$/, "");
  const { rows: postgres } = await sql
    .raw<StretchRow>(
      `select visitor_key, person_key, valid_from::text as valid_from, valid_until::text as valid_until from (${named}) as s order by 1, 3`,
    )
    .execute(db);
  return {
    duck: duck.map((row) => stretchText(row as unknown as StretchRow)),
    postgres: postgres.map(stretchText),
  };
}

/** Edges of the rules, and whatever else: sightings of a few visitors and accounts. */
const when = fc.oneof(
  fc.integer({ min: 0, max: 400 * 24 * 60 }).map((minutes) => asOfMs - minutes * minuteMs),
  fc.constantFrom(0, 1, 30, 31, 89, 90, 91, 389, 390, -1).map((days) => asOfMs - days * dayMs),
  fc.integer({ min: 0, max: 90 }).map((minutes) => asOfMs - 10 * dayMs + minutes * minuteMs),
);
const sighting = fc.record({
  visitorKey: fc.constantFrom("v1", "v2", "v3"),
  accountKey: fc.oneof(fc.constantFrom("anne", "bob", "carl"), fc.constant(null)),
  atMs: when,
});
const crowd = Array.from({ length: identityRules.mostVisitors + 1 }, (_, index) => ({
  visitorKey: `c${String(index).padStart(2, "0")}`,
  accountKey: "kiosk",
  atMs: asOfMs - dayMs,
}));

test("stretches are the same in DuckDB, in Postgres and in the function, whatever was seen", async () => {
  const numRuns = process.env.TEST_LONG === "1" ? 1_000 : 8;
  const case_ = fc.tuple(
    fc.array(sighting, { maxLength: 12 }),
    fc.constantFrom([], crowd, crowd.slice(1)),
  );
  await fc.assert(
    fc.asyncProperty(case_, async ([few, many]) => {
      const sightings = [...few, ...many];
      const resolved = resolveIdentity(sightings, asOfMs);
      const expected = [...resolved.values()]
        .flat()
        .map(({ visitorKey, personKey, fromMs, untilMs }) =>
          [
            visitorKey,
            personKey,
            ...[fromMs, untilMs].map((ms) => new Date(ms).toISOString()),
          ].join(" "),
        );
      const { duck, postgres } = await ask(sightings);
      expect(duck.toSorted()).toEqual(expected.sort());
      expect(postgres.toSorted()).toEqual(expected);
    }),
    { numRuns },
  );
}, 120_000);

test("an event belongs to its account, else to the person of its visitor at its time, else to the visitor", () => {
  const resolved = resolveIdentity(
    [{ visitorKey: "v1", accountKey: "anne", atMs: asOfMs - dayMs }],
    asOfMs,
  );
  expect(personAt(resolved, "v1", asOfMs - 100 * dayMs)).toBe("anne");
  expect(personAt(resolved, "v2", asOfMs)).toBe("v2");
});
