import { type Kysely, sql } from "kysely";
import {
  type AreaCounts,
  type CategoryShare,
  categoryShares,
  createSegmentPriors,
  type SegmentCategories,
  type SegmentPriors,
} from "../../audience/segmentPriors.ts";
import type { AreaKey } from "../../geo/types.ts";

/** "atelier shares by area" as a number: one node at a time does this. */
const sharesLock = 4_172_031_996;
/** The keys of départements; see `areaKeys.ts`. */
const firstDepartementKey = 3 * 2 ** 29;
const lastDepartementKey = 4 * 2 ** 29 - 1;
const mostShares = 50_000;

/**
 * Works out what pages are looked at where, from the sample of requests that forecasts replay: shares by département, of at least
 * 50 visitors each. Answers how many shares there are; null = another node is at it. Rejects when Postgres is away.
 */
export async function refreshCategoryShares<DB>(db: Kysely<DB>): Promise<number | null> {
  return db.transaction().execute(async (trx) => {
    const lock = await sql<{ readonly locked: boolean }>`
      select pg_try_advisory_xact_lock(${sharesLock}) as locked`.execute(trx);
    if (lock.rows[0]?.locked !== true) return null;
    const shares = categoryShares(await readCounts(trx)).slice(0, mostShares);
    await sql`delete from category_shares`.execute(trx);
    await sql`insert into category_shares (area, category, share)
      select area, category, share from jsonb_to_recordset(${JSON.stringify(shares)}::jsonb)
        as s (area bigint, category text, share double precision)`.execute(trx);
    return shares.length;
  });
}

async function readCounts<DB>(db: Kysely<DB>): Promise<readonly AreaCounts[]> {
  const { rows } = await sql<{
    readonly area: AreaKey;
    readonly visitors: number;
    readonly pages: Readonly<Record<string, number>>;
  }>`
    with placed as (
      select id, (select key::bigint from jsonb_array_elements_text(samples -> 0 -> 3) key
        where key::bigint between ${firstDepartementKey} and ${lastDepartementKey} limit 1) as area
      from forecast_places where jsonb_array_length(samples) > 0),
    seen as (
      select coalesce(p.area, 0) as area, o.category, o.visitor_key, 2.0::double precision ^ o.level as pages
      from forecast_opportunities o left join placed p on p.id = o.place_ids[1] where o.category is not null),
    by_category as (select area, category, sum(pages) as pages from seen group by area, category)
    select s.area, count(distinct s.visitor_key) as visitors,
      (select jsonb_object_agg(c.category, c.pages) from by_category c where c.area = s.area) as pages
    from seen s group by s.area`.execute(db);
  return rows.map(({ area, visitors, pages }) => ({
    area: Number(area),
    visitors: Number(visitors),
    pages: new Map(Object.entries(pages)),
  }));
}

/** What pages say of segments, as it was worked out last. Rejects when Postgres is away. */
export async function readSegmentPriors<DB>(db: Kysely<DB>): Promise<SegmentPriors> {
  const segments = await sql<SegmentCategories>`
    select id as "segmentId", categories from segments where cardinality(categories) > 0 order by id`.execute(
    db,
  );
  const shares = await sql<CategoryShare>`
    select area, category, share from category_shares order by area, category limit ${mostShares}`.execute(
    db,
  );
  return createSegmentPriors(segments.rows, shares.rows);
}
