-- How often and how lately a visitor comes, since when, and how broadly; and one feature that everybody has, which learns
-- what is common to all.
with visits as (
  select
    visitor_key,
    sum(d1) as d1,
    sum(d7) as d7,
    sum(d30) as d30,
    sum(d90) as d90,
    min(last_days) as last_days,
    max(first_days) as first_days,
    count(distinct category) as categories
  from visitor_counts
  group by visitor_key
)
select visitor_key, 'all' as name, cast(1 as real) as value
from visits
union all
select visitor_key, 'v1' as name, cast(ln(1 + d1) as real) as value
from visits
union all
select visitor_key, 'v7' as name, cast(ln(1 + d7) as real) as value
from visits
union all
select visitor_key, 'v30' as name, cast(ln(1 + d30) as real) as value
from visits
union all
select visitor_key, 'v90' as name, cast(ln(1 + d90) as real) as value
from visits
union all
select
  visitor_key,
  'r:' || case when last_days < 1 then '1' when last_days < 3 then '3' when last_days < 7 then '7' when last_days < 14 then '14'
    when last_days < 30 then '30' when last_days < 90 then '90' else '400' end as name,
  cast(1 as real) as value
from visits
union all
select
  visitor_key,
  'n:' || case when d30 < 1 then '1' when d30 < 3 then '3' when d30 < 10 then '10' when d30 < 30 then '30' else 'more' end as name,
  cast(1 as real) as value
from visits
union all
select
  visitor_key,
  'since:' || case when first_days < 7 then '7' when first_days < 30 then '30' when first_days < 90 then '90' else '400' end as name,
  cast(1 as real) as value
from visits
union all
select visitor_key, 'breadth' as name, cast(ln(1 + categories) as real) as value
from visits
