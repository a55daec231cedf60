import { type Kysely, sql } from "kysely";

/**
 * Who is behind visitors (sightings with accounts, only ever added and forgotten), what the lake is to forget, and erasures
 * that follow links. `lake_erasures` holds a key until the lake has forgotten it, and its hash for as long as late events
 * may come.
 */
const keyRule = (table: string, column: string): string =>
  `constraint ${table}_${column} check (${column} ~ '^[A-Za-z0-9_-]{22}$')`;

const statements = [
  `create table identity_sightings (
      id bigint generated always as identity primary key,
      visitor_key text not null,
      account_key text,
      seen_at timestamptz not null,
      ${keyRule("identity_sightings", "visitor_key")},
      ${keyRule("identity_sightings", "account_key")}
    )`,
  `create unique index identity_sightings_once on identity_sightings (visitor_key, seen_at, coalesce(account_key, ''))`,
  `create index identity_sightings_by_account on identity_sightings (account_key, visitor_key) where account_key is not null`,
  `create index identity_sightings_by_seen on identity_sightings (seen_at)`,
  `create function refuse_sighting_change() returns trigger language plpgsql as $$
      begin raise exception 'sightings are only added and forgotten'; end $$`,
  `create trigger identity_sightings_unchanged before update on identity_sightings
      for each row execute function refuse_sighting_change()`,
  `create table lake_erasures (
      visitor_hash text primary key,
      visitor_key text,
      erased_before timestamptz not null,
      requested_at timestamptz not null,
      erased_at timestamptz,
      constraint lake_erasures_visitor_hash check (visitor_hash ~ '^[A-Za-z0-9_-]{22}$'),
      ${keyRule("lake_erasures", "visitor_key")},
      constraint lake_erasures_done check ((visitor_key is null) = (erased_at is not null))
    )`,
  `create index lake_erasures_waiting on lake_erasures (requested_at) where visitor_key is not null`,
  `alter table erasure_queue add column follows_links boolean not null default false`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table erasure_queue drop column follows_links`.execute(db);
  await sql`drop table lake_erasures, identity_sightings`.execute(db);
  await sql`drop function refuse_sighting_change()`.execute(db);
}
