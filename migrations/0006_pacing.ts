import { type Kysely, sql } from "kysely";

/** What pacing has counted, plans and last did. All of it can be lost: it is learnt and planned again. */
const statements = [
  // Cell 0 is what has no known place, or came when too many cells were open.
  sql`create table traffic_hours (
        cell integer not null,
        hour timestamptz not null,
        requests bigint not null,
        primary key (hour, cell),
        constraint traffic_hours_cell check (cell >= 0),
        constraint traffic_hours_whole check (extract(epoch from hour)::bigint % 3600 = 0),
        constraint traffic_hours_positive check (requests > 0)
      )`,
  // No foreign key: a campaign that goes takes a minute to be forgotten here, and must not wait for it.
  sql`create table campaign_pacing (
        campaign_id integer primary key,
        budget_day date not null,
        mode text not null,
        hours real[] not null,
        planned_from timestamptz not null,
        from_micros bigint not null,
        limit_micros bigint not null,
        target_micros bigint not null,
        day_share double precision not null,
        throttle double precision not null,
        spent_micros bigint not null,
        held_micros bigint not null,
        planned_micros bigint not null,
        supply double precision[] not null,
        looked_at timestamptz not null,
        constraint campaign_pacing_mode check (mode in ('even', 'front_loaded')),
        constraint campaign_pacing_hours check (cardinality(hours) between 23 and 25 and 0 <= all (hours)),
        constraint campaign_pacing_throttle check (throttle between 0 and 1),
        constraint campaign_pacing_day_share check (day_share between 0 and 1),
        constraint campaign_pacing_money check (from_micros >= 0 and limit_micros >= 0 and target_micros >= from_micros
          and spent_micros >= 0 and held_micros >= 0 and planned_micros >= 0),
        constraint campaign_pacing_supply check (cardinality(supply) = 5 and 0 <= all (supply))
      )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table campaign_pacing, traffic_hours`.execute(db);
}
