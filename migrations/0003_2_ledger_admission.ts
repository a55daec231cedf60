import { type Kysely, sql } from "kysely";

/**
 * The ledger admits: a charge enters only while what is spent and the price stay within the limits then in force. House ads
 * are free; what does not fit is recorded as uncharged with its reason; what breaks a rule is set aside, and no line fails
 * its batch.
 */

/** One event as it comes: the names are those of the JSON that the writer sends. */
const lineType = sql`create type ledger_line as (
  event_id text, kind text, campaign_id bigint, advertiser_id bigint, creative_id bigint, placement_id text,
  budget_day date, amount_micros bigint, uncharged_reason text, occurred_at_ms double precision, media_ssp text,
  media_price_micros bigint, media_currency text, media_rate numeric, media_rate_date date, media_cost_micros bigint)`;

/** Locks, decides and writes; answers how many of each outcome were new. One line that breaks a rule fails them all. */
const admitLines = sql`create function admit_ledger_lines(batch ledger_line[])
  returns table (line_kind text, line_reason text, lines bigint, micros bigint) language plpgsql as $$
  #variable_conflict use_column
  declare
    fresh ledger_line[];
    charges bigint[] := '{}';
    reasons text[] := '{}';
    by_account bigint[];
    by_campaign bigint[];
    by_day bigint[];
    line record;
    charge bigint;
    reason text;
  begin
    -- Every writer locks in this order, each kind by its key: they wait, and never for each other in a ring.
    insert into advertiser_totals as t (advertiser_id)
      select distinct advertiser_id from unnest(batch) order by 1
      on conflict (advertiser_id) do update set advertiser_id = t.advertiser_id where false;
    insert into campaign_totals as t (campaign_id, advertiser_id)
      select campaign_id, min(advertiser_id) from unnest(batch) group by 1 order by 1
      on conflict (campaign_id) do update set campaign_id = t.campaign_id where false;
    insert into campaign_days as t (campaign_id, budget_day, advertiser_id)
      select campaign_id, budget_day, min(advertiser_id) from unnest(batch) group by 1, 2 order by 1, 2
      on conflict (campaign_id, budget_day) do update set campaign_id = t.campaign_id where false;

    select array_agg(row(b.*)::ledger_line order by b.occurred_at_ms, b.event_id) into fresh from (
      select distinct on (event_id) * from unnest(batch) order by event_id, occurred_at_ms) as b
      where not exists (select from ledger l where l.event_id = b.event_id);
    if fresh is null then return; end if;
    by_account := array_fill(0::bigint, array[cardinality(fresh)]);
    by_campaign := by_account;
    by_day := by_account;

    for line in
      select f.amount_micros, f.uncharged_reason,
        dense_rank() over (order by f.advertiser_id) as account,
        dense_rank() over (order by f.campaign_id) as campaign,
        dense_rank() over (order by f.campaign_id, f.budget_day) as day,
        a.balance_micros - account.spent_micros as account_left,
        c.total_budget_micros - campaign.spent_micros as campaign_left,
        c.daily_budget_micros - day.spent_micros as day_left,
        c.id is null as is_unknown, c.priority = 'house' as is_house
      from unnest(fresh) with ordinality as f
        join advertiser_totals account using (advertiser_id)
        join campaign_totals campaign using (campaign_id)
        join campaign_days day using (campaign_id, budget_day)
        left join campaigns c on c.id = f.campaign_id and c.advertiser_id = f.advertiser_id
        left join advertisers a on a.id = f.advertiser_id
      order by f.ordinality
    loop
      charge := line.amount_micros;
      reason := line.uncharged_reason;
      if charge > 0 and reason is null then
        reason := case
          when line.is_unknown then 'campaign_unknown'
          when line.is_house then 'house_campaign'
          when by_campaign[line.campaign] + charge > line.campaign_left then 'over_total_budget'
          when by_day[line.day] + charge > line.day_left then 'over_daily_budget'
          when by_account[line.account] + charge > line.account_left then 'over_balance'
        end;
        if reason is null then
          by_campaign[line.campaign] := by_campaign[line.campaign] + charge;
          by_day[line.day] := by_day[line.day] + charge;
          by_account[line.account] := by_account[line.account] + charge;
        else
          charge := 0;
        end if;
      end if;
      charges := charges || charge;
      reasons := reasons || reason;
    end loop;

    return query with written as (
      insert into ledger (event_id, kind, campaign_id, advertiser_id, creative_id, placement_id, budget_day, amount_micros,
        uncharged_reason, occurred_at, media_ssp, media_price_micros, media_currency, media_rate, media_rate_date,
        media_cost_micros)
      select event_id, kind, campaign_id, advertiser_id, creative_id, placement_id, budget_day, decided_micros,
        decided_reason, to_timestamp(occurred_at_ms / 1000.0), media_ssp, media_price_micros, media_currency, media_rate,
        media_rate_date, media_cost_micros
      from unnest(fresh, charges, reasons) as f (event_id, kind, campaign_id, advertiser_id, creative_id, placement_id,
        budget_day, asked_micros, asked_reason, occurred_at_ms, media_ssp, media_price_micros, media_currency, media_rate,
        media_rate_date, media_cost_micros, decided_micros, decided_reason)
      on conflict (event_id) do nothing
      returning kind, campaign_id, advertiser_id, budget_day, amount_micros, uncharged_reason, media_cost_micros,
        -- Nobody's traffic is in the ledger and among its reasons, and not in the counts that rates are learnt from.
        coalesce(starts_with(uncharged_reason, 'invalid:'), false) as is_invalid
    ), to_days as (
      update campaign_days d set
        spent_micros = d.spent_micros + s.spent, impressions = d.impressions + s.impressions,
        viewables = d.viewables + s.viewables, clicks = d.clicks + s.clicks, conversions = d.conversions + s.conversions,
        uncharged = d.uncharged + s.uncharged, media_cost_micros = d.media_cost_micros + s.media
      from (select campaign_id, budget_day, sum(amount_micros) as spent, count(uncharged_reason) as uncharged,
          count(*) filter (where kind = 'impression' and not is_invalid) as impressions,
          count(*) filter (where kind = 'viewable' and not is_invalid) as viewables,
          count(*) filter (where kind = 'click' and not is_invalid) as clicks, count(*) filter (where kind = 'conversion') as conversions,
          coalesce(sum(media_cost_micros), 0) as media
        from written group by campaign_id, budget_day) s
      where d.campaign_id = s.campaign_id and d.budget_day = s.budget_day
    ), to_campaigns as (
      update campaign_totals t set spent_micros = t.spent_micros + s.spent
      from (select campaign_id, sum(amount_micros) as spent from written group by campaign_id) s
      where t.campaign_id = s.campaign_id and s.spent > 0
    ), to_advertisers as (
      update advertiser_totals t set spent_micros = t.spent_micros + s.spent
      from (select advertiser_id, sum(amount_micros) as spent from written group by advertiser_id) s
      where t.advertiser_id = s.advertiser_id and s.spent > 0
    ), to_reasons as (
      insert into campaign_day_uncharged as u (campaign_id, budget_day, uncharged_reason, events)
      select campaign_id, budget_day, uncharged_reason, count(*) from written where uncharged_reason is not null
      group by 1, 2, 3
      on conflict (campaign_id, budget_day, uncharged_reason) do update set events = u.events + excluded.events
    )
    select kind, uncharged_reason, count(*), sum(amount_micros)::bigint from written group by 1, 2;
  end $$`;

const admit = sql`create function admit_to_ledger(batch text[])
  returns table (line_kind text, line_reason text, lines bigint, micros bigint) language plpgsql as $$
  #variable_conflict use_column
  declare
    parsed ledger_line[];
    middle integer := cardinality(batch) / 2;
    problem text;
    broken_rule text;
  begin
    begin
      select array_agg(p order by n) into parsed
        from unnest(batch) with ordinality as b (line, n), json_populate_record(null::ledger_line, b.line::json) as p;
      return query select * from admit_ledger_lines(parsed);
      return;
    exception when data_exception or integrity_constraint_violation then
      get stacked diagnostics broken_rule = constraint_name, problem = message_text;
    end;
    -- Nearly always all lines are sound. Where one is not, the halves are tried, and their halves, until it is alone.
    if middle > 0 then
      return query select * from admit_to_ledger(batch[:middle]);
      return query select * from admit_to_ledger(batch[middle + 1:]);
      return;
    end if;
    problem := left(coalesce(nullif(broken_rule, ''), problem), 300);
    insert into ledger_rejects (line, reason) values (left(batch[1], 5000), problem) on conflict (md5(line)) do nothing;
    if found then return query select null::text, problem, 1::bigint, 0::bigint; end if;
  end $$`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [lineType, admitLines, admit]) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function admit_to_ledger(text[]), admit_ledger_lines(ledger_line[])`.execute(db);
  await sql`drop type ledger_line`.execute(db);
}
