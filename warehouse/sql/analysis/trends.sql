-- Trends over years: what happened in a season (winter: December, told with the year that follows, to February) by category
-- and departement. :from, :to: the first day and the one after the last; :category, :departement: '*' = all.
-- No row is about fewer than 50 people: departements that have fewer are told together, as 'other'; '*' is the sum of what is
-- told. People are rounded down to tens.
with dated as (
  select
    cast(extract(year from occurred_at) as integer) as calendar_year,
    cast(extract(month from occurred_at) as integer) as month,
    kind,
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
told as (
  select
    case when month = 12 then calendar_year + 1 else calendar_year end as year,
    case
      when month in (12, 1, 2) then 'winter'
      when month in (3, 4, 5) then 'spring'
      when month in (6, 7, 8) then 'summer'
      else 'autumn'
    end as season,
    kind,
    category,
    departement,
    person
  from dated
),
large as (
  select year, season, category, departement
  from told
  where departement <> ''
  group by year, season, category, departement
  having count(distinct person) >= 50
),
placed as (
  select
    told.year,
    told.season,
    told.kind,
    told.category,
    case when large.year is null then 'other' else told.departement end as departement,
    told.person
  from told
  left join large on large.year = told.year and large.season = told.season
    and large.category = told.category and large.departement = told.departement
),
areas as (
  select
    year,
    season,
    category,
    departement,
    count(*) as events,
    sum(case when kind = 'contact' then 1 else 0 end) as contacts,
    sum(case when kind = 'deposit' then 1 else 0 end) as deposits,
    count(distinct person) as people
  from placed
  group by year, season, category, departement
  having count(distinct person) >= 50
),
rows_told as (
  select year, season, category, departement, events, contacts, deposits, people
  from areas
  union all
  select
    placed.year,
    placed.season,
    placed.category,
    '*' as departement,
    count(*) as events,
    sum(case when placed.kind = 'contact' then 1 else 0 end) as contacts,
    sum(case when placed.kind = 'deposit' then 1 else 0 end) as deposits,
    count(distinct placed.person) as people
  from placed
  join areas on areas.year = placed.year and areas.season = placed.season
    and areas.category = placed.category and areas.departement = placed.departement
  group by placed.year, placed.season, placed.category
)
select
  year,
  season,
  category,
  departement,
  cast(events as bigint) as events,
  cast(contacts as bigint) as contacts,
  cast(deposits as bigint) as deposits,
  cast(people - people % 10 as bigint) as people
from rows_told
where (:category = '*' or category = :category)
  and (:departement = '*' or departement = :departement)
order by year, case season when 'winter' then 1 when 'spring' then 2 when 'summer' then 3 else 4 end, category, departement
