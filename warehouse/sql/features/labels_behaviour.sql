-- Who turned out a buyer (a contact), a seller (a deposit), local (at least 3 places, 4 in 5 of them in the departement where
-- the visitor used to look), thrifty or choosy (at least 2 prices, a quarter under or over those of their categories).
-- $1: the date as of which is predicted.
with means as (
  select category, sum(log_sum) / sum(views) as log_mean
  from category_prices
  group by category
),
behaviours as (
  select visitor_key, 'buyer' as behaviour
  from outcomes
  group by visitor_key
  having sum(contacts) >= 1
  union all
  select visitor_key, 'seller' as behaviour
  from outcomes
  group by visitor_key
  having sum(deposits) >= 1
  union all
  select visitor_activity.visitor_key, 'local' as behaviour
  from visitor_activity
  join visitor_places on visitor_places.visitor_key = visitor_activity.visitor_key
  where visitor_activity.occurred_at >= cast($1 as timestamp)
    and visitor_activity.occurred_at < cast($1 as timestamp) + interval '7 days'
    and visitor_activity.insee_code is not null
  group by visitor_activity.visitor_key
  having count(*) >= 3
    and 5 * sum(case when visitor_activity.insee_code like visitor_places.departement || '%' then 1 else 0 end) >= 4 * count(*)
  union all
  select
    visitor_activity.visitor_key,
    case when avg(ln(visitor_activity.price_micros) - means.log_mean) < 0 then 'thrifty' else 'choosy' end as behaviour
  from visitor_activity
  join means on means.category = visitor_activity.category
  where visitor_activity.occurred_at >= cast($1 as timestamp)
    and visitor_activity.occurred_at < cast($1 as timestamp) + interval '7 days'
    and visitor_activity.price_micros > 0
  group by visitor_activity.visitor_key
  having count(*) >= 2
    and (avg(ln(visitor_activity.price_micros) - means.log_mean) <= -0.29 or avg(ln(visitor_activity.price_micros) - means.log_mean) >= 0.22)
)
select
  behaviour_segments.segment_id,
  behaviours.visitor_key
from behaviours
join behaviour_segments on behaviour_segments.behaviour = behaviours.behaviour
