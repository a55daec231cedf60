import { type Kysely, sql, type Transaction } from "kysely";
import { reportLock } from "./reportRollup.ts";

/** Where sums of reports and the ledger differ, of one campaign and day: ledger less report. */
export interface ReportDifference {
  readonly table: ReportTable;
  readonly campaignId: number;
  readonly day: string;
  readonly spendMicros: number;
  readonly creditedMicros: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
}

export const reportTables = ["report_campaign_days", "report_days", "report_hours"] as const;
export type ReportTable = (typeof reportTables)[number];

/** Differences that one answer lists. */
const listedDifferences = 1_000;

/** The ledger's own sums; entries that still wait to be summed are left out, as reports do not have them yet. */
const ledgerSums = (from: string, to: string, keys: string) => sql`
  select ${sql.raw(keys)}, sum(impression) as impressions, sum(viewable) as viewables, sum(click) as clicks,
    count(*) filter (where kind = 'conversion') as conversions, sum(amount_micros)::bigint as spend_micros,
    coalesce(-sum(amount_micros) filter (where kind = 'credit'), 0)::bigint as credited_micros,
    min(advertiser_id) as advertiser_id
  from (
    select l.campaign_id, l.advertiser_id, l.budget_day, l.kind, l.amount_micros,
      coalesce(l.creative_id, c.creative_id, 0) as creative_id, coalesce(l.placement_id, c.placement_id, '') as placement_id,
      date_trunc('hour', case when l.kind <> 'credit' then l.occurred_at
        else coalesce(c.occurred_at, l.budget_day::timestamp at time zone 'Europe/Paris') end, 'UTC') as hour,
      (l.kind = 'impression' and not coalesce(starts_with(l.uncharged_reason, 'invalid:'), false))::integer as impression,
      (l.kind = 'viewable' and not coalesce(starts_with(l.uncharged_reason, 'invalid:'), false))::integer as viewable,
      (l.kind = 'click' and not coalesce(starts_with(l.uncharged_reason, 'invalid:'), false))::integer as click
    from ledger l left join ledger c on c.event_id = l.credited_event_id and l.kind = 'credit'
    where l.kind <> 'media' and l.budget_day between ${from}::date and ${to}::date
      and not exists (select from waiting w where w.id = l.id)
  ) as entries group by ${sql.raw(keys)}`;

const waiting = sql`waiting as materialized (select unnest(ledger_ids) as id from report_batches)`;

const tableSums = (table: ReportTable, from: string, to: string, keys: string) => sql`
  select ${sql.raw(keys)}, sum(impressions) as impressions, sum(viewables) as viewables, sum(clicks) as clicks,
    sum(conversions) as conversions, sum(spend_micros)::bigint as spend_micros,
    sum(credited_micros)::bigint as credited_micros
  from ${sql.table(table)} where budget_day between ${from}::date and ${to}::date group by ${sql.raw(keys)}`;

const less = (column: string) =>
  sql`coalesce(l.${sql.ref(column)}, 0) - coalesce(r.${sql.ref(column)}, 0)`;
const columns = [
  "impressions",
  "viewables",
  "clicks",
  "conversions",
  "spend_micros",
  "credited_micros",
];
const differs = sql.join(
  columns.map((column) => sql`${less(column)} <> 0`),
  sql` or `,
);

/**
 * Compares the sums of reports with the ledger, from one budget day to another (both inclusive), in one statement a table
 * and so of one moment. Hours live shorter than days: days without any are left out. Rejects when Postgres is away.
 */
export async function findReportDifferences<DB>(
  db: Kysely<DB>,
  from: string,
  to: string,
): Promise<readonly ReportDifference[]> {
  const found: ReportDifference[] = [];
  for (const table of reportTables) {
    const kept =
      table === "report_campaign_days"
        ? sql``
        : sql`
      and coalesce(l.budget_day, r.budget_day) >= (select coalesce(min(budget_day), 'infinity') from ${sql.table(table)})`;
    const keys = "campaign_id, budget_day";
    const { rows } = await sql<Omit<ReportDifference, "table">>`
      with ${waiting} select campaign_id as "campaignId", budget_day as day, ${less("impressions")}::bigint as impressions,
        ${less("viewables")}::bigint as viewables, ${less("clicks")}::bigint as clicks,
        ${less("conversions")}::bigint as conversions, (${less("spend_micros")})::bigint as "spendMicros",
        (${less("credited_micros")})::bigint as "creditedMicros"
      from (${ledgerSums(from, to, keys)}) l full join (${tableSums(table, from, to, keys)}) r using (campaign_id, budget_day)
      where (${differs})${kept} order by 2, 1 limit ${listedDifferences}`.execute(db);
    found.push(...rows.map((row) => ({ table, ...row })));
  }
  return found;
}

/**
 * Makes the sums of one budget day equal to the ledger. Sums that are right stay with all that they know; where they differ,
 * what is known of a creative at a placement is written anew from the ledger, its device and category as not known. Answers
 * how many rows were written. Nothing is summed meanwhile. Rejects when Postgres is away, with nothing changed.
 */
export async function repairReportDay<DB>(db: Kysely<DB>, day: string): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${reportLock})`.execute(transaction);
    let written = 0;
    for (const table of reportTables) written += await repairTable(transaction, table, day);
    return written;
  });
}

async function repairTable<DB>(
  transaction: Transaction<DB>,
  table: ReportTable,
  day: string,
): Promise<number> {
  const isHours = table === "report_hours";
  const isWhole = table === "report_campaign_days";
  const ofPart = isWhole ? "" : `, creative_id, placement_id${isHours ? ", hour" : ""}`;
  const keys = `campaign_id, budget_day${ofPart}`;
  const facets = isWhole ? "" : ", device, category";
  const unknown = isWhole ? sql`` : sql`, 0, 0`;
  const same = (side: string) =>
    sql.raw(
      keys
        .split(", ")
        .map((key) => `${side}.${key} = d.${key}`)
        .join(" and "),
    );
  const result = await sql`
    with ${waiting}, truth as materialized (${ledgerSums(day, day, keys)}),
    wrong as materialized (
      select ${sql.raw(keys)} from truth l full join (${tableSums(table, day, day, keys)}) r using (${sql.raw(keys)})
      where ${differs}),
    gone as (delete from ${sql.table(table)} t using wrong d where ${same("t")} returning 1)
    select l.* from truth l join wrong d on ${same("l")}
    where (select count(*) from gone) >= 0`.execute(transaction);
  if (result.rows.length === 0) return 0;
  await sql`
    insert into ${sql.table(table)} (${sql.raw(keys)}, advertiser_id, impressions, viewables, clicks, conversions,
      spend_micros, credited_micros${sql.raw(facets)})
    select ${sql.raw(keys)}, advertiser_id, impressions, viewables, clicks, conversions, spend_micros, credited_micros${unknown}
    from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(result.rows)}::jsonb)`.execute(
    transaction,
  );
  return result.rows.length;
}

/**
 * By how much the sums of campaigns' days differ from what the ledger itself keeps of them (`campaign_days`), micros: the same
 * question without reading the ledger, to be asked often. Entries that wait to be summed are left out on both sides.
 */
export async function sumReportDifferences<DB>(
  db: Kysely<DB>,
  from: string,
  to: string,
): Promise<number> {
  const { rows } = await sql<{ readonly micros: number }>`
    with ${waiting}, unsummed as (
      select campaign_id, budget_day, sum(amount_micros) as micros from ledger
      where id in (select id from waiting) group by campaign_id, budget_day)
    select coalesce(sum(abs(d.spent_micros - coalesce(r.spend_micros, 0) - coalesce(u.micros, 0))), 0)::bigint as micros
    from campaign_days d left join report_campaign_days r using (campaign_id, budget_day)
      left join unsummed u using (campaign_id, budget_day)
    where d.budget_day between ${from}::date and ${to}::date`.execute(db);
  return rows[0]?.micros ?? 0;
}

/** How long the oldest entry of the ledger waits to be summed, ms; 0 = none does. */
export async function reportLag<DB>(
  db: Kysely<DB>,
): Promise<{ readonly waiting: number; readonly oldestMs: number }> {
  const { rows } = await sql<{ readonly waiting: number; readonly oldest: number | null }>`
    select count(*) as waiting, extract(epoch from now() - min(added_at))::float8 * 1000 as oldest
    from report_batches`.execute(db);
  return { waiting: rows[0]?.waiting ?? 0, oldestMs: rows[0]?.oldest ?? 0 };
}
