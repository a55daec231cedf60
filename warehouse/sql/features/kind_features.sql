-- What visitors do: decayed counts of each kind over a week and a month, and of searches, contacts and deposits by category.
select visitor_key, 'k7:' || kind as name, cast(ln(1 + sum(d7)) as real) as value
from visitor_counts
group by visitor_key, kind
having sum(d7) >= 0.05
union all
select visitor_key, 'k30:' || kind as name, cast(ln(1 + sum(d30)) as real) as value
from visitor_counts
group by visitor_key, kind
having sum(d30) >= 0.05
union all
select visitor_key, 'ck30:' || kind || ':' || category as name, cast(ln(1 + d30) as real) as value
from visitor_counts
where d30 >= 0.05 and category <> '' and kind in ('search', 'contact', 'deposit')
