-- Affinities: who looked at a category looked at which others how much more than chance has it (lift: 1 = as chance has it).
-- :from, :to: the first day and the one after the last; :category, :departement: '*' = all.
-- No pair that fewer than 50 people have in common is told. People are rounded down to tens.
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
seen as (
  select distinct person, category
  from told
  where person is not null and (:departement = '*' or departement = :departement)
),
everybody as (
  select cast(count(distinct person) as double precision) as people
  from seen
),
sizes as (
  select category, count(*) as people
  from seen
  group by category
  having count(*) >= 50
),
pairs as (
  select one.category, other.category as other, count(*) as people
  from seen as one
  join seen as other on other.person = one.person and other.category <> one.category
  where (:category = '*' or one.category = :category)
  group by one.category, other.category
  having count(*) >= 50
)
select
  pairs.category,
  pairs.other,
  cast(sizes.people - sizes.people % 10 as bigint) as category_people,
  cast(pairs.people - pairs.people % 10 as bigint) as people,
  cast(pairs.people as double precision) * everybody.people / (sizes.people * others.people) as lift
from pairs
join sizes on sizes.category = pairs.category
join sizes as others on others.category = pairs.other
cross join everybody
order by pairs.category, lift desc, pairs.other
