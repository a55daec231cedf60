import { type Kysely, sql } from "kysely";

/**
 * What clicks are predicted from, and the predictions: counts by day and context, and the effects that were learnt from them.
 * All of it can be lost: it is gathered again within weeks.
 */
const statements = [
  // 1 to 6: how far the place is from the campaign's nearest circle; 0 = not known.
  sql`alter table report_facets add column distance smallint not null default 0,
        add constraint report_facets_distance check (distance between 0 and 7)`,
  sql`create table click_counts (
        budget_day date not null,
        campaign_id bigint not null,
        creative_id bigint not null,
        placement_id text not null,
        category integer not null,
        hour smallint not null,
        distance smallint not null,
        impressions bigint not null,
        clicks bigint not null,
        primary key (budget_day, campaign_id, creative_id, placement_id, category, hour, distance),
        constraint click_counts_ids check (campaign_id > 0 and creative_id >= 0),
        constraint click_counts_placement_length check (char_length(placement_id) <= 400),
        constraint click_counts_hour check (hour between 0 and 23),
        constraint click_counts_distance check (distance between 0 and 7),
        constraint click_counts_positive check (impressions >= 0 and clicks >= 0)
      )`,
  sql`create table click_effects (
        kind text not null,
        key text not null,
        factor double precision not null,
        learnt_at timestamptz not null default now(),
        primary key (kind, key),
        constraint click_effects_kind check (kind in ('placement', 'category', 'hour', 'distance')),
        constraint click_effects_key_length check (char_length(key) <= 400),
        constraint click_effects_factor check (factor > 0 and factor <= 100)
      )`,
  // Mean factor of the contexts in which it was shown, and the highest that its rate is predicted with.
  sql`alter table campaigns add column click_context double precision not null default 1,
        add column click_ceiling double precision not null default 1,
        add constraint campaigns_click_context check (click_context > 0 and click_context <= 100),
        add constraint campaigns_click_ceiling check (click_ceiling between 1 and 3)`,
  sql`alter table creatives add column click_context real not null default 1,
        add constraint creatives_click_context check (click_context > 0 and click_context <= 100)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table creatives drop column click_context`.execute(db);
  await sql`alter table campaigns drop column click_context, drop column click_ceiling`.execute(db);
  await sql`drop table click_effects, click_counts`.execute(db);
  await sql`alter table report_facets drop column distance`.execute(db);
}
