import { type Kysely, sql } from "kysely";

export interface SegmentSeeds {
  /** Remembers that a visitor converted after an ad of a campaign, where a segment looks for the like of them; the first time counts. */
  readonly remember: (campaignId: number, visitorKey: string, atMs: number) => Promise<void>;
  /** Who converted since, of the campaigns that segments look like; at most 200,000, the latest. */
  readonly read: (sinceMs: number) => Promise<
    readonly {
      readonly segmentId: number;
      readonly visitorKey: string;
      readonly convertedAtMs: number;
    }[]
  >;
  /** Forgets a visitor; answers how many rows went. */
  readonly eraseVisitorFromSeeds: (visitorKey: string) => Promise<number>;
  /** Identifiers live 13 months at most. */
  readonly prune: (nowMs: number) => Promise<void>;
}

const mostSeeds = 200_000;
const keptMonths = 13;

export function createSegmentSeeds<DB>(db: Kysely<DB>): SegmentSeeds {
  return {
    async remember(campaignId, visitorKey, atMs) {
      await sql`
        insert into segment_seeds (campaign_id, visitor_key, converted_at)
        select ${campaignId}, ${visitorKey}, to_timestamp(${atMs / 1_000}::double precision)
        where exists (select from segment_definitions where definition->>'kind' = 'look_alike'
          and (definition->>'campaignId')::bigint = ${campaignId})
        on conflict do nothing`.execute(db);
    },
    async read(sinceMs) {
      const { rows } = await sql<{
        readonly segment_id: number;
        readonly visitor_key: string;
        readonly converted_at: Date;
      }>`
        select d.segment_id, s.visitor_key, s.converted_at
        from segment_definitions d
        join segment_seeds s on s.campaign_id = (d.definition->>'campaignId')::bigint
        where d.definition->>'kind' = 'look_alike'
          and s.converted_at >= to_timestamp(${sinceMs / 1_000}::double precision)
        order by s.converted_at desc limit ${mostSeeds}`.execute(db);
      return rows.map((row) => ({
        segmentId: row.segment_id,
        visitorKey: row.visitor_key,
        convertedAtMs: row.converted_at.getTime(),
      }));
    },
    async eraseVisitorFromSeeds(visitorKey) {
      const gone = await sql`
        delete from segment_seeds where visitor_key = ${visitorKey}`.execute(db);
      return Number(gone.numAffectedRows ?? 0);
    },
    async prune(nowMs) {
      await sql`delete from segment_seeds where converted_at
        < to_timestamp(${nowMs / 1_000}::double precision) - make_interval(months => ${keptMonths})`.execute(
        db,
      );
    },
  };
}
