import { type Kysely, sql } from "kysely";
import type {
  StoredForecastPlace,
  StoredForecastVisitor,
  StoredOpportunity,
} from "./forecastSamples.ts";

/** What campaigns have had shown, and how much of what was chosen for them was. */
export interface CountedDelivery {
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  /** Ads chosen in the hours that the funnel keeps, and impressions of the same days; 0 = not known. */
  readonly chosen: number;
  readonly shownOfChosen: number;
}

/** Reads the sample back, page by page. */
export interface ForecastSampleReader {
  readonly readPlaces: () => Promise<readonly StoredForecastPlace[]>;
  /** In the order of their keys. */
  readonly readVisitors: () => Promise<readonly StoredForecastVisitor[]>;
  /** By time of arrival. */
  readonly forEachOpportunity: (
    sinceMs: number,
    visit: (opportunity: StoredOpportunity) => void,
  ) => Promise<void>;
  /** When the first row of the window came; null = there is none. */
  readonly readFirstMs: (sinceMs: number) => Promise<number | null>;
  /** `fromDay` "YYYY-MM-DD" to the day before `toDay`. */
  readonly readDelivery: (fromDay: string, toDay: string) => Promise<CountedDelivery>;
}

const pageRows = 10_000;

export function createForecastSampleReader<DB>(db: Kysely<DB>): ForecastSampleReader {
  return {
    async readPlaces() {
      const { rows } = await sql<StoredForecastPlace>`
        select id, source, cell, lat, lon, samples from forecast_places order by id`.execute(db);
      return rows;
    },
    async readVisitors() {
      const { rows } = await sql<StoredForecastVisitor>`
        select visitor_key as "visitorKey", scores from forecast_visitors order by visitor_key collate "C"`.execute(
        db,
      );
      return rows;
    },
    async forEachOpportunity(sinceMs, visit) {
      for (let afterId = 0; ; ) {
        const { rows } = await sql<StoredOpportunity & { id: number }>`
          select id, extract(epoch from at)::float8 * 1000 as "atMs", visitor_key as "visitorKey", bucket,
            sample_hash as "sampleHash", level, place_ids as "placeIds", category, device, personalised,
            to_beat as "toBeat"
          from forecast_opportunities where id > ${afterId}
            and at >= to_timestamp(${sinceMs / 1_000}::double precision)
          order by id limit ${pageRows}`.execute(db);
        for (const row of rows) visit({ ...row, placeIds: row.placeIds.map(Number) });
        const last = rows.at(-1);
        if (last === undefined || rows.length < pageRows) return;
        afterId = last.id;
      }
    },
    async readFirstMs(sinceMs) {
      const { rows } = await sql<{ first: number | null }>`
        select extract(epoch from min(at))::float8 * 1000 as first from forecast_opportunities
        where at >= to_timestamp(${sinceMs / 1_000}::double precision)`.execute(db);
      return rows[0]?.first ?? null;
    },
    readDelivery: (fromDay, toDay) => readDelivery(db, fromDay, toDay),
  };
}

async function readDelivery<DB>(
  db: Kysely<DB>,
  fromDay: string,
  toDay: string,
): Promise<CountedDelivery> {
  const { rows } = await sql<CountedDelivery>`
    with shown as (
      select budget_day, sum(impressions)::float8 as impressions, sum(viewables)::float8 as viewables,
        sum(clicks)::float8 as clicks
      from campaign_days where budget_day >= ${fromDay}::date and budget_day < ${toDay}::date group by budget_day
    ), chosen as (
      select (f.hour at time zone 'Europe/Paris')::date as budget_day, sum(f.counts[3 * i - 1])::float8 as wins
      from delivery_funnel f, generate_series(1, cardinality(f.counts) / 3) as i
      where f.counts[3 * i - 2] = 0 and f.campaign_id > 0
        and f.hour >= ${fromDay}::date and f.hour < ${toDay}::date
      group by 1
    )
    select coalesce(sum(s.impressions), 0) as impressions, coalesce(sum(s.viewables), 0) as viewables,
      coalesce(sum(s.clicks), 0) as clicks, coalesce(sum(c.wins), 0) as chosen,
      coalesce(sum(s.impressions) filter (where c.wins is not null), 0) as "shownOfChosen"
    from shown s left join chosen c using (budget_day)`.execute(db);
  return rows[0] ?? { impressions: 0, viewables: 0, clicks: 0, chosen: 0, shownOfChosen: 0 };
}
