import { type Kysely, sql } from "kysely";
import type { DaySpending, SpendingSums } from "../../campaigns/ledgerBooks.ts";
import type { OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import { cutPage, keysetOf } from "./keyset.ts";

interface SumsRow {
  readonly spent_micros: number;
  readonly credited_micros: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly media_cost_micros: number;
  readonly reasons: Readonly<Record<string, number>> | null;
}

/** What a campaign has spent since ever; zeros when nothing happened yet. */
export async function readTotalSums<DB>(db: Kysely<DB>, campaignId: number): Promise<SpendingSums> {
  const sum = (column: string) =>
    sql`coalesce(sum(${sql.ref(column)}), 0)::bigint as ${sql.ref(column)}`;
  const { rows } = await sql<SumsRow>`
    select ${sql.join(columns.map(sum))}, (
        select json_object_agg(uncharged_reason, events) from (
          select uncharged_reason, sum(events) as events from campaign_day_uncharged
          where campaign_id = ${campaignId} group by uncharged_reason order by uncharged_reason) r) as reasons
    from campaign_days where campaign_id = ${campaignId}`.execute(db);
  return rowToSums(rows[0]!);
}

/** The same by day, newest first. */
export async function readDaySums<DB>(
  db: Kysely<DB>,
  campaignId: number,
  page: OrderedPage,
): Promise<PageOfItems<DaySpending>> {
  const { after, suffix } = keysetOf(sql`(d.budget_day - date '1970-01-01')`, page);
  const { rows } = await sql<SumsRow & { readonly budget_day: string }>`
    select d.budget_day, ${sql.join(columns.map((column) => sql.ref(column)))}, (
        select json_object_agg(u.uncharged_reason, u.events order by u.uncharged_reason) from campaign_day_uncharged u
        where u.campaign_id = d.campaign_id and u.budget_day = d.budget_day) as reasons
    from campaign_days d where d.campaign_id = ${campaignId} and ${after} ${suffix}`.execute(db);
  const days = rows.map((row) => ({ day: row.budget_day, ...rowToSums(row) }));
  return cutPage(days, page, ({ day }) => Date.parse(day) / dayMs);
}

const dayMs = 86_400_000;

const columns = [
  "spent_micros",
  "credited_micros",
  "impressions",
  "viewables",
  "clicks",
  "conversions",
  "media_cost_micros",
] as const;

function rowToSums(row: SumsRow): SpendingSums {
  return {
    chargedMicros: row.spent_micros + row.credited_micros,
    creditedMicros: row.credited_micros,
    spentMicros: row.spent_micros,
    impressions: row.impressions,
    viewables: row.viewables,
    clicks: row.clicks,
    conversions: row.conversions,
    uncharged: row.reasons ?? {},
    mediaCostMicros: row.media_cost_micros,
  };
}
