import { type Kysely, sql } from "kysely";

/** What the ledger needs to admit and to give back: two sides of a row, credits, running totals, a place for what breaks a rule. */
const tables = [
  sql`alter table ledger
        alter column creative_id drop not null,
        alter column placement_id drop not null,
        drop constraint ledger_kind,
        drop constraint ledger_amount_not_negative,
        drop constraint ledger_ids_positive,
        -- The other side: what the place cost us. Price in micros of the seller's currency; rate = units of it for a euro.
        add column media_ssp text,
        add column media_price_micros bigint,
        add column media_currency text,
        add column media_rate numeric(18, 9),
        add column media_rate_date date,
        add column media_cost_micros bigint,
        add column media_margin_micros bigint generated always as (amount_micros - media_cost_micros) stored,
        -- A credit gives back what was charged: for one event, or of a campaign's day.
        add column credited_event_id text,
        add column credit_reason text,
        add column credited_by text,
        add column credited_by_key_id integer references api_keys (id) on delete restrict,
        add constraint ledger_kind check (kind in ('impression', 'viewable', 'click', 'conversion', 'credit')),
        add constraint ledger_event_id_length check (char_length(event_id) between 1 and 400),
        add constraint ledger_placement_length check (char_length(placement_id) <= 400),
        add constraint ledger_amount_sign check (case kind when 'credit' then amount_micros between -1000000000000 and -1
          when 'conversion' then amount_micros = 0 else amount_micros between 0 and 1000000000000 end),
        add constraint ledger_ids_positive check (campaign_id > 0 and advertiser_id > 0 and creative_id > 0),
        add constraint ledger_event_place check (kind = 'credit' or num_nulls(creative_id, placement_id) = 0),
        add constraint ledger_reason_shape check (uncharged_reason ~ '^[a-z][a-z0-9_:.-]{0,59}$'),
        add constraint ledger_media_whole check (num_nulls(media_ssp, media_price_micros, media_currency, media_rate,
          media_rate_date, media_cost_micros) in (0, 6) and (media_ssp is null or kind <> 'credit')),
        add constraint ledger_media_ssp_length check (media_ssp = btrim(media_ssp) and char_length(media_ssp) between 1 and 60),
        add constraint ledger_media_currency check (media_currency ~ '^[A-Z]{3}$' and (media_currency <> 'EUR' or media_rate = 1)),
        add constraint ledger_media_range check (media_price_micros between 0 and 1000000000000000 and media_rate > 0
          and media_cost_micros between 0 and 1000000000000),
        -- The three figures agree to the micro.
        add constraint ledger_media_exchange check (abs(media_cost_micros * media_rate - media_price_micros) <= media_rate),
        add constraint ledger_credit_whole check (case when kind = 'credit' then num_nulls(credit_reason, credited_by) = 0
          and num_nonnulls(creative_id, placement_id, uncharged_reason) = 0
          else num_nonnulls(credited_event_id, credit_reason, credited_by, credited_by_key_id) = 0 end),
        add constraint ledger_credit_texts check (credit_reason = btrim(credit_reason)
          and char_length(credit_reason) between 1 and 300 and char_length(credited_by) between 1 and 100)`,
  sql`create index ledger_by_campaign on ledger (campaign_id, id)`,
  sql`create index ledger_by_campaign_kind on ledger (campaign_id, kind, id) where kind <> 'impression'`,
  sql`create index ledger_by_credited_event on ledger (credited_event_id) where credited_event_id is not null`,
  // spent_micros is what counts against budgets: charged, less what was given back.
  sql`alter table campaign_days
        add column credited_micros bigint not null default 0,
        add column conversions bigint not null default 0,
        add column media_cost_micros bigint not null default 0,
        add constraint campaign_days_more_not_negative
          check (credited_micros >= 0 and conversions >= 0 and media_cost_micros >= 0)`,
  sql`create table campaign_totals (
        campaign_id bigint primary key,
        advertiser_id bigint not null,
        spent_micros bigint not null default 0,
        constraint campaign_totals_ids_positive check (campaign_id > 0 and advertiser_id > 0),
        constraint campaign_totals_not_negative check (spent_micros >= 0)
      )`,
  sql`create table advertiser_totals (
        advertiser_id bigint primary key,
        spent_micros bigint not null default 0,
        constraint advertiser_totals_id_positive check (advertiser_id > 0),
        constraint advertiser_totals_not_negative check (spent_micros >= 0)
      )`,
  sql`create table campaign_day_uncharged (
        campaign_id bigint not null,
        budget_day date not null,
        uncharged_reason text not null,
        events bigint not null,
        primary key (campaign_id, budget_day, uncharged_reason),
        constraint campaign_day_uncharged_positive check (events > 0)
      )`,
  sql`create table ledger_rejects (
        id bigint generated always as identity primary key,
        line text not null,
        reason text not null,
        rejected_at timestamptz not null default now(),
        constraint ledger_rejects_line_length check (char_length(line) <= 5000),
        constraint ledger_rejects_reason_length check (char_length(reason) <= 300)
      )`,
  // Told again, set aside once.
  sql`create unique index ledger_rejects_once on ledger_rejects (md5(line))`,
  // Where the comparison of Redis with the ledger stands: all nodes take turns in one round.
  sql`create table ledger_comparison (
        only_row boolean primary key default true check (only_row),
        next_bucket integer not null default 0,
        compared_at timestamptz not null default '-infinity',
        constraint ledger_comparison_bucket check (next_bucket between 0 and 63)
      )`,
  sql`insert into ledger_comparison default values`,
  // The 64 buckets in which Redis keeps money.
  sql`create index campaign_totals_by_bucket on campaign_totals ((advertiser_id % 64))`,
  sql`create index campaigns_by_bucket on campaigns ((advertiser_id % 64))`,
];

const backfill = [
  sql`insert into campaign_totals (campaign_id, advertiser_id, spent_micros)
      select campaign_id, min(advertiser_id), sum(spent_micros) from campaign_days group by campaign_id`,
  sql`insert into advertiser_totals (advertiser_id, spent_micros)
      select advertiser_id, sum(spent_micros) from campaign_totals group by advertiser_id`,
  sql`insert into campaign_day_uncharged (campaign_id, budget_day, uncharged_reason, events)
      select campaign_id, budget_day, uncharged_reason, count(*) from ledger where uncharged_reason is not null
      group by campaign_id, budget_day, uncharged_reason`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...tables, ...backfill]) await statement.execute(db);
}

/** Goes back to a ledger without credits, conversions and media: such rows must not exist, or the old rules refuse. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table ledger_comparison, ledger_rejects, campaign_day_uncharged, advertiser_totals, campaign_totals`.execute(
    db,
  );
  await sql`drop index campaigns_by_bucket, ledger_by_campaign, ledger_by_campaign_kind, ledger_by_credited_event`.execute(
    db,
  );
  await sql`alter table campaign_days drop constraint campaign_days_more_not_negative,
    drop column credited_micros, drop column conversions, drop column media_cost_micros`.execute(
    db,
  );
  await sql`alter table ledger
    drop constraint ledger_kind, drop constraint ledger_event_id_length, drop constraint ledger_placement_length,
    drop constraint ledger_amount_sign, drop constraint ledger_ids_positive, drop constraint ledger_event_place,
    drop constraint ledger_reason_shape, drop constraint ledger_media_whole, drop constraint ledger_media_ssp_length,
    drop constraint ledger_media_currency, drop constraint ledger_media_range, drop constraint ledger_media_exchange,
    drop constraint ledger_credit_whole, drop constraint ledger_credit_texts,
    drop column media_margin_micros, drop column media_ssp, drop column media_price_micros, drop column media_currency,
    drop column media_rate, drop column media_rate_date, drop column media_cost_micros, drop column credited_event_id,
    drop column credit_reason, drop column credited_by, drop column credited_by_key_id,
    alter column creative_id set not null, alter column placement_id set not null,
    add constraint ledger_kind check (kind in ('impression', 'viewable', 'click')),
    add constraint ledger_amount_not_negative check (amount_micros >= 0),
    add constraint ledger_ids_positive check (campaign_id > 0 and advertiser_id > 0 and creative_id > 0)`.execute(
    db,
  );
}
