import { type Kysely, sql } from "kysely";

/** How lists are ordered and searched: by folded names, and by the instants and money of their rows, ties by id. */
const accented = "àâäáãåçèéêëìíîïñòóôöõùúûüýÿÀÂÄÁÃÅÇÈÉÊËÌÍÎÏÑÒÓÔÖÕÙÚÛÜÝŸ";
const plain = "aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy";

const indexes = [
  ["advertisers", "advertisers_by_name", "name_key, id"],
  ["advertisers", "advertisers_by_created", "created_at, id"],
  ["advertisers", "advertisers_by_updated", "updated_at, id"],
  ["campaigns", "campaigns_by_name", "name_key, id"],
  ["campaigns", "campaigns_by_created", "created_at, id"],
  ["campaigns", "campaigns_by_updated", "updated_at, id"],
  ["campaigns", "campaigns_by_start", "starts_on, id"],
  ["campaigns", "campaigns_by_end", "(coalesce(ends_on, '2101-01-01'::date)), id"],
  ["campaigns", "campaigns_by_bid", "bid_micros, id"],
  ["creatives", "creatives_by_created", "created_at, id"],
  ["creatives", "creatives_by_updated", "updated_at, id"],
] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  // Immutable, as generated columns ask for: it names its collation and its letters.
  await sql`create function fold_name(name text) returns text
    language sql immutable strict parallel safe as ${sql.raw(`$$
      select lower(replace(replace(replace(replace(
        translate(normalize(name, nfc), '${accented}', '${plain}'),
        'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae') collate "C")
    $$`)}`.execute(db);
  for (const table of ["advertisers", "campaigns"]) {
    await sql`alter table ${sql.table(table)}
      add column name_key text collate "C" not null generated always as (fold_name(name)) stored`.execute(
      db,
    );
  }
  for (const [table, name, columns] of indexes) {
    await sql`create index ${sql.ref(name)} on ${sql.table(table)} (${sql.raw(columns)})`.execute(
      db,
    );
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [, name] of indexes) await sql`drop index ${sql.ref(name)}`.execute(db);
  for (const table of ["advertisers", "campaigns"]) {
    await sql`alter table ${sql.table(table)} drop column name_key`.execute(db);
  }
  await sql`drop function fold_name(text)`.execute(db);
}
