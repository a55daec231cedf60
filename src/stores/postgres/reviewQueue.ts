import { type Kysely, sql } from "kysely";
import { rulesOf } from "../../campaigns/contentRules/judge.ts";
import type { QueuedCreative, ReviewQueue } from "../../campaigns/reviewQueue.ts";
import { creativeMapping } from "./creativeRows.ts";
import type { Database } from "./database.ts";
import { allOf, readMany } from "./entityMapping.ts";
import { withPublicFaults } from "./faults.ts";
import { cutPage, keysetOf } from "./keyset.ts";

interface QueueRow extends Omit<QueuedCreative, "creative" | "subjects"> {
  readonly id: number;
  readonly contentCategories: readonly string[];
}

const subjectsOf = ({ trade, contentCategories }: QueueRow) =>
  rulesOf({ trade, contentCategories, co2Class: null, licences: [] }).map(({ code }) => code);

async function withCreatives(
  db: Kysely<Database>,
  rows: readonly QueueRow[],
): Promise<readonly QueuedCreative[]> {
  const ids = rows.map(({ id }) => id);
  const creatives = await readMany(db, creativeMapping, sql`e.id = any(${ids})`);
  const byId = new Map(creatives.map((creative) => [creative.creativeId, creative]));
  return rows.flatMap((row) => {
    const { id, contentCategories: _named, ...queued } = row;
    const creative = byId.get(id);
    return creative === undefined ? [] : [{ ...queued, subjects: subjectsOf(row), creative }];
  });
}

export function createReviewQueue(db: Kysely<Database>): ReviewQueue {
  return {
    page: ({ status, advertiserId, campaignId }, page) =>
      withPublicFaults(async () => {
        const { after, suffix } = keysetOf(sql`k.review_number`, page);
        const condition = allOf(
          sql`k.review_status = ${status}`,
          advertiserId === undefined ? null : sql`a.id = ${advertiserId}`,
          campaignId === undefined ? null : sql`c.id = ${campaignId}`,
          after,
        );
        const { rows } = await sql<QueueRow>`
          select k.id, k.review_number::double precision as "reviewNumber", a.id as "advertiserId",
            a.name as "advertiserName", a.trade, c.content_categories as "contentCategories"
          from creatives k join campaigns c on c.id = k.campaign_id join advertisers a on a.id = c.advertiser_id
          where ${condition} ${suffix}`.execute(db);
        const { items, next } = cutPage(rows, page, ({ reviewNumber }) => reviewNumber);
        return { items: await withCreatives(db, items), next };
      }),
    waiting: (nowMs) =>
      withPublicFaults(async () => {
        const { rows } = await sql<{ readonly count: number; readonly oldest: Date | null }>`
          select count(*)::integer as count, min(updated_at) as oldest from creatives
          where review_status = 'pending'`.execute(db);
        const { count = 0, oldest = null } = rows[0] ?? {};
        return { count, oldestMs: oldest === null ? null : nowMs - oldest.getTime() };
      }),
  };
}
