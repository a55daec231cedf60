import { type Kysely, sql } from "kysely";
import { rulesOf } from "../../campaigns/contentRules/judge.ts";
import type { QueuedCreative, ReviewQueue } from "../../campaigns/reviewQueue.ts";
import { creativeMapping } from "./creativeRows.ts";
import type { Database } from "./database.ts";
import { readMany } from "./entityMapping.ts";
import { withPublicFaults } from "./faults.ts";

interface QueueRow extends Omit<QueuedCreative, "creative" | "subjects"> {
  readonly id: number;
  readonly contentCategories: readonly string[];
}

const subjectsOf = ({ trade, contentCategories }: QueueRow) =>
  rulesOf({ trade, contentCategories, co2Class: null, licences: [] }).map(({ code }) => code);

export function createReviewQueue(db: Kysely<Database>): ReviewQueue {
  return {
    list: ({ status, advertiserId, campaignId }, { afterNumber, limit }) =>
      withPublicFaults(async () => {
        const { rows } = await sql<QueueRow>`
          select k.id, k.review_number::double precision as "reviewNumber", a.id as "advertiserId",
            a.name as "advertiserName", a.trade, c.content_categories as "contentCategories"
          from creatives k join campaigns c on c.id = k.campaign_id join advertisers a on a.id = c.advertiser_id
          where k.review_status = ${status} and k.review_number > ${afterNumber}
            and (${advertiserId}::integer is null or a.id = ${advertiserId})
            and (${campaignId}::integer is null or c.id = ${campaignId})
          order by k.review_number, k.id limit ${limit}`.execute(db);
        const ids = rows.map(({ id }) => id);
        const creatives = await readMany(db, creativeMapping, sql`e.id = any(${ids})`);
        const byId = new Map(creatives.map((creative) => [creative.creativeId, creative]));
        return rows.flatMap((row) => {
          const { id, contentCategories: _named, ...queued } = row;
          const creative = byId.get(id);
          return creative === undefined ? [] : [{ ...queued, subjects: subjectsOf(row), creative }];
        });
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
