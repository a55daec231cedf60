import { type Kysely, sql } from "kysely";

/**
 * How the members of a segment are found, whom look-alike segments look for the like of, and what is known of each model.
 * A card names nobody: counts under 50 are not in it.
 */
const statements = [
  `create table segment_definitions (
      segment_id integer primary key references segments (id) on delete cascade,
      definition jsonb not null,
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      constraint segment_definitions_shape check (jsonb_typeof(definition) = 'object' and octet_length(definition::text) <= 20000),
      constraint segment_definitions_version check (version > 0)
    )`,
  // Who converted after an ad of a campaign that a segment looks like, with the consent that a profile needs.
  `create table segment_seeds (
      campaign_id bigint not null,
      visitor_key text not null,
      converted_at timestamptz not null,
      primary key (campaign_id, visitor_key),
      constraint segment_seeds_campaign check (campaign_id > 0),
      constraint segment_seeds_visitor_key check (visitor_key ~ '^[A-Za-z0-9_-]{22}$')
    )`,
  `create index segment_seeds_by_visitor on segment_seeds (visitor_key)`,
  `create index segment_seeds_by_age on segment_seeds (converted_at)`,
  `create table model_cards (
      id bigint generated always as identity primary key,
      segment_id integer not null references segments (id) on delete cascade,
      as_of date not null,
      model_version bigint,
      card jsonb not null,
      created_at timestamptz not null default now(),
      constraint model_cards_once unique (segment_id, as_of),
      constraint model_cards_version check (model_version > 0),
      constraint model_cards_shape check (jsonb_typeof(card) = 'object' and octet_length(card::text) <= 100000)
    )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table model_cards, segment_seeds, segment_definitions`.execute(db);
}
