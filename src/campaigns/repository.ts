import type { z } from "zod";
import type { CompiledZone } from "../geo/types.ts";
import type { Role, Scope } from "./access.ts";
import type { AdvertiserFields } from "./advertiserSchema.ts";
import type {
  createdSiteSchema,
  storedAdvertiserSchema,
  storedCampaignSchema,
  storedCreativeSchema,
  storedPlacementSchema,
  storedSegmentSchema,
} from "./answers.ts";
import type { CampaignFields } from "./campaignSchema.ts";
import type { CreativeFields } from "./creativeSchema.ts";
import type { CreativeWrite } from "./creativeState.ts";
import type { ListOrder, ListPosition } from "./cursor.ts";
import type { DeepReadonly } from "./fieldTypes.ts";
import type { PlacementFields, SegmentFields, SiteFields } from "./siteSchema.ts";
import type { SspFields } from "./sspSchema.ts";

/** Who writes, as the audit log remembers it. */
export interface Actor {
  /** Null for what the system itself does (demo data, migrations). */
  readonly apiKeyId: number | null;
  readonly label: string;
  /** The person and the organisation that wrote, and in which request; absent = none. */
  readonly userId?: number | null;
  readonly organizationId?: number | null;
  readonly requestId?: string | null;
}

/** Who asks, by a key or by a session of a person, before it is known in which request. */
export interface KnownCaller {
  readonly apiKeyId: number | null;
  readonly userId: number | null;
  /** Set for a person at the console. */
  readonly sessionId: number | null;
  /** The key's label, or the person's name. */
  readonly label: string;
  readonly role: Role;
  /** What the role is narrowed to; null = nothing is. */
  readonly scopes: readonly Scope[] | null;
  readonly organizationId: number;
  /** Whether the organisation is the one that runs the platform. */
  readonly isOperator: boolean;
  /** Whose things it sees; null = everybody's. */
  readonly advertiserIds: readonly number[] | null;
}

export interface Caller extends KnownCaller {
  readonly requestId: string;
}

/** The same: keys were the first that could ask. */
export type StoredApiKey = Caller;

/** What every stored entity has besides its fields. */
export interface Stored {
  /** Counts the writes, from 1; a writer that names an older version is refused. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What is kept is what is answered: one schema says both. */
type Told<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;

export interface Page {
  readonly limit: number;
  /** Only entities with a greater id. */
  readonly afterId: number;
}

/** A page in an order of the list's own. */
export interface OrderedPage {
  readonly limit: number;
  readonly order: ListOrder;
  /** Only what comes after it; null = from the beginning. */
  readonly after: ListPosition | null;
}

export interface PageOfItems<Kept> {
  readonly items: readonly Kept[];
  /** Where the next page begins; null on the last one. */
  readonly next: ListPosition | null;
}

/** What became of one of several writes; a refusal is a PublicError. */
export type WriteOutcome<Kept> =
  | { readonly ok: true; readonly kept: Kept }
  | { readonly ok: false; readonly error: unknown };

/** A change of one of several entities. */
export interface EntityChange<Kept, Fields> {
  readonly id: number;
  readonly transform: (kept: Kept) => Promise<Fields> | Fields;
}

/**
 * Where entities of one kind are kept. Every write is one transaction: the row, its audit entry and the change that
 * serving nodes follow. `Filter` narrows a list; an absent or null field filters nothing.
 * Faults: PublicError `unavailable` when the store is away, `conflict` and `invalid_body` for what it refuses.
 */
export interface Repository<Kept, Fields, Filter> {
  insert(fields: Fields, actor: Actor): Promise<Kept>;
  /** Null = no such entity. */
  read(id: number): Promise<Kept | null>;
  list(filter: Filter, page: Page): Promise<readonly Kept[]>;
  /** The same in any order that the entity's list knows. */
  page(filter: Filter, page: OrderedPage): Promise<PageOfItems<Kept>>;
  /** Runs `transform` on the present state with the row locked; what it throws undoes everything. Null = no such entity. */
  change(
    id: number,
    transform: (kept: Kept) => Promise<Fields> | Fields,
    actor: Actor,
  ): Promise<Kept | null>;
  /** Inserts several in one transaction, or none of them. */
  insertAll(fieldsList: readonly Fields[], actor: Actor): Promise<readonly Kept[]>;
  /**
   * Changes several different entities in one transaction. One whose `transform` throws is left as it is, and so is one
   * that does not exist (`not_found`); what the store refuses undoes them all.
   */
  changeAll(
    changes: readonly EntityChange<Kept, Fields>[],
    actor: Actor,
  ): Promise<readonly WriteOutcome<Kept>[]>;
  /** Deletes it for good unless `check` throws; the audit log remembers it. False = no such entity. */
  remove(id: number, check: (kept: Kept) => void, actor: Actor): Promise<boolean>;
}

/** A rule whose segment is known to exist. */
export interface ResolvedAudienceRule {
  readonly segmentId: number;
  readonly minScore: number | null;
  readonly multiplier: number | null;
}

/** A campaign ready to be stored. */
export interface CampaignWrite extends Omit<CampaignFields, "audience"> {
  readonly audience: readonly ResolvedAudienceRule[];
  /** Null keeps the stored one, for a change that leaves the zone alone. */
  readonly compiledZone: CompiledZone | null;
}

export type StoredCampaign = Told<typeof storedCampaignSchema>;
export type StoredAudienceRule = StoredCampaign["audience"][number];
export type StoredAdvertiser = Told<typeof storedAdvertiserSchema>;
export type StoredCreative = Told<typeof storedCreativeSchema>;
export type StoredPlacement = Told<typeof storedPlacementSchema>;
export type StoredSegment = Told<typeof storedSegmentSchema>;
/** With its signing secret, which only the answer to its creation tells. */
export type StoredSite = Told<typeof createdSiteSchema>;

export interface SiteWrite extends SiteFields {
  /** What the page sends; public. */
  readonly publicKey: string;
  /** Signs visitor ids on the site's own server; shown once. */
  readonly signingSecret: string;
}

export interface SspWrite extends SspFields {
  /** SHA-256 of its key in hexadecimal; null = it has none. */
  readonly keyHash: string | null;
}

export interface StoredSsp extends SspWrite, Stored {
  readonly sspId: number;
}

export interface AdvertiserFilter {
  readonly advertiserIds: readonly number[] | null;
  /** Names that contain it, without regard to case and accents. */
  readonly q?: string | undefined;
  readonly trade?: string | undefined;
}
export interface CampaignFilter {
  /** Null = of any advertiser; empty = of none. */
  readonly advertiserIds: readonly number[] | null;
  readonly status: CampaignFields["status"] | null;
  readonly q?: string | undefined;
  readonly pricing?: CampaignFields["pricing"] | undefined;
  readonly priority?: CampaignFields["priority"] | undefined;
}
export interface CreativeFilter {
  readonly campaignId: number | null;
  readonly advertiserIds: readonly number[] | null;
  readonly format?: CreativeFields["format"] | undefined;
  readonly active?: boolean | undefined;
}
export interface PlacementFilter {
  readonly siteId: number | null;
  readonly code?: string | undefined;
}

export interface SspFilter {
  readonly name: string | null;
  readonly status?: SspFields["status"] | undefined;
}

export type AdvertiserRepository = Repository<StoredAdvertiser, AdvertiserFields, AdvertiserFilter>;
export type CampaignRepository = Repository<StoredCampaign, CampaignWrite, CampaignFilter>;
export type CreativeRepository = Repository<StoredCreative, CreativeWrite, CreativeFilter>;
export type PlacementRepository = Repository<StoredPlacement, PlacementFields, PlacementFilter>;
export type SiteRepository = Repository<StoredSite, SiteWrite, Readonly<Record<string, never>>>;
export type SspRepository = Repository<StoredSsp, SspWrite, SspFilter>;

/** A segment as campaigns may name it: anybody's, or one advertiser's own. */
export interface OwnedSegment extends StoredSegment {
  /** Null = anybody's. */
  readonly advertiserId: number | null;
  /** False = of fewer than 50 people, or run out: no campaign may begin to name it. */
  readonly isUsable: boolean;
}

export interface SegmentRepository {
  /** All that are anybody's: a few hundred at most. Ascending ids. */
  readAll(): Promise<readonly StoredSegment[]>;
  /** Those, and each advertiser's own. */
  readForCampaigns(): Promise<readonly OwnedSegment[]>;
  insert(fields: SegmentFields, actor: Actor): Promise<StoredSegment>;
  /** Writes what `transform` makes of the present one, locked meanwhile; null = there is none. Its slug stays. */
  change(
    segmentId: number,
    transform: (present: StoredSegment) => SegmentFields,
    actor: Actor,
  ): Promise<StoredSegment | null>;
}

/** A key that is made beside the API: of an operator's command, the demo, tests. */
export interface ApiKeyWrite {
  readonly keyHash: string;
  readonly role: Role;
  /** Empty = all of the organisation's. */
  readonly advertiserIds: readonly number[];
  readonly label: string;
  /** Left out: the operator's. */
  readonly organizationId?: number;
}

export interface ApiKeyRepository {
  /** Null = unknown, expired, revoked, or of somebody who may no longer. */
  findByHash(keyHash: string): Promise<KnownCaller | null>;
  /** A key whose hash is known already is renewed with the given role, label and advertisers, and no longer revoked. */
  save(key: ApiKeyWrite, actor: Actor): Promise<{ readonly apiKeyId: number }>;
  revoke(apiKeyId: number, actor: Actor): Promise<void>;
}
