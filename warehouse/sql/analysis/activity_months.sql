-- What the lake has by month, kind and source: what an import of legacy files is held against (docs/analysis.md). Events and
-- sums, of the operator's own books; nobody is counted. :from, :to: the first day and the one after the last.
select
  cast(cast(date_trunc('month', occurred_at) as date) as varchar(10)) as month,
  kind,
  told_by,
  cast(count(*) as bigint) as events,
  cast(sum(coalesce(price_micros, 0)) as bigint) as value_micros
from page_activity_v1
where occurred_at >= cast(:from as timestamp) and occurred_at < cast(:to as timestamp)
group by date_trunc('month', occurred_at), kind, told_by
order by month, kind, told_by
