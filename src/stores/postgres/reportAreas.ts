import { type Kysely, sql, type Transaction } from "kysely";
import { addDays, budgetDayOf, endOfBudgetDayMs } from "../../budgets/budgetDay.ts";
import {
  type AreaPart,
  addAdCounts,
  noCounts,
  partitionAreas,
  type WaitingArea,
} from "../../reports/areaParts.ts";
import { mondayOf } from "../../reports/parisTime.ts";
import { reportLock } from "./reportRollup.ts";

const hourMs = 3_600_000;
/** Impressions count for an hour after their decision, and may wait for a store. */
const dayWaitMs = 2 * hourMs;
/** Clicks count for a day. */
const weekWaitMs = 26 * hourMs;
/** A node that was away catches up this far. */
const lookBackDays = 21;

interface Closing {
  readonly firstDay: string;
  readonly days: 1 | 7;
}

/**
 * Publishes the places of all days and weeks that are over, each once; see `partitionAreas`. Answers how many closings were
 * done. Rejects when Postgres is away; what was closed by then stays so.
 */
export async function closeReportAreas<DB>(db: Kysely<DB>, nowMs: number): Promise<number> {
  const { rows } = await sql<{ readonly first_day: string; readonly days: 1 | 7 }>`
    select first_day, days from report_area_closings
    where first_day > ${addDays(budgetDayOf(nowMs), -2 * lookBackDays)}::date`.execute(db);
  const done = new Set(rows.map((row) => `${row.first_day} ${row.days}`));
  const due = dueClosings(nowMs).filter(({ firstDay, days }) => !done.has(`${firstDay} ${days}`));
  for (const closing of due) await close(db, closing);
  return due.length;
}

/** Days before the weeks that they are in, oldest first. */
export function dueClosings(nowMs: number): readonly Closing[] {
  const today = budgetDayOf(nowMs);
  const days = Array.from({ length: lookBackDays }, (_, i) => addDays(today, i - lookBackDays));
  return days.flatMap((day): readonly Closing[] => {
    const endMs = endOfBudgetDayMs(day);
    const monday = mondayOf(day);
    const isSunday = addDays(monday, 6) === day;
    return [
      ...(nowMs >= endMs + dayWaitMs ? [{ firstDay: day, days: 1 } as const] : []),
      ...(isSunday && nowMs >= endMs + weekWaitMs ? [{ firstDay: monday, days: 7 } as const] : []),
    ];
  });
}

/** One campaign a transaction; the mark comes last, and what is closed twice publishes only what came since. */
async function close<DB>(db: Kysely<DB>, closing: Closing): Promise<void> {
  const lastDay = addDays(closing.firstDay, closing.days - 1);
  const { rows } = await sql<{ readonly campaign_id: number }>`
    select distinct campaign_id from report_area_waiting
    where budget_day between ${closing.firstDay}::date and ${lastDay}::date order by campaign_id`.execute(
    db,
  );
  for (const { campaign_id: campaignId } of rows) {
    await db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${reportLock})`.execute(transaction);
      await closeCampaign(transaction, campaignId, closing, lastDay);
    });
  }
  await sql`insert into report_area_closings (first_day, days) values (${closing.firstDay}::date, ${closing.days})
    on conflict do nothing`.execute(db);
}

async function closeCampaign<DB>(
  transaction: Transaction<DB>,
  campaignId: number,
  closing: Closing,
  lastDay: string,
): Promise<void> {
  const { rows } = await sql<WaitingRow>`
    select * from report_area_waiting
    where campaign_id = ${campaignId} and budget_day between ${closing.firstDay}::date and ${lastDay}::date
    order by budget_day, departement, commune, cell`.execute(transaction);
  const isLast = closing.days === 7;
  const { parts } = partitionAreas(rows.map(rowToWaiting), isLast);
  const gone = isLast ? rows.map(rowToWaiting) : parts.flatMap((part) => part.rows);
  await publish(transaction, campaignId, rows[0]?.advertiser_id ?? 0, closing, parts);
  await forget(transaction, campaignId, gone);
}

async function publish<DB>(
  transaction: Transaction<DB>,
  campaignId: number,
  advertiserId: number,
  { firstDay, days }: Closing,
  parts: readonly AreaPart[],
): Promise<void> {
  const rows = parts.map(({ departement, commune, cell, rows: waiting }) => {
    const counts = waiting.reduce((sum, row) => addAdCounts(sum, row.counts), noCounts);
    return { departement, commune, cell, ...counts };
  });
  await sql`
    insert into report_area_parts as p (campaign_id, first_day, days, advertiser_id, departement, commune, cell,
      impressions, viewables, clicks, conversions, spend_micros, credited_micros)
    select ${campaignId}, ${firstDay}::date, ${days}, ${advertiserId}, departement, commune, cell,
      impressions, viewables, clicks, conversions, "spendMicros", "creditedMicros"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (departement text, commune text, cell text,
      impressions bigint, viewables bigint, clicks bigint, conversions bigint, "spendMicros" bigint, "creditedMicros" bigint)
    on conflict (campaign_id, first_day, days, departement, commune, cell) do update set
      impressions = p.impressions + excluded.impressions, viewables = p.viewables + excluded.viewables,
      clicks = p.clicks + excluded.clicks, conversions = p.conversions + excluded.conversions,
      spend_micros = p.spend_micros + excluded.spend_micros,
      credited_micros = p.credited_micros + excluded.credited_micros`.execute(transaction);
}

async function forget<DB>(
  transaction: Transaction<DB>,
  campaignId: number,
  rows: readonly WaitingArea[],
): Promise<void> {
  const keys = rows.map(({ day, departement, commune, cell }) => ({
    day,
    departement,
    commune,
    cell,
  }));
  await sql`
    delete from report_area_waiting w using jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
      as k (day date, departement text, commune text, cell text)
    where w.campaign_id = ${campaignId} and w.budget_day = k.day and w.departement = k.departement
      and w.commune = k.commune and w.cell = k.cell`.execute(transaction);
}

interface WaitingRow {
  readonly budget_day: string;
  readonly advertiser_id: number;
  readonly departement: string;
  readonly commune: string;
  readonly cell: string;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spend_micros: number;
  readonly credited_micros: number;
  readonly people: readonly number[];
}

function rowToWaiting(row: WaitingRow): WaitingArea {
  return {
    departement: row.departement,
    commune: row.commune,
    cell: row.cell,
    day: row.budget_day,
    counts: {
      impressions: row.impressions,
      viewables: row.viewables,
      clicks: row.clicks,
      conversions: row.conversions,
      spendMicros: row.spend_micros,
      creditedMicros: row.credited_micros,
    },
    people: row.people,
  };
}
