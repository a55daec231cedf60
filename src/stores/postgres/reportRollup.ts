import { type Kysely, sql, type Transaction } from "kysely";
import type { AdCounts } from "../../reports/areaParts.ts";
import { mergeReach } from "./reportReach.ts";
import { addWaitingAreas, type PlaceOfFacets } from "./reportWaitingAreas.ts";

/** "atelier reports" as a number: whoever holds this lock changes the sums of reports. */
export const reportLock = 4_172_031_993;

/** What one campaign had on one day at one place, of the events that are being summed. */
export interface SummedPlace extends AdCounts {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly day: string;
  readonly area: number;
  readonly cell: number;
  /** Codes of the people who saw an ad there, each once. */
  readonly people: readonly number[];
  /** How many ads they saw. */
  readonly peopleImpressions: number;
}

export interface RollUpOutcome {
  /** How many batches were taken; 0 = nothing waits. */
  readonly batches: number;
  readonly events: number;
}

/**
 * Adds the oldest waiting batches of the ledger to the sums of reports, at most `maxBatches`, in one transaction that also
 * deletes them: each event is summed once, whatever dies when. Null = somebody else is at it. Rejects when Postgres is away.
 */
export async function rollUpReports<DB>(
  db: Kysely<DB>,
  placeOf: PlaceOfFacets,
  maxBatches: number,
): Promise<RollUpOutcome | null> {
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ readonly locked: boolean }>`
      select pg_try_advisory_xact_lock(${reportLock}) as locked`.execute(transaction);
    if (rows[0]?.locked !== true) return null;
    const batches = await takeBatches(transaction, maxBatches);
    const ids = batches.flat();
    if (ids.length === 0) return { batches: batches.length, events: 0 };
    const summed = await sumEvents(transaction, ids);
    await addWaitingAreas(transaction, summed, placeOf);
    await mergeReach(transaction, summed);
    return { batches: batches.length, events: ids.length };
  });
}

async function takeBatches<DB>(
  transaction: Transaction<DB>,
  maxBatches: number,
): Promise<readonly (readonly number[])[]> {
  const { rows } = await sql<{ readonly ledger_ids: readonly string[] }>`
    delete from report_batches where id in (select id from report_batches order by id limit ${maxBatches})
    returning ledger_ids`.execute(transaction);
  return rows.map((row) => row.ledger_ids.map(Number));
}

/**
 * A credit is summed where its event was; one of a whole day has no creative and stands in the day's first hour. Traffic that
 * is nobody's is in the ledger and in no count. What sellers of places bill is no part of reports.
 */
const events = (ids: readonly number[]) => sql`
  select l.event_id, l.campaign_id, l.advertiser_id, l.budget_day,
    coalesce(l.creative_id, c.creative_id, 0) as creative_id, coalesce(l.placement_id, c.placement_id, '') as placement_id,
    date_trunc('hour', case when l.kind <> 'credit' then l.occurred_at
      else coalesce(c.occurred_at, l.budget_day::timestamp at time zone 'Europe/Paris') end, 'UTC') as hour,
    coalesce(f.device, 0) as device, coalesce(f.category, 0) as category, coalesce(f.area, 0) as area,
    coalesce(f.cell, -1) as cell, f.reach, coalesce(f.distance, 0) as distance, l.kind, l.amount_micros,
    (l.kind = 'impression' and not l.is_invalid)::integer as impression,
    (l.kind = 'viewable' and not l.is_invalid)::integer as viewable,
    (l.kind = 'click' and not l.is_invalid)::integer as click
  from (select *, coalesce(starts_with(uncharged_reason, 'invalid:'), false) as is_invalid from ledger
      where id = any(${[...ids]}::bigint[]) and kind <> 'media') l
    left join report_facets f on f.event_id = l.event_id
    left join ledger c on c.event_id = l.credited_event_id and l.kind = 'credit'`;

const measures = sql`sum(impression) as impressions, sum(viewable) as viewables, sum(click) as clicks,
  count(*) filter (where kind = 'conversion') as conversions, sum(amount_micros)::bigint as spend_micros,
  -sum(amount_micros) filter (where kind = 'credit')::bigint as credited_micros`;

/** The upsert of one table of sums by some keys. */
function addTo(table: string, keys: string) {
  return sql`insert into ${sql.raw(table)} as t (${sql.raw(keys)}, advertiser_id, impressions, viewables, clicks,
      conversions, spend_micros, credited_micros)
    select ${sql.raw(keys)}, min(advertiser_id), sum(impression), sum(viewable), sum(click),
      count(*) filter (where kind = 'conversion'), sum(amount_micros),
      coalesce(-sum(amount_micros) filter (where kind = 'credit'), 0)
    from events group by ${sql.raw(keys)}
    on conflict (${sql.raw(keys)}) do update set impressions = t.impressions + excluded.impressions,
      viewables = t.viewables + excluded.viewables, clicks = t.clicks + excluded.clicks,
      conversions = t.conversions + excluded.conversions, spend_micros = t.spend_micros + excluded.spend_micros,
      credited_micros = t.credited_micros + excluded.credited_micros`;
}

/** What clicks are predicted from: by creative, place on the page, category, hour of the day and distance. */
const clickCounts = sql`insert into click_counts as t
    (budget_day, campaign_id, creative_id, placement_id, category, hour, distance, impressions, clicks)
  select budget_day, campaign_id, creative_id, placement_id, category,
    extract(hour from hour at time zone 'Europe/Paris')::smallint as hour_of_day, distance, sum(impression), sum(click)
  from events where impression + click > 0 group by 1, 2, 3, 4, 5, 6, 7
  on conflict (budget_day, campaign_id, creative_id, placement_id, category, hour, distance)
  do update set impressions = t.impressions + excluded.impressions, clicks = t.clicks + excluded.clicks`;

interface SummedRow {
  readonly campaign_id: number;
  readonly advertiser_id: number;
  readonly budget_day: string;
  readonly area: number;
  readonly cell: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spend_micros: number;
  readonly credited_micros: number | null;
  readonly people: readonly number[] | null;
  readonly people_impressions: number;
}

async function sumEvents<DB>(
  transaction: Transaction<DB>,
  ids: readonly number[],
): Promise<readonly SummedPlace[]> {
  const { rows } = await sql<SummedRow>`
    with events as materialized (${events(ids)}),
    to_hours as (${addTo("report_hours", "campaign_id, budget_day, hour, creative_id, placement_id, device, category")}),
    to_days as (${addTo("report_days", "campaign_id, budget_day, creative_id, placement_id, device, category")}),
    to_campaigns as (${addTo("report_campaign_days", "campaign_id, budget_day")}),
    to_clicks as (${clickCounts}),
    done as (delete from report_facets f using events e where f.event_id = e.event_id)
    select campaign_id, min(advertiser_id) as advertiser_id, budget_day, area, cell, ${measures},
      array_agg(distinct reach) filter (where impression = 1 and reach >= 0) as people,
      count(*) filter (where impression = 1 and reach >= 0) as people_impressions
    from events group by campaign_id, budget_day, area, cell`.execute(transaction);
  return rows.map(rowToSummedPlace);
}

function rowToSummedPlace(row: SummedRow): SummedPlace {
  return {
    campaignId: row.campaign_id,
    advertiserId: row.advertiser_id,
    day: row.budget_day,
    area: row.area,
    cell: row.cell,
    impressions: row.impressions,
    viewables: row.viewables,
    clicks: row.clicks,
    conversions: row.conversions,
    spendMicros: row.spend_micros,
    creditedMicros: row.credited_micros ?? 0,
    people: row.people ?? [],
    peopleImpressions: row.people_impressions,
  };
}
