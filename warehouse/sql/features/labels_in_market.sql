-- Who turned out to be in the market of a segment: a contact or a deposit in one of its categories (or what is below them), or
-- as many listing views as its definition asks for.
select
  in_market_segments.segment_id,
  outcomes.visitor_key
from outcomes
join in_market_segments
  on outcomes.category = in_market_segments.category
  or outcomes.category like in_market_segments.category || '/%'
group by in_market_segments.segment_id, outcomes.visitor_key
having sum(outcomes.contacts + outcomes.deposits) >= 1
  or sum(outcomes.listing_views) >= min(in_market_segments.listing_views)
