import { type Kysely, sql } from "kysely";
import { learntShares } from "../../targeting/creativeShares.ts";
import type { Database } from "./database.ts";

interface CountsRow {
  readonly id: number;
  readonly campaign_id: number;
  readonly learnt_share: number | null;
  readonly impressions: number;
  readonly clicks: number;
  /** Mean factor of the contexts in which it was shown. */
  readonly click_context: number;
}

/** "atelier shares" as a number: one node at a time does this. */
const sharesLock = 4_172_031_994;
/** What is older says little of how a picture is liked now. */
const countedDays = 28;
/** A smaller step is not worth a new snapshot row on every node. */
const leastStep = 0.02;
const mostPerPass = 300;

/**
 * Gives the creatives of campaigns that rotate by themselves the shares of their turns that their clicks have earned
 * (`learntShares`); the change feed carries them to every node. Counts are those of the reports. At most 300 creatives in one
 * pass. Answers how many changed; 0 when another node is at it.
 */
export async function refreshCreativeShares(db: Kysely<Database>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const lock = await sql<{ readonly locked: boolean }>`
      select pg_try_advisory_xact_lock(${sharesLock}) as locked`.execute(trx);
    if (lock.rows[0]?.locked !== true) return 0;
    const { rows } = await sql<CountsRow>`
      select k.id, k.campaign_id, k.learnt_share, k.click_context, coalesce(d.impressions, 0)::bigint as impressions,
        coalesce(d.clicks, 0)::bigint as clicks
      from campaigns c join creatives k on k.campaign_id = c.id
      left join lateral (
        select sum(impressions) as impressions, sum(clicks) as clicks from report_days
        where campaign_id = c.id and creative_id = k.id and budget_day > current_date - ${countedDays}::integer) d on true
      where c.creative_rotation = 'auto' and c.status = 'active' and k.active
        and (k.review_status = 'approved' or k.approved_shown is not null)
      order by k.campaign_id, k.id`.execute(trx);
    const fresh = [...Map.groupBy(rows, (row) => row.campaign_id).values()]
      .flatMap((creatives) => {
        // One that was shown where clicks are rare is not the worse for it.
        const shares = learntShares(
          creatives.map(({ impressions, clicks, click_context }) => ({
            impressions: impressions * click_context,
            clicks,
          })),
        );
        return creatives.map((row, index) => ({ ...row, share: shares[index] ?? 1 }));
      })
      .filter((row) => Math.abs((row.learnt_share ?? 0) - row.share) >= leastStep)
      .slice(0, mostPerPass);
    if (fresh.length === 0) return 0;
    await sql`update creatives k set learnt_share = f.share
      from unnest(${fresh.map(({ id }) => id)}::integer[], ${fresh.map(({ share }) => share)}::real[]) as f (id, share)
      where k.id = f.id`.execute(trx);
    return fresh.length;
  });
}
