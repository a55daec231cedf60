-- When: what a visitor looked at in this season of the year before (335 to 395 days before $1), by category, and the shares of
-- weekends and of evenings (from 17 h UTC) in the visitor's last 90 days. Nothing that all visitors share at a date: it could
-- not be learnt from a few weeks, and would mislead when it changes.
select
  visitor_key,
  'y:' || category as name,
  cast(ln(1 + count(*)) as real) as value
from visitor_activity
where occurred_at < cast($1 as timestamp) - interval '335 days'
  and occurred_at >= cast($1 as timestamp) - interval '395 days'
  and category is not null
group by visitor_key, category
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
