import { type Kysely, sql } from "kysely";
import { dealNumbers, type ListDeals, type ListedDeal } from "../../campaigns/deals.ts";
import type { Database } from "./database.ts";
import { allOf, isOneOf } from "./entityMapping.ts";
import { withPublicFaults } from "./faults.ts";
import { cutPage, keysetOf } from "./keyset.ts";

/** The deals that campaigns name, one line for each of a campaign; few campaigns have any. */
export function createListDeals(db: Kysely<Database>): ListDeals {
  return ({ advertiserIds, ssp, id, campaignId, status }, page) =>
    withPublicFaults(async () => {
      const number = sql`(c.id::bigint * ${sql.lit(dealNumbers)} + d.place)`;
      const { after, suffix } = keysetOf(number, page);
      const condition = allOf(
        sql`c.deals <> '[]'`,
        advertiserIds && isOneOf(sql`c.advertiser_id`, advertiserIds),
        ssp === undefined ? null : sql`d.deal->>'ssp' = ${ssp}`,
        id === undefined ? null : sql`d.deal->>'id' = ${id}`,
        campaignId === undefined ? null : sql`c.id = ${campaignId}`,
        status === undefined ? null : sql`c.status = ${status}`,
        after,
      );
      const { rows } = await sql<ListedDeal>`
        select ${number}::double precision as "dealNumber", d.deal->>'ssp' as ssp, d.deal->>'id' as id,
          c.id as "campaignId", c.name as "campaignName", c.status, c.open_auction as "openAuction",
          c.advertiser_id as "advertiserId"
        from campaigns c cross join lateral jsonb_array_elements(c.deals) with ordinality as d(deal, place)
        where ${condition} ${suffix}`.execute(db);
      return cutPage(rows, page, ({ dealNumber }) => dealNumber);
    });
}
