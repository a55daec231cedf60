import { type Kysely, sql } from "kysely";

/**
 * What forecasts replay: a sample of opportunities, chosen by visitor, thinned where there are many. All of it can be lost:
 * it is gathered again within weeks. A visitor's key is the keyed hash under which everything of the visitor is stored.
 */
const statements = [
  // Places as coarse as a resolution-7 cell or coarser: which points stand for them.
  sql`create table forecast_places (
        id bigint primary key,
        source smallint not null,
        cell text not null,
        lat double precision not null,
        lon double precision not null,
        samples jsonb not null,
        seen_on date not null,
        constraint forecast_places_source check (source between 0 and 3),
        constraint forecast_places_cell check (cell ~ '^[0-9a-f]{15,16}$'),
        constraint forecast_places_point check (lat between -90 and 90 and lon between -180 and 180),
        constraint forecast_places_samples check (jsonb_typeof(samples) = 'array' and octet_length(samples::text) <= 40000)
      )`,
  sql`create index forecast_places_by_day on forecast_places (seen_on)`,
  sql`create table forecast_visitors (
        visitor_key text primary key,
        scores jsonb,
        seen_on date not null,
        constraint forecast_visitors_key check (char_length(visitor_key) between 1 and 64),
        constraint forecast_visitors_scores check (octet_length(scores::text) <= 10000)
      )`,
  sql`create index forecast_visitors_by_day on forecast_visitors (seen_on)`,
  // How far a bucket's rows are thinned: one visitor in 2^level.
  sql`create table forecast_levels (
        bucket integer primary key,
        level smallint not null,
        constraint forecast_levels_bucket check (bucket >= 0),
        constraint forecast_levels_level check (level between 1 and 30)
      )`,
  sql`create table forecast_opportunities (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        visitor_key text,
        bucket integer not null,
        sample_hash bigint not null,
        level smallint not null,
        place_ids bigint[] not null,
        category text,
        device smallint not null,
        personalised boolean not null,
        to_beat real[] not null,
        constraint forecast_opportunities_key check (char_length(visitor_key) between 1 and 64),
        constraint forecast_opportunities_bucket check (bucket >= 0),
        constraint forecast_opportunities_hash check (sample_hash between 0 and 4294967295),
        constraint forecast_opportunities_level check (level between 0 and 30),
        constraint forecast_opportunities_places check (cardinality(place_ids) <= 3),
        constraint forecast_opportunities_category check (char_length(category) <= 100),
        constraint forecast_opportunities_device check (device between 0 and 4),
        constraint forecast_opportunities_to_beat check (cardinality(to_beat) = 3 and 0 <= all (to_beat))
      )`,
  sql`create index forecast_opportunities_by_time on forecast_opportunities (at)`,
  sql`create index forecast_opportunities_by_visitor on forecast_opportunities (visitor_key) where visitor_key is not null`,
  sql`create index forecast_opportunities_by_bucket on forecast_opportunities (bucket)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table forecast_opportunities, forecast_levels, forecast_visitors, forecast_places`.execute(
    db,
  );
}
