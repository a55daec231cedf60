-- How many visitors of the last 90 days saw two categories; a category with itself = how many saw it; '' with '' = all.
with seen as (
  select visitor_key, category
  from visitor_counts
  where last_days < 90 and category <> ''
  group by visitor_key, category
  union all
  select visitor_key, '' as category
  from visitor_counts
  where last_days < 90
  group by visitor_key
)
select
  one.category,
  other.category as other,
  cast(count(*) as bigint) as visitors
from seen as one
join seen as other on other.visitor_key = one.visitor_key
group by one.category, other.category
