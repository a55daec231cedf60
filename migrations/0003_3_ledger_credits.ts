import { type Kysely, sql } from "kysely";

/**
 * Gives back what was charged for one event, or of one day of a campaign, and never more than was charged and not given
 * back yet. The day and the totals shrink by it, so that the budget may be spent again.
 *
 * Answers one row: outcome "given", "known" (an entry with this id is there: entry_id tells which), "unknown_event"
 * (nothing was charged for it), "unknown_day" (nothing was counted on it) or "too_much"; what was left to give back before;
 * and the entry. With an event, amount may be null: all that is left.
 */
const giveCredit = sql`create function give_ledger_credit(
    credit_id text, campaign bigint, event text, day date, amount bigint, reason text, giver text, giver_key_id integer)
  returns table (outcome text, left_micros bigint, entry_id bigint) language plpgsql as $$
  #variable_conflict use_column
  declare
    owner bigint;
    known bigint;
    charged record;
    of_day bigint;
    of_event bigint;
  begin
    -- The order in which admission locks: advertiser, campaign, day.
    select advertiser_id into owner from campaign_totals where campaign_id = campaign;
    perform from advertiser_totals where advertiser_id = owner for update;
    perform from campaign_totals where campaign_id = campaign for update;

    select id into known from ledger where event_id = credit_id;
    if known is not null then return query select 'known', 0::bigint, known; return; end if;
    if event is not null then
      select budget_day, amount_micros into charged from ledger
        where event_id = event and campaign_id = campaign and kind <> 'credit' and amount_micros > 0;
      if not found then return query select 'unknown_event', 0::bigint, null::bigint; return; end if;
      day := charged.budget_day;
      select charged.amount_micros + coalesce(sum(amount_micros), 0) into of_event from ledger
        where credited_event_id = event;
    end if;
    select spent_micros into of_day from campaign_days where campaign_id = campaign and budget_day = day for update;
    if not found then return query select 'unknown_day', 0::bigint, null::bigint; return; end if;
    of_day := least(of_day, of_event);
    amount := coalesce(amount, of_day);
    if amount > of_day or amount <= 0 then return query select 'too_much', of_day, null::bigint; return; end if;

    insert into ledger (event_id, kind, campaign_id, advertiser_id, budget_day, amount_micros, occurred_at,
        credited_event_id, credit_reason, credited_by, credited_by_key_id)
      values (credit_id, 'credit', campaign, owner, day, -amount, now(), event, reason, giver, giver_key_id)
      returning id into known;
    update campaign_days set spent_micros = spent_micros - amount, credited_micros = credited_micros + amount
      where campaign_id = campaign and budget_day = day;
    update campaign_totals set spent_micros = spent_micros - amount where campaign_id = campaign;
    update advertiser_totals set spent_micros = spent_micros - amount where advertiser_id = owner;
    return query select 'given', of_day, known;
  end $$`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await giveCredit.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop function give_ledger_credit(text, bigint, text, date, bigint, text, text, integer)`.execute(
    db,
  );
}
