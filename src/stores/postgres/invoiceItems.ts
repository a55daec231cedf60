import { type RawBuilder, sql, type Transaction } from "kysely";
import { type CreditItem, type InvoiceItem, invoiceNumber } from "../../billing/invoice.ts";
import { addDays } from "../../budgets/budgetDay.ts";
import type { Database } from "./database.ts";

/** "2026-10" → "2026-10-31". */
export function lastDayOf(month: string): string {
  const nextMonth = `${addDays(`${month}-01`, 31).slice(0, 7)}-01`;
  return addDays(nextMonth, -1);
}

/** What invoices have covered of a campaign-day. */
const invoicedOfDay = sql`coalesce((select sum(i.amount_micros) from invoice_items i
  where i.campaign_id = d.campaign_id and i.budget_day = d.budget_day), 0)`;

const isUncovered = sql`d.spent_micros + d.credited_micros > ${invoicedOfDay}`;

/** The condition over `campaign_days d`: up to this day something was charged or credited that no document covers. */
export function uninvoiced(lastDay: string): RawBuilder<unknown> {
  return sql`d.budget_day <= ${lastDay}::date and (${isUncovered} or d.credited_micros > 0 and exists (
    select from ledger l where l.kind = 'credit' and l.advertiser_id = d.advertiser_id and l.budget_day = d.budget_day
      and l.campaign_id = d.campaign_id and not exists (select from invoice_credits c where c.entry_id = l.id)))`;
}

/**
 * What was charged up to the month's end and is on no invoice, by campaign, day and kind: charges of an earlier month that
 * were recorded after its closing, too.
 */
export async function readItems(
  trx: Transaction<Database>,
  advertiserId: number,
  month: string,
): Promise<readonly InvoiceItem[]> {
  const { rows } = await sql<InvoiceItem>`
    with charged as (
      select l.campaign_id, l.budget_day, l.kind, count(*) as units, sum(l.amount_micros)::bigint as amount
      from campaign_days d join ledger l on l.campaign_id = d.campaign_id and l.budget_day = d.budget_day
      where d.advertiser_id = ${advertiserId} and d.budget_day <= ${lastDayOf(month)}::date and ${isUncovered}
        and l.kind in ('impression', 'viewable', 'click') and l.amount_micros > 0
      group by 1, 2, 3
    ), left_over as (
      select c.campaign_id, c.budget_day, c.kind,
        c.units - coalesce(sum(i.units), 0)::bigint as units,
        c.amount - coalesce(sum(i.amount_micros), 0)::bigint as amount
      from charged c left join invoice_items i using (campaign_id, budget_day, kind)
      group by c.campaign_id, c.budget_day, c.kind, c.units, c.amount
    )
    select campaign_id as "campaignId", budget_day as day, kind, units, amount as "amountMicros"
    from left_over where amount > 0 order by 1, 2, 3`.execute(trx);
  return rows;
}

/** Credits of days up to the month's end that no credit note covers. */
export async function readCredits(
  trx: Transaction<Database>,
  advertiserId: number,
  month: string,
): Promise<readonly CreditItem[]> {
  const { rows } = await sql<CreditItem>`
    select l.id as "entryId", l.campaign_id as "campaignId", l.budget_day as day, -l.amount_micros as "amountMicros",
      l.credit_reason as reason
    from ledger l where l.kind = 'credit' and l.advertiser_id = ${advertiserId}
      and l.budget_day <= ${lastDayOf(month)}::date
      and not exists (select from invoice_credits c where c.entry_id = l.id)
    order by l.id`.execute(trx);
  return rows;
}

/** Numbers of the invoices on which the days of credits are. */
export async function readCorrected(
  trx: Transaction<Database>,
  advertiserId: number,
  credits: readonly CreditItem[],
): Promise<readonly string[]> {
  const campaignIds = credits.map(({ campaignId }) => campaignId);
  const days = credits.map(({ day }) => day);
  const { rows } = await sql<{
    readonly series: string;
    readonly year: number;
    readonly number: number;
  }>`
    select distinct v.series, v.year, v.number
    from unnest(${campaignIds}::bigint[], ${days}::date[]) as c (campaign_id, budget_day)
      join invoice_items i using (campaign_id, budget_day) join invoices v on v.id = i.invoice_id
    where v.advertiser_id = ${advertiserId} order by 2, 3 limit 100`.execute(trx);
  return rows.map(({ series, year, number }) => invoiceNumber(series, year, number));
}
