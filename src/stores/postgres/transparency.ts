import { type Kysely, sql } from "kysely";
import type { TransparencyCount } from "../../jobs/transparencyCounts.ts";
import { withPublicFaults } from "./faults.ts";

export interface TransparencyStore {
  readonly add: (counts: readonly TransparencyCount[]) => Promise<void>;
  /** Lines of a day with at least `fewest` ads, in the order of advertisers, and how many ads the others have together. */
  readonly read: (
    day: string,
    page: { readonly fewest: number; readonly offset: number; readonly limit: number },
  ) => Promise<{ readonly lines: readonly TransparencyCount[]; readonly otherAds: number }>;
  readonly prune: (beforeDay: string) => Promise<void>;
}

/** What ads were shown for, by day, in Postgres. */
export function createTransparencyStore<DB>(db: Kysely<DB>): TransparencyStore {
  return {
    async add(counts) {
      // One order of locks on all nodes.
      await sql`
        insert into ad_transparency as known (day, advertiser_id, advertiser, payer, place, category, audience, ads)
        select (c->>'day')::date, (c->>'advertiserId')::integer, left(c->>'advertiser', 200), left(c->>'payer', 200),
          c->>'place', (c->>'category')::boolean, (c->>'audience')::boolean, sum((c->>'ads')::bigint)
        from jsonb_array_elements(${JSON.stringify(counts)}::jsonb) c group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7
        on conflict (day, advertiser_id, advertiser, payer, place, category, audience)
        do update set ads = known.ads + excluded.ads`.execute(db);
    },
    read: (day, { fewest, offset, limit }) =>
      withPublicFaults(async () => {
        const { rows } = await sql<TransparencyCount>`
          select day::text, advertiser_id as "advertiserId", advertiser, payer, place, category, audience, ads::float8 as ads
          from ad_transparency where day = ${day}::date and ads >= ${fewest}
          order by advertiser_id, advertiser, payer, place, category, audience offset ${offset} limit ${limit}`.execute(
          db,
        );
        const others = await sql<{ readonly ads: number }>`
          select coalesce(sum(ads), 0)::float8 as ads from ad_transparency
          where day = ${day}::date and ads < ${fewest}`.execute(db);
        return { lines: rows, otherAds: others.rows[0]?.ads ?? 0 };
      }),
    async prune(beforeDay) {
      await sql`delete from ad_transparency where day < ${beforeDay}::date`.execute(db);
    },
  };
}
