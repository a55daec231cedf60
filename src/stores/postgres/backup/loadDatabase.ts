import { type Kysely, sql } from "kysely";
import { migrateToLatest, migrateUpTo } from "../migrate.ts";
import { createDatabase } from "../pool.ts";
import {
  digestTable,
  readBackedTables,
  readMigrations,
  setCommonTexts,
  type TableDigest,
} from "./backedTables.ts";
import type { BackupHead, BackupPart } from "./backupFormat.ts";
import { loosenRules, tightenRules } from "./looseRules.ts";
import { numberOnwards } from "./numberOnwards.ts";

/** Why a backup is not restored; the database is as it was, or has a schema and no rows. */
export type LoadRefusal =
  | { readonly ok: false; readonly reason: "not_empty"; readonly table: string }
  /** It was made by a newer release. */
  | { readonly ok: false; readonly reason: "unknown_migration"; readonly migration: string }
  | { readonly ok: false; readonly reason: "other_tables"; readonly table: string }
  /** What was written is not what was backed up. */
  | { readonly ok: false; readonly reason: "differs"; readonly table: string };

export type LoadOutcome =
  | { readonly ok: true; readonly tables: number; readonly rows: number }
  | LoadRefusal;

/** Only people and programs write these; migrations put nothing there. */
const neverSeeded = ["advertisers", "users", "api_keys", "ledger", "audit_log"] as const;

/**
 * Fills the empty database at `url` with a backup, in one transaction: schema of then, rows, rules checked over all of them, each
 * table held against the backup's own digest, numbers that go on beyond those that may have been given since; then today's schema.
 * Throws what the database or `parts` throws, and nothing is left of it then.
 */
export async function loadDatabase(
  url: string,
  head: BackupHead,
  parts: AsyncIterable<BackupPart>,
): Promise<LoadOutcome> {
  const last = head.migrations.at(-1) ?? "";
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 0 });
  try {
    const filled = await findFilled(db);
    if (filled !== null) return { ok: false, reason: "not_empty", table: filled };
    const migrated = await migrateUpTo(url, last);
    if (!migrated) return { ok: false, reason: "unknown_migration", migration: last };
    const outcome = await db
      .transaction()
      .execute((trx) => load(trx, head, parts))
      .catch(refusalOf);
    if (outcome.ok) await migrateToLatest(url);
    return outcome;
  } finally {
    await db.destroy();
  }
}

/** The first table that has rows of somebody's; null = none. */
async function findFilled<DB>(db: Kysely<DB>): Promise<string | null> {
  if ((await readMigrations(db)).length === 0) return null;
  for (const table of neverSeeded) {
    const { rows } = await sql<{ readonly filled: boolean }>`
      select exists (select from ${sql.table(table)}) as filled`.execute(db);
    if (rows[0]?.filled === true) return table;
  }
  return null;
}

/** Undoes the transaction on its way out. */
class NotRestoredError extends Error {
  readonly refusal: LoadRefusal;
  constructor(refusal: LoadRefusal) {
    super(`not restored: ${refusal.reason}`);
    this.refusal = refusal;
  }
}

function refusalOf(error: unknown): LoadRefusal {
  if (error instanceof NotRestoredError) return error.refusal;
  throw error;
}

async function load<DB>(
  trx: Kysely<DB>,
  head: BackupHead,
  parts: AsyncIterable<BackupPart>,
): Promise<Extract<LoadOutcome, { readonly ok: true }>> {
  await setCommonTexts(trx);
  const known = new Map((await readBackedTables(trx)).map((one) => [one.name, one.columns]));
  const rules = await loosenRules(trx, [...known.keys()]);
  const ends = new Map<string, TableDigest>();
  let into: { readonly table: string; readonly columns: readonly string[] } | null = null;
  let total = 0;
  for await (const part of parts) {
    if (part.kind === "table") {
      if (String(known.get(part.table)) !== String(part.columns))
        throw new NotRestoredError({ ok: false, reason: "other_tables", table: part.table });
      into = part;
    } else if (part.kind === "rows" && into !== null) {
      await insertRows(trx, into, part.rows);
      total += part.rows.length;
    } else if (part.kind === "tableEnd") ends.set(part.end.end, part.end);
  }
  await checkDigests(trx, [...known.keys()], ends);
  await tightenRules(trx, rules);
  await numberOnwards(trx, head.sequences);
  return { ok: true, tables: ends.size, rows: total };
}

async function insertRows<DB>(
  trx: Kysely<DB>,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
  rows: readonly string[],
): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(columns.map((column) => sql`(made.r).${sql.ref(column)}`));
  await sql`insert into ${sql.table(table)} (${names}) overriding system value
    select ${values} from (
      select x::${sql.table(table)} as r from unnest(${[...rows]}::text[]) x offset 0) made`.execute(
    trx,
  );
}

async function checkDigests<DB>(
  trx: Kysely<DB>,
  tables: readonly string[],
  ends: ReadonlyMap<string, TableDigest>,
): Promise<void> {
  for (const table of tables) {
    const wanted = ends.get(table);
    if (wanted === undefined)
      throw new NotRestoredError({ ok: false, reason: "other_tables", table });
    const found = await digestTable(trx, table);
    if (found.rows !== wanted.rows || found.digest !== wanted.digest)
      throw new NotRestoredError({ ok: false, reason: "differs", table });
  }
}
