import { type Kysely, sql } from "kysely";

/** The truth of money: what was charged, never changed, and its sums by campaign and day. No visitor is named here. */
const statements = [
  // No foreign keys: what was charged stays, whatever happens to the campaign.
  sql`create table ledger (
        id bigint generated always as identity primary key,
        event_id text not null,
        kind text not null,
        campaign_id bigint not null,
        advertiser_id bigint not null,
        creative_id bigint not null,
        placement_id text not null,
        budget_day date not null,
        amount_micros bigint not null,
        uncharged_reason text,
        occurred_at timestamptz not null,
        recorded_at timestamptz not null default now(),
        constraint ledger_event_unique unique (event_id),
        constraint ledger_kind check (kind in ('impression', 'viewable', 'click')),
        constraint ledger_amount_not_negative check (amount_micros >= 0),
        constraint ledger_uncharged_is_free check (uncharged_reason is null or amount_micros = 0),
        constraint ledger_ids_positive check (campaign_id > 0 and advertiser_id > 0 and creative_id > 0)
      )`,
  sql`create index ledger_campaign_day on ledger (campaign_id, budget_day)`,
  sql`create function refuse_ledger_change() returns trigger language plpgsql as $$
      begin
        raise exception 'the ledger is append-only: a correction is a new entry';
      end $$`,
  sql`create trigger ledger_append_only before update or delete on ledger
        for each row execute function refuse_ledger_change()`,
  sql`create trigger ledger_never_truncated before truncate on ledger
        for each statement execute function refuse_ledger_change()`,
  sql`create table campaign_days (
        campaign_id bigint not null,
        budget_day date not null,
        advertiser_id bigint not null,
        spent_micros bigint not null default 0,
        impressions bigint not null default 0,
        viewables bigint not null default 0,
        clicks bigint not null default 0,
        uncharged bigint not null default 0,
        primary key (campaign_id, budget_day),
        constraint campaign_days_not_negative
          check (spent_micros >= 0 and impressions >= 0 and viewables >= 0 and clicks >= 0 and uncharged >= 0)
      )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table campaign_days, ledger`.execute(db);
  await sql`drop function refuse_ledger_change()`.execute(db);
}
