-- When: the month of $1, and the shares of weekends and of evenings (from 17 h UTC) in the visitor's last 90 days.
select
  visitor_key,
  'm' || cast(cast(extract(month from cast($1 as timestamp)) as integer) as varchar) as name,
  cast(1 as real) as value
from visitor_counts
group by visitor_key
union all
select
  visitor_key,
  'weekend' as name,
  cast(cast(sum(case when extract(dow from occurred_at) in (0, 6) then 1 else 0 end) as double precision) / count(*) as real) as value
from visitor_activity
where occurred_at < cast($1 as timestamp) and occurred_at >= cast($1 as timestamp) - interval '90 days'
group by visitor_key
union all
select
  visitor_key,
  'evening' as name,
  cast(cast(sum(case when extract(hour from occurred_at) >= 17 then 1 else 0 end) as double precision) / count(*) as real) as value
from visitor_activity
where occurred_at < cast($1 as timestamp) and occurred_at >= cast($1 as timestamp) - interval '90 days'
group by visitor_key
