-- Interest by category: decayed counts over four half-lives, how long ago it was, and the family ("vehicules" of
-- "vehicules/voitures"). A decayed count under 0.05 says nothing.
with categories as (
  select
    visitor_key,
    category,
    sum(d1) as d1,
    sum(d7) as d7,
    sum(d30) as d30,
    sum(d90) as d90,
    min(last_days) as last_days
  from visitor_counts
  where category <> ''
  group by visitor_key, category
)
select visitor_key, 'c1:' || category as name, cast(ln(1 + d1) as real) as value
from categories
where d1 >= 0.05
union all
select visitor_key, 'c7:' || category as name, cast(ln(1 + d7) as real) as value
from categories
where d7 >= 0.05
union all
select visitor_key, 'c30:' || category as name, cast(ln(1 + d30) as real) as value
from categories
where d30 >= 0.05
union all
select visitor_key, 'c90:' || category as name, cast(ln(1 + d90) as real) as value
from categories
where d90 >= 0.05
union all
select
  visitor_key,
  'cr' || case when last_days < 1 then '1:' when last_days < 3 then '3:' when last_days < 7 then '7:' when last_days < 14 then '14:'
    when last_days < 30 then '30:' when last_days < 90 then '90:' else '400:' end || category as name,
  cast(1 as real) as value
from categories
union all
select
  visitor_key,
  'f30:' || split_part(category, '/', 1) as name,
  cast(ln(1 + sum(d30)) as real) as value
from categories
group by visitor_key, split_part(category, '/', 1)
