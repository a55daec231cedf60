-- Events that the lake has more than once: none.
select event_id, cast(count(*) as bigint) as times
from (
  select event_id from ad_event_v1
  union all
  select event_id from conversion_v1
  union all
  select event_id from ad_decision_v1
  union all
  select event_id from bid_decision_v1
  union all
  select event_id from bid_notice_v1
) as events
group by event_id
having count(*) > 1
order by event_id
