import { type Kysely, sql } from "kysely";

/** What campaigns have agreed with exchanges, and whether they take part in open auctions besides. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create function valid_deals(deals jsonb) returns boolean
    language sql immutable parallel safe as $$
      select case when jsonb_typeof(deals) <> 'array' or jsonb_array_length(deals) > 20 then false
        else not exists (
          select from jsonb_array_elements(deals) as d(deal)
          where not coalesce(
            jsonb_typeof(deal) = 'object' and deal - 'ssp' - 'id' = '{}'::jsonb
            and jsonb_typeof(deal->'ssp') = 'string' and jsonb_typeof(deal->'id') = 'string'
            and (deal->>'ssp') ~ '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$'
            and deal->>'id' = btrim(deal->>'id') and char_length(deal->>'id') between 1 and 100, false))
          and (select count(*) = count(distinct deal) from jsonb_array_elements(deals) as d(deal)) end
    $$`.execute(db);
  await sql`alter table campaigns
    add column deals jsonb not null default '[]',
    add column open_auction boolean not null default true,
    add constraint campaigns_deals check (valid_deals(deals))`.execute(db);
}

/** Campaigns that kept to their deals would bid in open auctions: they are paused. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`update campaigns set status = 'paused' where not open_auction and status = 'active'`.execute(
    db,
  );
  await sql`alter table campaigns
    drop constraint campaigns_deals, drop column deals, drop column open_auction`.execute(db);
  await sql`drop function valid_deals(jsonb)`.execute(db);
}
