-- What a visitor's categories suggest: others that who saw them saw more than chance has it. What is faint is left out.
with interests as (
  select visitor_key, category, sum(d30) as d30
  from visitor_counts
  where category <> '' and d30 >= 0.05
  group by visitor_key, category
)
select
  interests.visitor_key,
  'a:' || category_affinities.other as name,
  cast(ln(1 + sum(interests.d30 * category_affinities.lift)) as real) as value
from interests
join category_affinities on category_affinities.category = interests.category
group by interests.visitor_key, category_affinities.other
having sum(interests.d30 * category_affinities.lift) >= 0.1
