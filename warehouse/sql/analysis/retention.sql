-- Retention: of the people whose first month in the period is a cohort's, how many came again so many months later.
-- :from, :to: the first day and the one after the last; :category, :departement: '*' = all.
-- No cohort, and no part of one, of fewer than 50 people is told. People are rounded down to tens.
with told as (
  select
    cast(date_trunc('month', occurred_at) as date) as month,
    category,
    case
      when insee_code like '97%' or insee_code like '98%' then left(insee_code, 3)
      else left(coalesce(insee_code, ''), 2)
    end as departement,
    coalesce(account_key, visitor_key) as person
  from page_activity_v1
  where occurred_at >= cast(:from as timestamp) and occurred_at < cast(:to as timestamp)
),
seen as (
  select distinct person, month
  from told
  where person is not null
    and (:category = '*' or category = :category)
    and (:departement = '*' or departement = :departement)
),
arrived as (
  select person, min(month) as cohort
  from seen
  group by person
),
sizes as (
  select cohort, count(*) as people
  from arrived
  group by cohort
  having count(*) >= 50
),
returned as (
  select arrived.cohort, seen.month, count(*) as people
  from seen
  join arrived on arrived.person = seen.person
  group by arrived.cohort, seen.month
  having count(*) >= 50
)
select
  cast(returned.cohort as varchar(10)) as cohort,
  cast(12 * (extract(year from returned.month) - extract(year from returned.cohort))
    + extract(month from returned.month) - extract(month from returned.cohort) as integer) as months,
  cast(sizes.people - sizes.people % 10 as bigint) as cohort_people,
  cast(returned.people - returned.people % 10 as bigint) as people
from returned
join sizes on sizes.cohort = returned.cohort
order by returned.cohort, returned.month
