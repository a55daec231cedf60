import { type Kysely, sql } from "kysely";

/**
 * People and pages of thinned buckets are counted by place, or for the whole bucket (place 0) where it is thinned so far that
 * no place of it could be told apart. What was counted by bucket is counted again within weeks.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop table forecast_people`.execute(db);
  await sql`create table forecast_people (
    bucket integer not null,
    place bigint not null,
    week date not null,
    -- When the first page came: a bucket's week that was counted from its beginning is whole.
    first_at timestamptz not null,
    pages bigint not null,
    sketch bytea not null,
    primary key (bucket, place, week),
    constraint forecast_people_bucket check (bucket >= 0),
    constraint forecast_people_place check (place >= 0),
    constraint forecast_people_week check (extract(isodow from week) = 1),
    constraint forecast_people_pages check (pages >= 0),
    constraint forecast_people_sketch check (octet_length(sketch) between 1 and 12289)
  )`.execute(db);
  await sql`create index forecast_people_by_week on forecast_people (week)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table forecast_people`.execute(db);
  await sql`create table forecast_people (
    bucket integer not null,
    week date not null,
    first_at timestamptz not null,
    sketch bytea not null,
    primary key (bucket, week),
    constraint forecast_people_bucket check (bucket >= 0),
    constraint forecast_people_week check (extract(isodow from week) = 1),
    constraint forecast_people_sketch check (octet_length(sketch) between 1 and 12289)
  )`.execute(db);
  await sql`create index forecast_people_by_week on forecast_people (week)`.execute(db);
}
