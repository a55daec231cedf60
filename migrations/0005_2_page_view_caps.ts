import { type Kysely, sql } from "kysely";

/** A frequency cap has either a time or the page view as its window. */
const validCaps = (
  windowRule: string,
) => `create or replace function valid_frequency_caps(caps jsonb) returns boolean
  language sql immutable parallel safe as $$
    select case when jsonb_typeof(caps) <> 'array' or jsonb_array_length(caps) > 5 then false
      else not exists (
        select from jsonb_array_elements(caps) as c(cap)
        where not coalesce(
          jsonb_typeof(cap) = 'object' and cap->>'per' in ('campaign', 'advertiser')
          and (cap->>'maxImpressions') ~ '^[0-9]{1,4}$'
          and (cap->>'maxImpressions')::integer between 1 and 1000
          and ${windowRule}, false))
    end
  $$`;

const timed = `(cap->>'windowSeconds') ~ '^[0-9]{1,7}$'
          and (cap->>'windowSeconds')::integer between 60 and 2592000`;

export async function up(db: Kysely<unknown>): Promise<void> {
  const rule = `case when cap ? 'window'
            then cap->>'window' = 'page_view' and not cap ? 'windowSeconds' else ${timed} end`;
  await sql.raw(validCaps(rule)).execute(db);
}

/** Caps within the page view cannot be said any more: they go, and the other caps of their campaigns stay. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`update campaigns set frequency_caps = (
      select coalesce(jsonb_agg(cap order by n), '[]'::jsonb)
      from jsonb_array_elements(frequency_caps) with ordinality as c (cap, n) where cap ? 'windowSeconds')
    where frequency_caps @> '[{"window": "page_view"}]'`.execute(db);
  await sql.raw(validCaps(timed)).execute(db);
}
