import { type Kysely, sql } from "kysely";

/** A table as a backup knows it. */
export interface BackedTable {
  readonly name: string;
  /** Those that are written; the database works the others out. In order. */
  readonly columns: readonly string[];
}

/** What a table holds, whatever the order of its rows. */
export interface TableDigest {
  readonly rows: number;
  /** A sum over a hash of each row's text. */
  readonly digest: string;
}

/**
 * Left out. Changes and their horizon are numbers of transactions of one server: a restored one begins a new feed. Sessions
 * end with a restore: one that was ended since would live again. The migrator keeps its own tables.
 */
export const leftOut: readonly string[] = [
  "changes",
  "changes_horizon",
  "sessions",
  "kysely_migration",
  "kysely_migration_lock",
];

/** Texts of rows are compared and carried to another server: whatever the session's settings, they are these. */
export async function setCommonTexts<DB>(trx: Kysely<DB>): Promise<void> {
  for (const setting of [
    sql`set local timezone = 'UTC'`,
    sql`set local datestyle = 'ISO, YMD'`,
    sql`set local intervalstyle = 'postgres'`,
    sql`set local bytea_output = 'hex'`,
    sql`set local extra_float_digits = 1`,
  ])
    await setting.execute(trx);
}

/** Every table that a backup holds, by name. */
export async function readBackedTables<DB>(trx: Kysely<DB>): Promise<readonly BackedTable[]> {
  const { rows } = await sql<BackedTable>`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and c.relname <> all (${[...leftOut]})
    group by c.relname order by c.relname`.execute(trx);
  return rows;
}

/** Reads the whole table. */
export async function digestTable<DB>(trx: Kysely<DB>, name: string): Promise<TableDigest> {
  const { rows } = await sql<TableDigest>`
    select count(*) as rows, coalesce(sum(('x' || encode(
      substr(sha256(convert_to(t::text, 'UTF8')), 1, 7), 'hex'))::bit(56)::bigint), 0)::text as digest
    from ${sql.table(name)} t`.execute(trx);
  const [found] = rows;
  if (found === undefined) throw new Error(`${name} was not counted`);
  return found;
}

/** Where each numbering stands: the last number that was given, 0 = none was. */
export async function readSequences<DB>(
  trx: Kysely<DB>,
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<{ readonly name: string; readonly last: number }>`
    select sequencename as name, coalesce(last_value, 0) as last from pg_sequences
    where schemaname = current_schema() order by 1`.execute(trx);
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]));
}

/** The migrations that were run, in order; none in a database without a schema. */
export async function readMigrations<DB>(trx: Kysely<DB>): Promise<readonly string[]> {
  const known = await sql<{ readonly known: boolean }>`
    select to_regclass('kysely_migration') is not null as known`.execute(trx);
  if (known.rows[0]?.known !== true) return [];
  const { rows } = await sql<{ readonly name: string }>`
    select name from kysely_migration order by name`.execute(trx);
  return rows.map(({ name }) => name);
}
