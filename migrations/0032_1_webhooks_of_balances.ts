import { type Kysely, sql } from "kysely";

const before = [
  "campaign.approved",
  "campaign.rejected",
  "campaign.exhausted",
  "campaign.under_delivering",
  "campaign.budget_80",
];
const added = [
  "campaign.daily_budget_exhausted",
  "advertiser.balance_low",
  "advertiser.balance_exhausted",
];

/**
 * Servers are told of a day's budget and of prepaid balances too. An advertiser's event is about no campaign; else it is kept and
 * delivered as a campaign's. What may be listened for becomes more: what an older release writes is among it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table webhooks drop constraint webhooks_events`.execute(db);
  await eventsAre(db, [...before, ...added]);
  await sql`create function tell_advertiser_webhooks(told_type text, told_advertiser integer, told_key text, told_data jsonb,
      told_at timestamptz) returns integer language plpgsql as $$
    declare
      organization integer;
      event uuid;
      told integer;
    begin
      select a.organization_id into organization from advertisers a where a.id = told_advertiser and exists (
        select from webhooks w where w.organization_id = a.organization_id and w.active and told_type = any(w.events)
          and coalesce(w.advertiser_id, a.id) = a.id);
      if organization is null then return 0; end if;
      insert into webhook_events (type, organization_id, advertiser_id, dedupe_key, data, occurred_at)
        values (told_type, organization, told_advertiser, told_key, told_data, told_at)
        on conflict (dedupe_key) do nothing returning id into event;
      if event is null then return 0; end if;
      insert into webhook_deliveries (webhook_id, event_id, next_at, gives_up_at, created_at)
        select w.id, event, told_at, told_at + interval '24 hours', told_at from webhooks w
        where w.organization_id = organization and w.active and told_type = any(w.events)
          and coalesce(w.advertiser_id, told_advertiser) = told_advertiser;
      get diagnostics told = row_count;
      return told;
    end $$`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function tell_advertiser_webhooks(text, integer, text, jsonb, timestamptz)`.execute(
    db,
  );
  await sql`delete from webhooks where events <@ ${added}::text[]`.execute(db);
  await sql`update webhooks set events = array(select unnest(events) except select unnest(${added}::text[]))
    where events && ${added}::text[]`.execute(db);
  await sql`alter table webhooks drop constraint webhooks_events`.execute(db);
  await eventsAre(db, before);
}

/** At most ten, of these. */
async function eventsAre(db: Kysely<unknown>, events: readonly string[]): Promise<void> {
  const list = sql.raw(events.map((event) => `'${event}'`).join(", "));
  await sql`alter table webhooks
    add constraint webhooks_events check (cardinality(events) between 1 and 10 and events <@ array[${list}])`.execute(
    db,
  );
}
