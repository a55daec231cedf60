import { sql, type Transaction } from "kysely";
import {
  type AdCounts,
  addAdCounts,
  noCounts,
  type ReportedPlace,
} from "../../reports/areaParts.ts";
import { fewestPeople } from "../../reports/hyperLogLog.ts";
import type { SummedPlace } from "./reportRollup.ts";

/** The place that an area's key and a cell's 28 bits stand for. */
export type PlaceOfFacets = (area: number, cell: number) => ReportedPlace;

interface Waiting {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly day: string;
  readonly place: ReportedPlace;
  counts: AdCounts;
  readonly people: Set<number>;
}

/** Adds what was summed to what waits to be told by place. Of people, registers are kept, and no more than it takes. */
export async function addWaitingAreas<DB>(
  transaction: Transaction<DB>,
  summed: readonly SummedPlace[],
  placeOf: PlaceOfFacets,
): Promise<void> {
  const rows = [...mergeByPlace(summed, placeOf).values()].map(toColumns);
  if (rows.length === 0) return;
  await sql`
    insert into report_area_waiting as w (campaign_id, budget_day, advertiser_id, departement, commune, cell, impressions,
      viewables, clicks, conversions, spend_micros, credited_micros, people)
    select campaign_id, budget_day, advertiser_id, departement, commune, cell, impressions,
      viewables, clicks, conversions, spend_micros, credited_micros, people
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (campaign_id bigint, budget_day date, advertiser_id bigint,
      departement text, commune text, cell text, impressions bigint, viewables bigint, clicks bigint, conversions bigint,
      spend_micros bigint, credited_micros bigint, people smallint[])
    on conflict (campaign_id, budget_day, departement, commune, cell) do update set
      impressions = w.impressions + excluded.impressions, viewables = w.viewables + excluded.viewables,
      clicks = w.clicks + excluded.clicks, conversions = w.conversions + excluded.conversions,
      spend_micros = w.spend_micros + excluded.spend_micros,
      credited_micros = w.credited_micros + excluded.credited_micros,
      people = case when cardinality(w.people) >= ${fewestPeople} then w.people else (
        select coalesce(array_agg(p), '{}') from (
          select p from unnest(w.people || excluded.people) p group by p order by p limit ${fewestPeople}) few) end`.execute(
    transaction,
  );
}

function mergeByPlace(
  summed: readonly SummedPlace[],
  placeOf: PlaceOfFacets,
): ReadonlyMap<string, Waiting> {
  const waiting = new Map<string, Waiting>();
  for (const one of summed) {
    const { campaignId, advertiserId, day } = one;
    const place = placeOf(one.area, one.cell);
    const key = [campaignId, day, place.departement, place.commune, place.cell].join("/");
    const known = waiting.get(key);
    const into: Waiting = known ?? {
      campaignId,
      advertiserId,
      day,
      place,
      counts: noCounts,
      people: new Set(),
    };
    if (known === undefined) waiting.set(key, into);
    into.counts = addAdCounts(into.counts, one);
    for (const code of one.people) if (into.people.size < fewestPeople) into.people.add(code >>> 6);
  }
  return waiting;
}

function toColumns({ campaignId, advertiserId, day, place, counts, people }: Waiting): object {
  return {
    campaign_id: campaignId,
    budget_day: day,
    advertiser_id: advertiserId,
    ...place,
    impressions: counts.impressions,
    viewables: counts.viewables,
    clicks: counts.clicks,
    conversions: counts.conversions,
    spend_micros: counts.spendMicros,
    credited_micros: counts.creditedMicros,
    people: [...people],
  };
}
