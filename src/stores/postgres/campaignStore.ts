import { type Kysely, sql } from "kysely";
import { minimumPeople } from "../../audience/retention.ts";
import type { AdvertiserFields } from "../../campaigns/advertiserSchema.ts";
import type { CreativeWrite } from "../../campaigns/creativeState.ts";
import type {
  Actor,
  AdvertiserRepository,
  CampaignRepository,
  CampaignWrite,
  CreativeRepository,
  OwnedSegment,
  PlacementRepository,
  SegmentRepository,
  SiteRepository,
  SspRepository,
  StoredSegment,
} from "../../campaigns/repository.ts";
import { approvedBy } from "../../campaigns/review.ts";
import { campaignMapping } from "./campaignRows.ts";
import { creativeMapping } from "./creativeRows.ts";
import type { Database } from "./database.ts";
import { createEntityRepository } from "./entityRepository.ts";
import { withPublicFaults } from "./faults.ts";
import { advertiserMapping, placementMapping, siteMapping } from "./otherRows.ts";
import { insertAudit } from "./rowWrites.ts";
import { sspMapping } from "./sspRows.ts";

/**
 * A campaign and its creatives, checked by `parseCampaign` and `parseCreative`; the creatives' campaignId is filled in.
 * Creatives without a review are the system's own (demo, simulations): nobody else writes in bulk past the API.
 */
export interface CampaignWithCreatives {
  readonly campaign: CampaignWrite;
  readonly creatives: readonly CreativeWrite[];
}

const ownReview = approvedBy("system", null);

export interface CampaignStore {
  readonly advertisers: AdvertiserRepository;
  readonly campaigns: CampaignRepository;
  readonly creatives: CreativeRepository;
  readonly placements: PlacementRepository;
  readonly sites: SiteRepository;
  readonly ssps: SspRepository;
  readonly segments: SegmentRepository;
  /** Writes thousands at once, audited and announced like single ones; all or nothing. Ids in the order of the rows. */
  saveAdvertisersInBulk(
    rows: readonly AdvertiserFields[],
    actor: Actor,
  ): Promise<readonly number[]>;
  /** The campaigns first, in one transaction, then their creatives in another. Ids of the campaigns, in order. */
  saveCampaignsInBulk(
    rows: readonly CampaignWithCreatives[],
    actor: Actor,
  ): Promise<readonly number[]>;
}

/** All that people manage, kept in PostgreSQL. */
export function createCampaignStore(db: Kysely<Database>): CampaignStore {
  const advertisers = createEntityRepository(db, advertiserMapping);
  const campaigns = createEntityRepository(db, campaignMapping);
  const creatives = createEntityRepository(db, creativeMapping);
  return {
    advertisers,
    campaigns,
    creatives,
    placements: createEntityRepository(db, placementMapping),
    sites: createEntityRepository(db, siteMapping),
    ssps: createEntityRepository(db, sspMapping),
    segments: createSegmentRepository(db),
    saveAdvertisersInBulk: (rows, actor) => advertisers.insertMany(rows, actor),
    async saveCampaignsInBulk(rows, actor) {
      const ids = await campaigns.insertMany(
        rows.map((row) => row.campaign),
        actor,
      );
      const shown = rows.flatMap((row, index) =>
        row.creatives.map((creative) => ({
          review: ownReview,
          ...creative,
          campaignId: ids[index] ?? 0,
        })),
      );
      await creatives.insertMany(shown, actor);
      return ids;
    },
  };
}

async function readOwnedSegments(db: Kysely<Database>): Promise<readonly OwnedSegment[]> {
  const { rows } = await sql<OwnedSegment>`
    select s.id as "segmentId", s.slug, s.name, s.categories, s.version, s.advertiser_id as "advertiserId",
      s.advertiser_id is null or coalesce(l.matched >= ${minimumPeople} and l.deleted_at is null
        and l.expires_on > current_date, false) as "isUsable"
    from segments s left join audience_lists l on l.segment_id = s.id order by s.id`.execute(db);
  return rows;
}

function createSegmentRepository(db: Kysely<Database>): SegmentRepository {
  return {
    readAll: () =>
      withPublicFaults(async () => {
        const { rows } = await sql<StoredSegment>`
          select id as "segmentId", slug, name, categories, version from segments
          where advertiser_id is null order by id`.execute(db);
        return rows;
      }),
    readForCampaigns: () => withPublicFaults(() => readOwnedSegments(db)),
    insert: (fields, actor) =>
      withPublicFaults(() =>
        db.transaction().execute(async (trx) => {
          const inserted = await trx
            .insertInto("segments")
            .values({ slug: fields.slug, name: fields.name, categories: fields.categories ?? [] })
            .returning("id")
            .executeTakeFirstOrThrow();
          const { slug, name, categories = [] } = fields;
          const segment = { segmentId: inserted.id, slug, name, categories, version: 1 };
          const entry = { id: inserted.id, before: null, after: segment };
          await insertAudit(trx, "segment", [entry], actor);
          return segment;
        }),
      ),
    change: (segmentId, transform, actor) =>
      withPublicFaults(() =>
        db.transaction().execute(async (trx) => {
          const { rows } = await sql<StoredSegment>`
            select id as "segmentId", slug, name, categories, version from segments
            where id = ${segmentId} and advertiser_id is null for update`.execute(trx);
          const [before] = rows;
          if (before === undefined) return null;
          const { name, categories = [] } = transform(before);
          const after = { ...before, name, categories, version: before.version + 1 };
          const { version } = after;
          await trx
            .updateTable("segments")
            .set({ name, categories, version })
            .where("id", "=", segmentId)
            .execute();
          await insertAudit(trx, "segment", [{ id: segmentId, before, after }], actor);
          return after;
        }),
      ),
  };
}
