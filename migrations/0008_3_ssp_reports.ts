import { type Kysely, sql } from "kysely";

/** What SSPs report of our spending, to be compared with the ledger. A report of a day replaces the one before. */
const table = sql`create table ssp_report_days (
    ssp text not null,
    day date not null,
    currency text not null,
    -- Whose midnight ends the day.
    time_zone text not null,
    impressions bigint not null,
    spend_micros bigint not null,
    imported_by text not null,
    imported_at timestamptz not null default now(),
    primary key (ssp, day, currency),
    constraint ssp_report_days_ssp_length check (char_length(ssp) between 1 and 60),
    constraint ssp_report_days_currency check (currency ~ '^[A-Z]{3}$'),
    constraint ssp_report_days_time_zone check (time_zone in ('UTC', 'Europe/Paris')),
    constraint ssp_report_days_range check (impressions between 0 and 1000000000000
      and spend_micros between 0 and 1000000000000000),
    constraint ssp_report_days_importer check (char_length(imported_by) between 1 and 100)
  )`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await table.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table ssp_report_days`.execute(db);
}
