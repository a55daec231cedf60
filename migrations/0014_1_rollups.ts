import { type Kysely, sql } from "kysely";

/**
 * Sums for reports. What is new in the ledger waits as one row a statement and is added to the sums once: whoever adds it
 * deletes the row in the same transaction. The ledger itself does not wait for reports.
 */
const measures = `
  impressions bigint not null default 0,
  viewables bigint not null default 0,
  clicks bigint not null default 0,
  conversions bigint not null default 0,
  -- Charged, less what was given back; and what was given back.
  spend_micros bigint not null default 0,
  credited_micros bigint not null default 0`;

const campaignDay = `
  campaign_id bigint not null,
  advertiser_id bigint not null,
  budget_day date not null`;

const dimensions = `${campaignDay},
  -- 0 and '': a credit of a whole day has neither.
  creative_id bigint not null,
  placement_id text not null`;

/** 0 = not known. A category is the hash of its path; see report_categories. */
const facets = `
  device smallint not null,
  category integer not null`;

const ranges = (table: string) => `
  constraint ${table}_ids check (campaign_id > 0 and advertiser_id > 0 and creative_id >= 0),
  constraint ${table}_placement_length check (char_length(placement_id) <= 400)`;

const campaignDays = `create table report_campaign_days (${campaignDay}, ${measures},
  primary key (campaign_id, budget_day),
  constraint report_campaign_days_ids check (campaign_id > 0 and advertiser_id > 0))`;

const facetRanges = (table: string) => `constraint ${table}_device check (device between 0 and 5)`;

const wholeHour = `check (extract(epoch from hour)::bigint % 3600 = 0)`;

const tables = [
  `create table report_batches (
    id bigint generated always as identity primary key,
    ledger_ids bigint[] not null,
    added_at timestamptz not null default now(),
    constraint report_batches_not_empty check (cardinality(ledger_ids) between 1 and 1000000)
  )`,
  // What an event's token knows of it besides. It goes once the event is in the sums.
  `create table report_facets (
    event_id text primary key,
    device smallint not null,
    category integer not null,
    -- The key of a commune or département; 0 = not known.
    area bigint not null,
    -- 28 bits of a cell of resolution 7; -1 = not known, or coarser.
    cell integer not null,
    -- Where a person falls in a count of people: register and rank; -1 = nobody who may be counted.
    reach integer not null,
    recorded_at timestamptz not null default now(),
    constraint report_facets_event_length check (char_length(event_id) <= 400),
    ${facetRanges("report_facets")},
    constraint report_facets_area check (area between 0 and 4294967295),
    constraint report_facets_cell check (cell between -1 and 268435455),
    constraint report_facets_reach check (reach between -1 and 1048575)
  )`,
  `create index report_facets_by_age on report_facets using brin (recorded_at)`,
  `create table report_hours (${dimensions}, hour timestamptz not null, ${facets}, ${measures},
    primary key (campaign_id, budget_day, hour, creative_id, placement_id, device, category),
    ${ranges("report_hours")}, ${facetRanges("report_hours")},
    constraint report_hours_whole_hour ${wholeHour})`,
  `create table report_days (${dimensions}, ${facets}, ${measures},
    primary key (campaign_id, budget_day, creative_id, placement_id, device, category),
    ${ranges("report_days")}, ${facetRanges("report_days")})`,
  campaignDays,
  ...["report_hours", "report_days", "report_campaign_days"].flatMap((table) => [
    `create index ${table}_by_day on ${table} using brin (budget_day) with (pages_per_range = 16, autosummarize = on)`,
    `create index ${table}_by_advertiser on ${table} (advertiser_id, budget_day)`,
  ]),
  `create table report_requests (
    placement_id text not null,
    budget_day date not null,
    hour timestamptz not null,
    ${facets},
    requests double precision not null,
    primary key (budget_day, hour, placement_id, device, category),
    constraint report_requests_placement_length check (char_length(placement_id) <= 400),
    ${facetRanges("report_requests")},
    constraint report_requests_whole_hour ${wholeHour},
    constraint report_requests_positive check (requests > 0)
  )`,
  // The last flush of each node's run: told again, it adds nothing.
  `create table report_request_flushes (
    node text primary key,
    flush bigint not null,
    flushed_at timestamptz not null default now(),
    constraint report_request_flushes_node_length check (char_length(node) between 1 and 64)
  )`,
  `create table report_categories (
    category integer primary key,
    path text not null,
    constraint report_categories_path_length check (char_length(path) between 1 and 128),
    constraint report_categories_known check (category <> 0)
  )`,
  // People by campaign and day as a HyperLogLog of 2^14 registers: merged, never listed.
  `create table report_reach (
    campaign_id bigint not null,
    budget_day date not null,
    advertiser_id bigint not null,
    -- Of the people in it: what frequency is worked out from.
    impressions bigint not null,
    sketch bytea not null,
    primary key (campaign_id, budget_day),
    constraint report_reach_size check (octet_length(sketch) between 1 and 12289)
  )`,
];

const waiting = [
  `create function note_report_batch() returns trigger language plpgsql as $$
    begin
      insert into report_batches (ledger_ids) select array_agg(id order by id) from added having count(*) > 0;
      return null;
    end $$`,
  `create trigger ledger_waits_for_reports after insert on ledger referencing new table as added
    for each statement execute function note_report_batch()`,
  // What was in the ledger before.
  `insert into report_batches (ledger_ids)
    select array_agg(id order by id) from (select id, (row_number() over (order by id) - 1) / 1000 as part from ledger) l
    group by part order by part`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...tables, ...waiting]) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger ledger_waits_for_reports on ledger`.execute(db);
  await sql`drop function note_report_batch()`.execute(db);
  await sql`drop table report_reach, report_categories, report_request_flushes, report_requests, report_campaign_days,
    report_days, report_hours, report_facets, report_batches`.execute(db);
}
