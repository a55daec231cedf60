import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { sqlTimestamp } from "../../../../src/audience/scoring/scoringDates.ts";
import { quoted } from "../../../../src/stores/lake/duckdb.ts";
import { readEventSchemas } from "../../../../src/stores/lake/eventSchemas.ts";
import { createFolderStorage } from "../../../../src/stores/lake/folderStorage.ts";
import { newStateName, partKey } from "../../../../src/stores/lake/hours.ts";
import { type EventSchema, tableOf } from "../../../../src/stores/lake/lakeTable.ts";
import { emptyManifest } from "../../../../src/stores/lake/manifest.ts";
import { takeAsOf, takePublishedKeys } from "../../../../src/stores/lake/scoring/peopleAsOf.ts";
import { emptyTables } from "../../../../src/stores/lake/scoring/runSteps.ts";
import {
  openScoringEngine,
  type ScoringEngine,
} from "../../../../src/stores/lake/scoring/scoringEngine.ts";
import { loadSlice, stageActivity } from "../../../../src/stores/lake/scoring/stageActivity.ts";

/** Who did what, as features see it: a lake of two tables, cut into slices, as of two dates. */

const dayMs = 86_400_000;
const asOfMs = Date.UTC(2026, 5, 1);
const earlierMs = asOfMs - 7 * dayMs;
const key = (name: string) => name.padEnd(22, "0");

interface Seen {
  readonly visitor: string;
  readonly account?: string;
  readonly day: number;
}

let engine: ScoringEngine;
let folder: string;
let schemas: readonly EventSchema[];
beforeAll(async () => {
  schemas = await readEventSchemas();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "people-as-of-"));
  engine = await openScoringEngine({ threads: 1, memoryMegabytes: 256, spillFolder: folder });
});
afterEach(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

/** Rows of one part, `day` days before the date of the scores. */
async function writeTable(name: string, kind: string, rows: readonly Seen[]): Promise<void> {
  const schema = schemas.find(({ $id }) => $id === name)!;
  const hour = "2026-01-01T00";
  const part = partKey(name, hour, newStateName(1));
  const list = rows.map(
    ({ visitor, account, day }, index) =>
      `('${index}', timestamp '${sqlTimestamp(asOfMs - day * dayMs)}', '${kind}', '${key(visitor)}', ${account === undefined ? "null" : `'${key(account)}'`})`,
  );
  const columns = tableOf(schema).columns.map(({ name: column, type }) =>
    ["event_id", "occurred_at", "kind", "visitor_key", "account_key"].includes(column)
      ? column
      : `cast(null as ${type}) as ${column}`,
  );
  await mkdir(dirname(join(folder, "lake", part)), { recursive: true });
  await engine.run(`copy (select ${columns.join(", ")}
    from (values ${list.join(", ")}) as rows (event_id, occurred_at, kind, visitor_key, account_key))
    to ${quoted(join(folder, "lake", part))} (format parquet)`);
  const manifest = {
    ...emptyManifest(tableOf(schema)),
    version: 1,
    // A part has rows of many days here: only that it is opened matters.
    partitions: { [hourOf(rows[0]?.day ?? 1)]: { key: part, rows: rows.length } },
    writtenAtMs: asOfMs,
  };
  await createFolderStorage(join(folder, "lake")).replaceManifest(name, JSON.stringify(manifest));
}

const hourOf = (day: number) => new Date(asOfMs - day * dayMs).toISOString().slice(0, 13);

async function stage(activity: readonly Seen[], links: readonly Seen[]): Promise<boolean> {
  await writeTable("page_activity.v1", "page_view", activity);
  if (links.length > 0) await writeTable("identity_link.v1", "seen", links);
  const schemaOf = (name: string) => schemas.find(({ $id }) => $id === name)!;
  await stageActivity({
    engine,
    storage: createFolderStorage(join(folder, "lake")),
    schema: schemaOf("page_activity.v1"),
    linkSchema: schemaOf("identity_link.v1"),
    fromMs: 0,
    datesMs: [earlierMs, asOfMs],
    folder: join(folder, "slices"),
  });
  await emptyTables(engine, ["visitor_seeds"]);
  return loadSlice(engine, join(folder, "slices"), 0);
}

/** By person: on how many days before the scores something was done. */
async function daysByPerson(atMs: number): Promise<Readonly<Record<string, readonly number[]>>> {
  await takeAsOf(engine, sqlTimestamp(atMs));
  const rows = await engine.rows(
    "select visitor_key, occurred_at from visitor_activity order by visitor_key, occurred_at desc",
  );
  const grouped = Map.groupBy(rows, ({ visitor_key }) => String(visitor_key).replace(/0+$/, ""));
  return Object.fromEntries(
    [...grouped].map(([person, of]) => [
      person,
      of.map(({ occurred_at }) => (asOfMs - (occurred_at as Date).getTime()) / dayMs),
    ]),
  );
}

async function publishedUnder(): Promise<readonly string[]> {
  await engine.run(
    "create or replace temp table population as select distinct visitor_key from visitor_activity",
  );
  await takePublishedKeys(engine, sqlTimestamp(asOfMs));
  const rows = await engine.rows("select * from published_keys order by visitor_key");
  const named = (value: unknown) => String(value).replace(/0+$/, "");
  return rows.map((row) => `${named(row.person_key)} → ${named(row.visitor_key)}`);
}

test("two devices of one account are one person, what they did before the log-in too, and both get its scores", async () => {
  const isLinked = await stage(
    [
      { visitor: "phone", day: 40 },
      { visitor: "phone", account: "anna", day: 20 },
      { visitor: "laptop", day: 10 },
      { visitor: "other", day: 5 },
    ],
    [
      { visitor: "phone", account: "anna", day: 20 },
      { visitor: "laptop", account: "anna", day: 9 },
    ],
  );
  expect(isLinked).toBe(true);
  expect(await daysByPerson(asOfMs)).toEqual({ anna: [10, 20, 40], other: [5] });
  expect(await publishedUnder()).toEqual(["anna → laptop", "other → other", "anna → phone"]);
});

test("a link that was not known at a date does not merge as of it", async () => {
  await stage(
    [
      { visitor: "phone", day: 30 },
      { visitor: "phone", account: "anna", day: 3 },
      { visitor: "laptop", day: 30 },
    ],
    [
      { visitor: "laptop", account: "anna", day: 30 },
      { visitor: "phone", account: "anna", day: 3 },
    ],
  );
  expect(await daysByPerson(earlierMs)).toEqual({ anna: [30], phone: [3, 30] });
  expect(await daysByPerson(asOfMs)).toEqual({ anna: [3, 30, 30] });
});

test("after a log-out a visitor is itself again, and has scores of its own", async () => {
  await stage(
    [
      { visitor: "phone", account: "anna", day: 20 },
      { visitor: "phone", day: 2 },
    ],
    [
      { visitor: "phone", account: "anna", day: 20 },
      { visitor: "phone", day: 10 },
    ],
  );
  expect(await daysByPerson(asOfMs)).toEqual({ anna: [20], phone: [2] });
  expect(await publishedUnder()).toEqual(["phone → phone"]);
});

test("a device that was handed over splits: each account has its time, the scores are those of the later one", async () => {
  await stage(
    [
      { visitor: "phone", day: 30 },
      { visitor: "phone", day: 25 },
      { visitor: "phone", day: 5 },
    ],
    [
      { visitor: "phone", account: "anna", day: 28 },
      { visitor: "phone", account: "bruno", day: 10 },
    ],
  );
  expect(await daysByPerson(asOfMs)).toEqual({ anna: [30], bruno: [5], phone: [25] });
  expect(await publishedUnder()).toEqual(["bruno → phone"]);
});

test("who was erased is in nothing, and who was linked to them stays what remains", async () => {
  // The rows and the links of the laptop left the lake.
  await stage(
    [{ visitor: "phone", account: "anna", day: 20 }],
    [{ visitor: "phone", account: "anna", day: 20 }],
  );
  expect(await daysByPerson(asOfMs)).toEqual({ anna: [20] });
  expect(await publishedUnder()).toEqual(["anna → phone"]);
});

test("without any account nothing is resolved", async () => {
  expect(await stage([{ visitor: "phone", day: 3 }], [])).toBe(false);
  const rows = await engine.rows("select visitor_key from visitor_activity");
  expect(rows).toEqual([{ visitor_key: key("phone") }]);
});
