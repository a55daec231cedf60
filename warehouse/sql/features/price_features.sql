-- The price level of what a visitor looked at in the 90 days before $1: the mean of how far each price's logarithm is from
-- that of its category (0.69 = twice the price), and its class.
with means as (
  select category, sum(log_sum) / sum(views) as log_mean
  from category_prices
  group by category
),
levels as (
  select
    visitor_activity.visitor_key,
    avg(ln(visitor_activity.price_micros) - means.log_mean) as level
  from visitor_activity
  join means on means.category = visitor_activity.category
  where visitor_activity.occurred_at < cast($1 as timestamp)
    and visitor_activity.occurred_at >= cast($1 as timestamp) - interval '90 days'
    and visitor_activity.price_micros > 0
  group by visitor_activity.visitor_key
)
select visitor_key, 'price' as name, cast(level as real) as value
from levels
union all
select
  visitor_key,
  'price:' || case when level < -0.3 then 'low' when level < 0.3 then 'middle' else 'high' end as name,
  cast(1 as real) as value
from levels
