import { type Kysely, sql } from "kysely";

/**
 * People of the buckets whose rows are thinned, counted in full by week, in sketches that name nobody. What sampled visitors
 * stand for is corrected by them. All of it can be lost: it is counted again within weeks.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table forecast_people (
    bucket integer not null,
    week date not null,
    -- When the first of them came: a week that was counted from its beginning is whole.
    first_at timestamptz not null,
    sketch bytea not null,
    primary key (bucket, week),
    constraint forecast_people_bucket check (bucket >= 0),
    constraint forecast_people_week check (extract(isodow from week) = 1),
    constraint forecast_people_sketch check (octet_length(sketch) between 1 and 12289)
  )`.execute(db);
  await sql`create index forecast_people_by_week on forecast_people (week)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table forecast_people`.execute(db);
}
