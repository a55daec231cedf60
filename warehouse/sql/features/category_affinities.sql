-- Who saw a category saw which others more than chance has it: the three with the highest lift (a logarithm, above 0) of each
-- category. A pair that fewer than 50 visitors saw says nothing. category_pairs may come in several parts: they are added up.
with pairs as (
  select category, other, cast(sum(visitors) as double precision) as visitors
  from category_pairs
  group by category, other
),
ranked as (
  select
    pairs.category,
    pairs.other,
    ln(pairs.visitors * everybody.visitors / (own.visitors * others.visitors)) as lift,
    row_number() over (
      partition by pairs.category
      order by pairs.visitors * everybody.visitors / (own.visitors * others.visitors) desc, pairs.other
    ) as place
  from pairs
  join pairs as own on own.category = pairs.category and own.other = pairs.category
  join pairs as others on others.category = pairs.other and others.other = pairs.other
  join pairs as everybody on everybody.category = '' and everybody.other = ''
  where pairs.category <> '' and pairs.other <> '' and pairs.category <> pairs.other and pairs.visitors >= 50
)
select category, other, lift
from ranked
where place <= 3 and lift > 0
