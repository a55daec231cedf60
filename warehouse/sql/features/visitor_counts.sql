-- What each visitor did by category and kind before $1, every event weighing half as much after 1, 7, 30 and 90 days.
-- $1: the date as of which is counted ("2026-06-01 00:00:00", UTC); nothing at it or later enters, nor what is older than
-- 400 days. An event without a category counts under ''.
select
  visitor_key,
  category,
  kind,
  sum(exp(-0.6931471805599453 * age_days)) as d1,
  sum(exp(-0.09902102579427789 * age_days)) as d7,
  sum(exp(-0.023104906018664842 * age_days)) as d30,
  sum(exp(-0.007701635339554948 * age_days)) as d90,
  cast(count(*) as bigint) as events,
  min(age_days) as last_days,
  max(age_days) as first_days
from (
  select
    visitor_key,
    coalesce(category, '') as category,
    kind,
    cast(extract(epoch from cast($1 as timestamp)) - extract(epoch from occurred_at) as double precision) / 86400 as age_days
  from visitor_activity
  where occurred_at < cast($1 as timestamp)
    and occurred_at >= cast($1 as timestamp) - interval '400 days'
) as events
group by visitor_key, category, kind
