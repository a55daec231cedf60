-- Whom a segment looks for the like of, in the 7 days from $1 on: those who converted then.
select
  segment_seeds.segment_id,
  segment_seeds.visitor_key
from segment_seeds
join visitor_counts on visitor_counts.visitor_key = segment_seeds.visitor_key
where segment_seeds.converted_at >= cast($1 as timestamp)
  and segment_seeds.converted_at < cast($1 as timestamp) + interval '7 days'
group by segment_seeds.segment_id, segment_seeds.visitor_key
