import { type Kysely, sql } from "kysely";

/** Why campaigns do and do not show: what sampled decisions say by the hour, and what was concluded from it. */
const statements = [
  // Counts are triples [counter, weight, sum of squared weights, …]: few of some fifty counters are ever met by one
  // campaign in one hour. Campaign 0 holds what is counted of all requests.
  sql`create table delivery_funnel (
        campaign_id bigint not null,
        hour timestamptz not null,
        counts real[] not null,
        primary key (campaign_id, hour),
        constraint delivery_funnel_campaign check (campaign_id >= 0),
        constraint delivery_funnel_whole_hour check (extract(epoch from hour)::bigint % 3600 = 0),
        constraint delivery_funnel_triples check (cardinality(counts) % 3 = 0 and cardinality(counts) <= 600)
      )`,
  sql`create index delivery_funnel_by_hour on delivery_funnel (hour)`,
  sql`create function merge_counts(a real[], b real[]) returns real[] language sql immutable parallel safe as $$
        select coalesce(array_agg(value order by counter, part), '{}') from (
          select counter, unnest(array[counter, sum(weight), sum(square)]::real[]) as value, generate_series(1, 3) as part
          from (
            select counts[3 * i - 2] as counter, counts[3 * i - 1] as weight, counts[3 * i] as square
            from (values (a), (b)) as both_sides (counts), generate_series(1, cardinality(counts) / 3) as i
          ) as entries group by counter
        ) as merged $$`,
  // One a campaign and day: the last, and when the campaign was first known to lag that day.
  sql`create table campaign_diagnoses (
        campaign_id integer not null,
        budget_day date not null,
        status text not null,
        reason text,
        first_known_at timestamptz not null,
        diagnosed_at timestamptz not null,
        diagnosis jsonb not null,
        primary key (campaign_id, budget_day),
        constraint campaign_diagnoses_campaign check (campaign_id > 0),
        constraint campaign_diagnoses_status check (status in ('behind', 'cannot_spend', 'recovered')),
        constraint campaign_diagnoses_reason_length check (char_length(reason) <= 60),
        constraint campaign_diagnoses_size check (octet_length(diagnosis::text) <= 20000)
      )`,
  // Which node looks at all campaigns in an hour: one that does not finish is replaced.
  sql`create table diagnosis_runs (
        hour timestamptz primary key,
        claimed_at timestamptz not null,
        finished_at timestamptz
      )`,
  sql`create index campaign_diagnoses_by_day on campaign_diagnoses (budget_day)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table diagnosis_runs, campaign_diagnoses, delivery_funnel`.execute(db);
  await sql`drop function merge_counts(real[], real[])`.execute(db);
}
