import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from "vitest";
import { backup } from "../../src/commands/backup.ts";
import { restore } from "../../src/commands/restore.ts";
import { dumpDatabase } from "../../src/stores/postgres/backup/dumpDatabase.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { freshDatabase } from "../support/servers.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const page = {
  visitor: { id: "v-1", gdpr: false },
  place: { search: { postalCode: "87000" } },
  placements: [{ id: "top" }],
};
const priceMicros = 5_000;
const budgetMicros = 4 * priceMicros;
const beforeBackup = 2;
/** What a busy machine holds without an answer is for sale again soon. */
const patience = { HOLD_SECONDS: "10" };
const patienceMs = 60_000;

let system: System;
let campaignId: number;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(inject("testDir"), "backup-"));
  file = join(folder, "atelier.backup");
  system = await startSystem(patience);
  campaignId = await system.openShop({ dailyBudgetMicros: budgetMicros, pacing: "asap" });
  for (let times = 0; times < beforeBackup; times++) await see(system);
  await untilCharged(system.stores.databaseUrl, beforeBackup);
  await backup({ DATABASE_URL: system.stores.databaseUrl }, [file], () => undefined);
});
afterAll(async () => {
  await system?.close();
  await rm(folder, { recursive: true, force: true });
});

async function askForAd({ url }: Pick<System, "url">) {
  const answer = await request(url).post("/v1/ads").send(page);
  return answer.body.placements[0].ads[0];
}

/** Waits until there is an ad, and sees that one: each answer reserves its own money. */
async function see(of: Pick<System, "url">): Promise<void> {
  const found: { tracking: { impression: string } }[] = [];
  await until(async () => {
    const ad = await askForAd(of);
    if (ad !== undefined) found.push(ad);
    return ad !== undefined;
  }, patienceMs);
  const [ad] = found;
  if (ad === undefined) throw new Error("there was no ad");
  await request(of.url).get(new URL(ad.tracking.impression).pathname).expect(200);
}

function openAt(url: string) {
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 20_000 });
  onTestFinished(() => db.destroy());
  return db;
}

async function untilCharged(url: string, impressions: number): Promise<void> {
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 20_000 });
  try {
    await until(async () => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ledger`.execute(db);
      return rows[0]?.n === impressions;
    }, patienceMs);
  } finally {
    await db.destroy();
  }
}

/** Everything that a backup holds but when it was taken and what numberings skip. */
async function contentsOf(url: string): Promise<readonly string[]> {
  const lines: string[] = [];
  await dumpDatabase(url, async (part) => {
    if (part.kind === "tableEnd") lines.push(JSON.stringify(part.end));
  });
  return lines;
}

async function emptyDatabase(): Promise<string> {
  const database = await freshDatabase();
  onTestFinished(() => database.drop());
  const db = openAt(database.url);
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
  return database.url;
}

const into = (url: string, ...args: readonly string[]) =>
  restore({ DATABASE_URL: url }, args.length === 0 ? [file] : args, () => undefined);

test("a backup is restored into an empty database to the last row; sums, budgets and rules hold", async () => {
  const { mode } = await stat(file);
  expect(mode & 0o077).toBe(0);
  const url = await emptyDatabase();
  const said: string[] = [];
  await restore({ DATABASE_URL: url }, [file], (line) => said.push(line));
  expect(said.join()).toMatch(/^\d+ rows of \d+ tables, as they were at 20/);
  const db = openAt(url);
  const ledger = await sql<{ n: number; micros: number }>`
    select count(*)::int as n, sum(amount_micros)::bigint as micros from ledger`.execute(db);
  expect(ledger.rows[0]).toEqual({ n: beforeBackup, micros: beforeBackup * priceMicros });
  const differing =
    await sql`select campaign_id from campaign_totals t join ledger l using (campaign_id)
    group by 1, t.spent_micros having t.spent_micros <> sum(l.amount_micros)`.execute(db);
  expect(differing.rows).toEqual([]);
  // Rules are back: the ledger is neither changed nor emptied, a campaign of nobody is refused.
  await expect(sql`delete from ledger`.execute(db)).rejects.toThrow();
  await expect(sql`truncate ledger`.execute(db)).rejects.toThrow();
  await expect(
    sql`update campaigns set advertiser_id = 999999 where id = ${campaignId}`.execute(db),
  ).rejects.toThrow(/foreign key/);
  const off = await sql`select tgname from pg_trigger where tgenabled = 'D'`.execute(db);
  expect(off.rows).toEqual([]);
});

test("what was restored and is backed up again has the same rows in every table", async () => {
  const url = await emptyDatabase();
  await into(url);
  const again = join(folder, "again.backup");
  await backup({ DATABASE_URL: url }, [again], () => undefined);
  const ends = (path: string) =>
    readFile(path).then((bytes) =>
      gunzipSync(bytes)
        .toString()
        .split("\n")
        .filter((line) => line.startsWith('{"end"')),
    );
  const first = await ends(file);
  expect(first.length).toBeGreaterThan(50);
  expect(await ends(again)).toEqual(first);
});

test("texts with every kind of line end, quotes and signs come back as they were", async () => {
  const source = await freshDatabase();
  onTestFinished(() => source.drop());
  const odd = `« l’été »\u2028\u2029\\N "guillemets" {é} 😀`;
  const db = openAt(source.url);
  await sql`insert into advertisers (name, payer_name, trade) values (${odd}, ${odd}, 'fleuriste')`.execute(
    db,
  );
  const path = join(folder, "odd.backup");
  await backup({ DATABASE_URL: source.url }, [path], () => undefined);
  const url = await emptyDatabase();
  await into(url, path);
  const { rows } = await sql<{ name: string }>`select name from advertisers`.execute(openAt(url));
  expect(rows.map(({ name }) => name)).toEqual([odd]);
  expect(await contentsOf(url)).toEqual(await contentsOf(source.url));
});

test("numbers that may have been given since the backup are not given again", async () => {
  const url = await emptyDatabase();
  await into(url);
  const { rows } = await sql<{ id: number }>`
    insert into advertisers (name, payer_name, trade) values ('Neu', 'Neu', 'fleuriste') returning id`.execute(
    openAt(url),
  );
  expect(rows[0]?.id).toBeGreaterThan(100_000);
});

test("a database that somebody uses is refused and stays as it was", async () => {
  const before = await contentsOf(system.stores.databaseUrl);
  await expect(into(system.stores.databaseUrl)).rejects.toThrow(/not empty: advertisers has rows/);
  const now = await contentsOf(system.stores.databaseUrl);
  expect(now.filter((line) => line.includes('"advertisers"'))).toEqual(
    before.filter((line) => line.includes('"advertisers"')),
  );
});

test.each([
  ["cut off", (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2)), /damaged/],
  [
    "without its end",
    (bytes: Buffer) =>
      gzipSync(gunzipSync(bytes).toString().trimEnd().split("\n").slice(0, -1).join("\n")),
    /its end is missing/,
  ],
  [
    "with another amount in a row",
    (bytes: Buffer) =>
      gzipSync(
        gunzipSync(bytes)
          .toString()
          .replaceAll(`,${priceMicros},`, `,${priceMicros - 1},`),
      ),
    /damaged|is not restored|differs/,
  ],
  ["that is none", () => Buffer.from("hello"), /damaged/],
])("a file %s restores nothing", async (_what, wound, words) => {
  const path = join(folder, "wounded.backup");
  await writeFile(path, wound(await readFile(file)));
  const url = await emptyDatabase();
  await expect(into(url, path)).rejects.toThrow(words);
  const db = openAt(url);
  const known = await sql<{
    known: boolean;
  }>`select to_regclass('ledger') is not null as known`.execute(db);
  if (known.rows[0]?.known === true)
    expect(
      (await sql`select 1 from ledger union all select 1 from advertisers`.execute(db)).rows,
    ).toEqual([]);
  // A sound one can still be restored there.
  await into(url);
});

test("what was spent after the backup is free after the restore: Redis follows the ledger, by an amount that a metric tells, and no budget is oversold", async () => {
  await see(system);
  await untilCharged(system.stores.databaseUrl, beforeBackup + 1);
  await system.server.stop();
  const url = await emptyDatabase();
  await into(url);
  const restored = await startSystem({ ...patience, DATABASE_URL: url }, system.stores);
  try {
    const metric = async (): Promise<number> => {
      const { text } = await request(restored.url).get("/metrics").expect(200);
      const sums = [
        ...text.matchAll(
          /^atelier_budget_counters_repaired_micros_total\{counter="campaign",direction="down"\} (\d+)/gm,
        ),
      ];
      return sums.reduce((sum, [, micros]) => sum + Number(micros), 0);
    };
    await until(async () => (await metric()) === priceMicros, 40_000);
    // Two were charged before the backup: two more are left of four.
    for (let left = 2; left > 0; left--) await see(restored);
    await untilCharged(url, 4);
    expect(await askForAd(restored)).toBeUndefined();
    const { rows } = await sql<{ micros: number }>`
      select sum(amount_micros)::bigint as micros from ledger where campaign_id = ${campaignId}`.execute(
      openAt(url),
    );
    expect(rows[0]?.micros).toBe(budgetMicros);
  } finally {
    await restored.close();
  }
});

test("a database that came back from a snapshot is settled: numbers go on further, everybody logs in again", async () => {
  const url = await emptyDatabase();
  await into(url);
  const said: string[] = [];
  await restore({ DATABASE_URL: url }, ["--settle"], (line) => said.push(line));
  expect(said.join()).toMatch(/^Settled: \d+ numberings go on 100000 further/);
});
