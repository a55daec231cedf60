import { type Kysely, sql } from "kysely";
import { createDatabase } from "../pool.ts";
import {
  digestTable,
  readBackedTables,
  readMigrations,
  readSequences,
  setCommonTexts,
} from "./backedTables.ts";
import type { BackupPart } from "./backupFormat.ts";

/** Rows in memory at once. */
const rowsAtOnce = 500;

/**
 * Reads everything that a backup holds as it was at one moment, and hands it on part by part; writers go on meanwhile. Each
 * row is PostgreSQL's own text of it, which loses nothing of any type. Throws what the database or `hand` throws.
 */
export async function dumpDatabase(
  url: string,
  hand: (part: BackupPart) => Promise<void>,
): Promise<void> {
  const db = createDatabase({ url, maxConnections: 1, statementTimeoutMs: 0 });
  try {
    await db
      .transaction()
      .setIsolationLevel("repeatable read")
      .setAccessMode("read only")
      .execute((trx) => dump(trx, hand));
  } finally {
    await db.destroy();
  }
}

async function dump<DB>(trx: Kysely<DB>, hand: (part: BackupPart) => Promise<void>): Promise<void> {
  await setCommonTexts(trx);
  const migrations = await readMigrations(trx);
  if (migrations.length === 0) throw new Error("the database has no schema of Atelier's");
  const takenAt = await readNow(trx);
  const sequences = await readSequences(trx);
  await hand({
    kind: "head",
    head: { atelierBackup: 1, takenAt, migrations: [...migrations], sequences },
  });
  const tables = await readBackedTables(trx);
  let rows = 0;
  for (const { name, columns } of tables) {
    await hand({ kind: "table", table: name, columns });
    const digest = await digestTable(trx, name);
    const handed = await handRows(trx, name, hand);
    if (handed !== digest.rows)
      throw new Error(`${name}: ${handed} of ${digest.rows} rows were read`);
    rows += handed;
    await hand({ kind: "tableEnd", end: { end: name, ...digest } });
  }
  await hand({ kind: "end", end: { tables: tables.length, rows } });
}

async function readNow<DB>(trx: Kysely<DB>): Promise<string> {
  const { rows } = await sql<{ readonly now: Date }>`select now() as now`.execute(trx);
  return (rows[0]?.now ?? new Date(0)).toISOString();
}

async function handRows<DB>(
  trx: Kysely<DB>,
  table: string,
  hand: (part: BackupPart) => Promise<void>,
): Promise<number> {
  await sql`declare backed no scroll cursor for select t::text as row from ${sql.table(table)} t`.execute(
    trx,
  );
  let handed = 0;
  for (;;) {
    const { rows } = await sql<{ readonly row: string }>`
      fetch ${sql.lit(rowsAtOnce)} from backed`.execute(trx);
    if (rows.length === 0) break;
    await hand({ kind: "rows", rows: rows.map(({ row }) => row) });
    handed += rows.length;
  }
  await sql`close backed`.execute(trx);
  return handed;
}
