-- What is kept of page activity for good, of one month: $1, $2: its first day and that of the next ("2026-05-01", "2026-06-01").
-- A row a group of at least 50 people. Smaller groups are told together with others of their kind, at the finest grain at which
-- they are 50: of the same category in other départements ("category"), of the category above it ("parent"), of all categories
-- ("kind"); what is still smaller is not told. Each event is counted in one row at most, so that no two rows can be subtracted.
-- An event counts for the person it names: the account; without one the account that its visitor alone was seen with in the
-- month; without such a one the visitor. One that names nobody counts as an event and as no person. People are rounded down to
-- tens. '' = of several.
with accounts as (
  select visitor_key, min(account_key) as account_key
  from page_activity_v1
  where occurred_at >= cast($1 as timestamp) and occurred_at < cast($2 as timestamp)
    and visitor_key is not null and account_key is not null
  group by visitor_key
  having count(distinct account_key) = 1
),
told as (
  select
    kind,
    coalesce(category, '') as category,
    split_part(coalesce(category, ''), '/', 1) as parent,
    case
      when insee_code is null then ''
      when insee_code like '97%' or insee_code like '98%' then substring(insee_code, 1, 3)
      else substring(insee_code, 1, 2)
    end as departement,
    coalesce(events.account_key, accounts.account_key, events.visitor_key) as person
  from page_activity_v1 as events
  left join accounts on accounts.visitor_key = events.visitor_key
  where occurred_at >= cast($1 as timestamp) and occurred_at < cast($2 as timestamp)
),
fine as (
  select kind, category, departement
  from told
  where departement <> '' and category <> ''
  group by kind, category, departement
  having count(distinct person) >= 50
),
after_fine as (
  select told.kind, told.category, told.parent, told.person
  from told
  left join fine on fine.kind = told.kind and fine.category = told.category
    and fine.departement = told.departement
  where fine.kind is null
),
categories as (
  select kind, category
  from after_fine
  where category <> ''
  group by kind, category
  having count(distinct person) >= 50
),
after_categories as (
  select after_fine.kind, after_fine.parent, after_fine.person
  from after_fine
  left join categories on categories.kind = after_fine.kind
    and categories.category = after_fine.category
  where categories.kind is null
),
parents as (
  select kind, parent
  from after_categories
  where parent <> ''
  group by kind, parent
  having count(distinct person) >= 50
),
after_parents as (
  select after_categories.kind, after_categories.person
  from after_categories
  left join parents on parents.kind = after_categories.kind
    and parents.parent = after_categories.parent
  where parents.kind is null
),
counted as (
  select 'departement' as grain, told.kind, told.category, told.departement,
    count(*) as events, count(distinct told.person) as people
  from told
  join fine on fine.kind = told.kind and fine.category = told.category
    and fine.departement = told.departement
  group by told.kind, told.category, told.departement
  union all
  select 'category', after_fine.kind, after_fine.category, '', count(*), count(distinct person)
  from after_fine
  join categories on categories.kind = after_fine.kind
    and categories.category = after_fine.category
  group by after_fine.kind, after_fine.category
  union all
  select 'parent', after_categories.kind, after_categories.parent, '', count(*), count(distinct person)
  from after_categories
  join parents on parents.kind = after_categories.kind and parents.parent = after_categories.parent
  group by after_categories.kind, after_categories.parent
  union all
  select 'kind', kind, '', '', count(*), count(distinct person)
  from after_parents
  group by kind
  having count(distinct person) >= 50
)
select
  cast($1 as date) as month,
  grain,
  kind,
  category,
  departement,
  cast(events as bigint) as events,
  cast(people - people % 10 as bigint) as people
from counted
order by kind, category, departement, grain
