-- Counts and spend by budget day and campaign. $1, $2: first and last day ("2026-06-01"). Every event of the lake counts
-- once, invalid traffic too, as in the ledger; spend is what was charged, in micros of a euro.
select
  cast(budget_day as varchar(10)) as budget_day,
  campaign_id,
  cast(sum(impressions) as bigint) as impressions,
  cast(sum(viewables) as bigint) as viewables,
  cast(sum(clicks) as bigint) as clicks,
  cast(sum(conversions) as bigint) as conversions,
  cast(sum(spend_micros) as bigint) as spend_micros
from (
  select
    budget_day,
    campaign_id,
    case when kind = 'impression' then 1 else 0 end as impressions,
    case when kind = 'viewable' then 1 else 0 end as viewables,
    case when kind = 'click' then 1 else 0 end as clicks,
    0 as conversions,
    charged_micros as spend_micros
  from ad_event_v1
  where budget_day between cast($1 as date) and cast($2 as date)
  union all
  select budget_day, campaign_id, 0, 0, 0, 1, 0
  from conversion_v1
  where budget_day between cast($1 as date) and cast($2 as date)
) as events
group by budget_day, campaign_id
order by budget_day, campaign_id
