-- What each visitor did in the 7 days from $1 on, by category: what a model as of $1 is to predict.
select
  visitor_key,
  coalesce(category, '') as category,
  cast(sum(case when kind = 'listing_view' then 1 else 0 end) as bigint) as listing_views,
  cast(sum(case when kind = 'contact' then 1 else 0 end) as bigint) as contacts,
  cast(sum(case when kind = 'deposit' then 1 else 0 end) as bigint) as deposits
from visitor_activity
where occurred_at >= cast($1 as timestamp)
  and occurred_at < cast($1 as timestamp) + interval '7 days'
group by visitor_key, coalesce(category, '')
