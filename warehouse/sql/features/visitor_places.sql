-- Where each visitor looks: the commune and the departement with the most weight before $1 (an event weighs half as much
-- after 30 days), and the departement's share of all that has a place, 0-1. Of equals the lower code.
with weights as (
  select
    visitor_key,
    insee_code,
    case when insee_code like '97%' then substring(insee_code, 1, 3) else substring(insee_code, 1, 2) end as departement,
    sum(exp(-0.023104906018664842
      * cast(extract(epoch from cast($1 as timestamp)) - extract(epoch from occurred_at) as double precision) / 86400)) as weight
  from visitor_activity
  where occurred_at < cast($1 as timestamp)
    and occurred_at >= cast($1 as timestamp) - interval '400 days'
    and insee_code is not null
  group by visitor_key, insee_code
),
departements as (
  select
    visitor_key,
    departement,
    sum(weight) as weight,
    row_number() over (partition by visitor_key order by sum(weight) desc, departement) as place
  from weights
  group by visitor_key, departement
),
communes as (
  select
    visitor_key,
    insee_code,
    row_number() over (partition by visitor_key order by weight desc, insee_code) as place
  from weights
),
totals as (
  select visitor_key, sum(weight) as weight
  from weights
  group by visitor_key
)
select
  departements.visitor_key,
  communes.insee_code as commune,
  departements.departement,
  departements.weight / totals.weight as share
from departements
join communes on communes.visitor_key = departements.visitor_key and communes.place = 1
join totals on totals.visitor_key = departements.visitor_key
where departements.place = 1
