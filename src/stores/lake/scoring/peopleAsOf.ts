import type { LakeEngine } from "../duckdb.ts";

/**
 * Makes `visitor_activity` and `segment_seeds` of a slice as of a date ("2026-06-01 00:00:00"): under the key of the person to whom
 * each event belongs as far as it was known then. What names an account is the account's, before the date; from then on, when
 * it is what is to be predicted, nothing is known of log-ins to come. For slices with accounts (`loadSlice`).
 */
export async function takeAsOf(engine: LakeEngine, day: string): Promise<void> {
  await engine.run(
    `create or replace temp table people as
      select visitor_key, person_key, valid_from, valid_until from slice_identity
      where dated = cast($1 as timestamp)`,
    [day],
  );
  await engine.run(
    `create or replace temp table visitor_activity as
      select
        coalesce(case when occurred_at < cast($1 as timestamp) then account_key end, people.person_key, events.visitor_key) as visitor_key,
        occurred_at, kind, category, item_id, price_micros, insee_code
      from slice_activity as events
      left join people on people.visitor_key = events.visitor_key
        and events.occurred_at >= people.valid_from and events.occurred_at < people.valid_until`,
    [day],
  );
  await engine.run(`create or replace temp table segment_seeds as
    select seeds.segment_id, coalesce(people.person_key, seeds.visitor_key) as visitor_key, seeds.converted_at
    from visitor_seeds as seeds
    left join people on people.visitor_key = seeds.visitor_key
      and seeds.converted_at >= people.valid_from and seeds.converted_at < people.valid_until`);
}

/**
 * Makes `published_keys` (person_key, visitor_key): under which visitors' keys a person's scores are published at a date, of those
 * in `population`. An account's stand under each visitor who belongs to it then; an account whom nobody belongs to has none;
 * a visitor who belongs to nobody has its own.
 */
export async function takePublishedKeys(engine: LakeEngine, day: string): Promise<void> {
  await engine.run(
    `create or replace temp table current_people as
      select visitor_key, min(person_key) as person_key from slice_identity
      where dated = cast($1 as timestamp)
        and valid_from <= cast($1 as timestamp) and valid_until > cast($1 as timestamp)
      group by visitor_key`,
    [day],
  );
  await engine.run(`create or replace temp table published_keys as
    select person_key, visitor_key from current_people
    union all
    select visitor_key as person_key, visitor_key from population
    where visitor_key not in (select visitor_key from current_people)
      and visitor_key not in (select person_key from slice_identity)
      and visitor_key not in (select account_key from slice_activity where account_key is not null)`);
}
