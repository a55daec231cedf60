import { type Kysely, sql } from "kysely";

/**
 * Conversions: what shops tell of the sales and inquiries that their ads brought, how long after an ad one is ascribed to
 * it, and the keys by which a shop's server tells. No visitor is named here.
 */
const statements = [
  // No foreign keys, as in the ledger: what was counted stays.
  sql`create table conversions (
        id bigint generated always as identity primary key,
        event_id text not null,
        advertiser_id bigint not null,
        campaign_id bigint not null,
        creative_id bigint not null,
        order_id text not null,
        label text,
        value_micros bigint,
        attributed_by text not null,
        lag_seconds integer not null,
        source text not null,
        occurred_at timestamptz not null,
        recorded_at timestamptz not null default now(),
        constraint conversions_event_unique unique (event_id),
        constraint conversions_event_id_length check (char_length(event_id) between 1 and 100),
        constraint conversions_ids_positive check (campaign_id > 0 and advertiser_id > 0 and creative_id > 0),
        constraint conversions_order_id_shape check (order_id ~ '^[A-Za-z0-9._:/#+-]{1,64}$'),
        constraint conversions_label_length check (label = btrim(label) and char_length(label) between 1 and 60),
        constraint conversions_value_range check (value_micros between 0 and 1000000000000),
        constraint conversions_attributed_by check (attributed_by in ('click', 'view')),
        constraint conversions_lag_range check (lag_seconds between 0 and 7776000),
        constraint conversions_source check (source in ('pixel', 'postback'))
      )`,
  sql`create index conversions_by_campaign on conversions (campaign_id, id)`,
  sql`create index conversions_by_age on conversions (recorded_at)`,
  // No row = the usual windows.
  sql`create table conversion_settings (
        advertiser_id integer primary key references advertisers (id) on delete cascade,
        click_window_days integer not null,
        view_window_hours integer not null,
        updated_at timestamptz not null default now(),
        constraint conversion_settings_click_window check (click_window_days between 1 and 90),
        constraint conversion_settings_view_window check (view_window_hours between 0 and 168)
      )`,
  sql`create table postback_keys (
        id integer generated always as identity primary key,
        advertiser_id integer not null references advertisers (id) on delete cascade,
        key_hash text not null,
        label text not null,
        created_at timestamptz not null default now(),
        revoked_at timestamptz,
        constraint postback_keys_hash_unique unique (key_hash),
        constraint postback_keys_hash_shape check (key_hash ~ '^[0-9a-f]{64}$'),
        constraint postback_keys_label_length check (label = btrim(label) and char_length(label) between 1 and 100)
      )`,
  sql`create index postback_keys_by_advertiser on postback_keys (advertiser_id, id)`,
  // Several writers at once make no more than five keys that work: the advertiser's row is locked meanwhile.
  sql`create function bound_postback_keys() returns trigger language plpgsql as $$
      begin
        perform from advertisers where id = new.advertiser_id for update;
        if (select count(*) from postback_keys where advertiser_id = new.advertiser_id and revoked_at is null) >= 5 then
          raise exception 'an advertiser has at most 5 postback keys'
            using errcode = 'check_violation', constraint = 'postback_keys_at_most_five';
        end if;
        return new;
      end $$`,
  sql`create trigger postback_keys_bounded before insert on postback_keys
        for each row execute function bound_postback_keys()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table postback_keys, conversion_settings, conversions`.execute(db);
  await sql`drop function bound_postback_keys()`.execute(db);
}
