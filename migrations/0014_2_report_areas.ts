import { type Kysely, sql } from "kysely";

/**
 * Where ads were shown, for reports. What is not yet known to stand for 50 people waits, by campaign, day and place, for a
 * week at most; what is published are parts of at least 50 people that never overlap.
 */
const measures = `
  impressions bigint not null default 0,
  viewables bigint not null default 0,
  clicks bigint not null default 0,
  conversions bigint not null default 0,
  spend_micros bigint not null default 0,
  credited_micros bigint not null default 0`;

/** '' = not known, or not told. */
const place = `
  departement text not null,
  commune text not null,
  cell text not null`;

const shapes = (table: string) => `
  constraint ${table}_departement check (departement ~ '^(|[0-9]{2}|2[AB]|9[78][0-9])$'),
  constraint ${table}_commune check (commune ~ '^(|[0-9][0-9AB][0-9]{3})$' and (commune = '' or departement <> '')),
  constraint ${table}_cell check (cell ~ '^(|87[0-9a-f]{13})$' and (cell = '' or commune <> ''))`;

const tables = [
  `create table report_area_waiting (
    campaign_id bigint not null,
    budget_day date not null,
    advertiser_id bigint not null,
    ${place},
    ${measures},
    -- Registers of people, at most 50: enough to know that there are 50, and not who.
    people smallint[] not null default '{}',
    primary key (campaign_id, budget_day, departement, commune, cell),
    ${shapes("report_area_waiting")},
    constraint report_area_waiting_people check (cardinality(people) <= 50)
  )`,
  `create index report_area_waiting_by_day on report_area_waiting (budget_day)`,
  `create table report_area_parts (
    campaign_id bigint not null,
    first_day date not null,
    -- 1 = a day, 7 = the rest of a week.
    days smallint not null,
    advertiser_id bigint not null,
    ${place},
    ${measures},
    primary key (campaign_id, first_day, days, departement, commune, cell),
    ${shapes("report_area_parts")},
    constraint report_area_parts_placed check (departement <> ''),
    constraint report_area_parts_days check (days = 1 or (days = 7 and extract(isodow from first_day) = 1))
  )`,
  `create index report_area_parts_by_advertiser on report_area_parts (advertiser_id, first_day)`,
  `create index report_area_parts_by_day on report_area_parts using brin (first_day)`,
  // Which days and weeks were looked at.
  `create table report_area_closings (
    first_day date not null,
    days smallint not null,
    closed_at timestamptz not null default now(),
    primary key (first_day, days),
    constraint report_area_closings_days check (days in (1, 7))
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of tables) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table report_area_closings, report_area_parts, report_area_waiting`.execute(db);
}
