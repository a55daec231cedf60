-- Prices that were looked at in the 90 days before $1, by category: how many, and the sum of their logarithms.
select
  category,
  cast(count(*) as bigint) as views,
  sum(ln(price_micros)) as log_sum
from visitor_activity
where occurred_at < cast($1 as timestamp)
  and occurred_at >= cast($1 as timestamp) - interval '90 days'
  and category is not null
  and price_micros > 0
group by category
