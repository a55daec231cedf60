-- To which person belongs what a visitor did, as far as it was known at $1 ("2026-06-01 00:00:00", UTC): a row for each stretch
-- of time that belongs to an account. An event of a visitor whose time lies in [valid_from, valid_until) is the person's; any
-- other is the visitor's own; one that names an account is that account's whatever stands here:
--   coalesce(a.account_key, i.person_key, a.visitor_key)
--   ... left join identity i on i.visitor_key = a.visitor_key
--     and a.occurred_at >= i.valid_from and a.occurred_at < i.valid_until
-- Sightings after $1 count for nothing. The rules are those of src/audience/identity.ts, and a test compares the two:
-- 390 days remembered, 90 without a sighting lapse, two changes of account or one within 30 minutes are a shared device, an
-- account of more than 20 visitors is a crowd's.
with known as (
  select distinct
    visitor_key,
    coalesce(account_key, '') as account_key,
    occurred_at
  from identity_link_v1
  where visitor_key is not null
    and occurred_at <= cast($1 as timestamp)
    and occurred_at > cast($1 as timestamp) - interval '390 days'
),
named as (
  select
    visitor_key,
    account_key,
    occurred_at,
    lag(account_key) over (partition by visitor_key order by occurred_at, account_key) as before_key,
    lag(occurred_at) over (partition by visitor_key order by occurred_at, account_key) as before_at
  from known
  where account_key <> ''
),
shared as (
  select visitor_key
  from named
  where before_key <> account_key
  group by visitor_key
  having count(*) > 1
    or sum(case when occurred_at <= before_at + interval '30 minutes' then 1 else 0 end) > 0
),
crowded as (
  select account_key
  from known
  where account_key <> ''
  group by account_key
  having count(distinct visitor_key) > 20
),
placed as (
  select
    visitor_key,
    account_key,
    occurred_at,
    row_number() over (partition by visitor_key order by occurred_at, account_key) as place,
    lead(account_key) over (partition by visitor_key order by occurred_at, account_key) as next_key,
    lead(occurred_at) over (partition by visitor_key order by occurred_at, account_key) as next_at
  from known
),
stretches as (
  select
    visitor_key,
    account_key as person_key,
    case when place = 1 then cast('1970-01-01 00:00:00' as timestamp) else occurred_at end as valid_from,
    case
      when next_key <> '' and next_key <> account_key then occurred_at
      when next_at < occurred_at + interval '90 days' then next_at
      else occurred_at + interval '90 days'
    end as valid_until
  from placed
  where account_key <> ''
    and visitor_key not in (select visitor_key from shared)
    and account_key not in (select account_key from crowded)
)
select visitor_key, person_key, valid_from, valid_until
from stretches
where valid_from < valid_until
order by visitor_key, valid_from
