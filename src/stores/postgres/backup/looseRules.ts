import { type Kysely, sql } from "kysely";

/** What was taken off for the time of a load. */
export interface LooseRules {
  readonly tables: readonly string[];
  readonly foreignKeys: readonly ForeignKey[];
}

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/**
 * Empties the tables and takes off what would work again on rows that are only put back: triggers (sums, feeds, rules that nothing
 * is deleted), references that a later table satisfies. Within the caller's transaction; needs to own the tables, no more.
 */
export async function loosenRules<DB>(
  trx: Kysely<DB>,
  tables: readonly string[],
): Promise<LooseRules> {
  const { rows: foreignKeys } = await sql<ForeignKey>`
    select c.conrelid::regclass::text as "table", c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c where c.contype = 'f' and c.connamespace = current_schema()::regnamespace
    order by 1, 2`.execute(trx);
  for (const { table, name } of foreignKeys)
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(trx);
  for (const table of tables) {
    await sql`alter table ${sql.table(table)} disable trigger user`.execute(trx);
    await sql`truncate ${sql.table(table)}`.execute(trx);
  }
  return { tables, foreignKeys };
}

/** Puts all of it back: each reference is checked over every row. Throws what breaks one. */
export async function tightenRules<DB>(
  trx: Kysely<DB>,
  { tables, foreignKeys }: LooseRules,
): Promise<void> {
  for (const { table, name, definition } of foreignKeys)
    await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(
      trx,
    );
  for (const table of tables)
    await sql`alter table ${sql.table(table)} enable trigger user`.execute(trx);
}
