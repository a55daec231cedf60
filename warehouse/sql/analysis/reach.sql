-- Reach: how many people a category had in a departement within the period.
-- :from, :to: the first day and the one after the last; :category, :departement: '*' = all.
-- No row is about fewer than 50 people: departements that have fewer are told together, as 'other'; '*' are those of what is
-- told, each counted once. People are rounded down to tens.
with told as (
  select
    category,
    case
      when insee_code like '97%' or insee_code like '98%' then left(insee_code, 3)
      else left(coalesce(insee_code, ''), 2)
    end as departement,
    coalesce(account_key, visitor_key) as person
  from page_activity_v1
  where occurred_at >= cast(:from as timestamp) and occurred_at < cast(:to as timestamp)
    and category is not null
),
large as (
  select category, departement
  from told
  where departement <> ''
  group by category, departement
  having count(distinct person) >= 50
),
placed as (
  select
    told.category,
    case when large.category is null then 'other' else told.departement end as departement,
    told.person
  from told
  left join large on large.category = told.category and large.departement = told.departement
),
areas as (
  select category, departement, count(*) as events, count(distinct person) as people
  from placed
  group by category, departement
  having count(distinct person) >= 50
),
rows_told as (
  select category, departement, events, people
  from areas
  union all
  select placed.category, '*' as departement, count(*) as events, count(distinct placed.person) as people
  from placed
  join areas on areas.category = placed.category and areas.departement = placed.departement
  group by placed.category
)
select
  category,
  departement,
  cast(events as bigint) as events,
  cast(people - people % 10 as bigint) as people
from rows_told
where (:category = '*' or category = :category)
  and (:departement = '*' or departement = :departement)
order by category, departement
