-- Demand by week (from Monday, UTC): searches, listings looked at and contacts of a category in a departement.
-- :from, :to: the first day and the one after the last; :category, :departement: '*' = all.
-- No row is about fewer than 50 people. Departements that have fewer in a week are told together, as 'other', where they are
-- 50; '*' is the sum of what is told, so that nobody subtracts one from the other. People are rounded down to tens.
with told as (
  select
    cast(date_trunc('week', occurred_at) as date) as week,
    category,
    case
      when insee_code like '97%' or insee_code like '98%' then left(insee_code, 3)
      else left(coalesce(insee_code, ''), 2)
    end as departement,
    coalesce(account_key, visitor_key) as person
  from page_activity_v1
  where occurred_at >= cast(:from as timestamp) and occurred_at < cast(:to as timestamp)
    and kind in ('search', 'listing_view', 'contact') and category is not null
),
large as (
  select week, category, departement
  from told
  where departement <> ''
  group by week, category, departement
  having count(distinct person) >= 50
),
placed as (
  select
    told.week,
    told.category,
    case when large.week is null then 'other' else told.departement end as departement,
    told.person
  from told
  left join large on large.week = told.week and large.category = told.category
    and large.departement = told.departement
),
areas as (
  select week, category, departement, count(*) as events, count(distinct person) as people
  from placed
  group by week, category, departement
  having count(distinct person) >= 50
),
rows_told as (
  select week, category, departement, events, people
  from areas
  union all
  select placed.week, placed.category, '*' as departement, count(*) as events, count(distinct placed.person) as people
  from placed
  join areas on areas.week = placed.week and areas.category = placed.category
    and areas.departement = placed.departement
  group by placed.week, placed.category
)
select
  cast(week as varchar(10)) as week,
  category,
  departement,
  cast(events as bigint) as events,
  cast(people - people % 10 as bigint) as people
from rows_told
where (:category = '*' or category = :category)
  and (:departement = '*' or departement = :departement)
order by week, category, departement
