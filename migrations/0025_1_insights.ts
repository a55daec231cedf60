import { type Kysely, sql } from "kysely";

/**
 * What analysis has worked out beforehand, about groups of at least 50 people: weekly demand (kept when the lake forgets its
 * rows), its forecasts, and the tables behind the charts. All but the demand of forgotten weeks can be made again.
 */
const statements = [
  sql`create table demand_series (
        category text not null,
        departement text not null,
        first_week date not null,
        -- Null = fewer than 50 people that week.
        events integer[] not null,
        primary key (category, departement),
        constraint demand_series_category check (char_length(category) between 1 and 128),
        constraint demand_series_departement check (departement = '*' or departement = 'other' or departement ~ '^[0-9][0-9AB][0-9]?$'),
        constraint demand_series_monday check (extract(isodow from first_week) = 1),
        constraint demand_series_length check (cardinality(events) between 1 and 1100),
        constraint demand_series_events check (0 <= all (events) is not false)
      )`,
  sql`create table demand_forecasts (
        category text not null,
        departement text not null,
        made_for date not null,
        refusal text,
        weeks jsonb not null,
        backtest jsonb,
        primary key (category, departement),
        constraint demand_forecasts_refusal check (char_length(refusal) between 1 and 40),
        constraint demand_forecasts_weeks check (jsonb_typeof(weeks) = 'array' and octet_length(weeks::text) <= 4000),
        constraint demand_forecasts_backtest check (octet_length(backtest::text) <= 1000)
      )`,
  sql`create table insight_tables (
        question text not null,
        category text not null,
        computed_at timestamptz not null,
        rows jsonb not null,
        primary key (question, category),
        constraint insight_tables_question check (question in ('retention', 'affinities')),
        constraint insight_tables_category check (char_length(category) between 1 and 128),
        constraint insight_tables_rows check (jsonb_typeof(rows) = 'array' and octet_length(rows::text) <= 200000)
      )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table insight_tables, demand_forecasts, demand_series`.execute(db);
}
