import type { CompiledZone } from "../geo/types.ts";
import type { AdvertiserFields } from "./advertiserSchema.ts";
import type { ApiKeyRole } from "./apiKey.ts";
import type { CampaignFields } from "./campaignSchema.ts";
import type { CreativeFields } from "./creativeSchema.ts";
import type { PlacementFields, SegmentFields, SiteFields } from "./siteSchema.ts";
import type { SspFields } from "./sspSchema.ts";

/** Who writes, as the audit log remembers it. */
export interface Actor {
  /** Null for what the system itself does (demo data, migrations). */
  readonly apiKeyId: number | null;
  readonly label: string;
}

/** What every stored entity has besides its fields. */
export interface Stored {
  /** Counts the writes, from 1; a writer that names an older version is refused. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Page {
  readonly limit: number;
  /** Only entities with a greater id. */
  readonly afterId: number;
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
  /** Runs `transform` on the present state with the row locked; what it throws undoes everything. Null = no such entity. */
  change(
    id: number,
    transform: (kept: Kept) => Promise<Fields> | Fields,
    actor: Actor,
  ): Promise<Kept | null>;
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

export interface StoredAudienceRule extends ResolvedAudienceRule {
  readonly segment: string;
}

export interface StoredCampaign extends Omit<CampaignFields, "audience">, Stored {
  readonly campaignId: number;
  readonly audience: readonly StoredAudienceRule[];
  /** "Limoges et 10 km autour". */
  readonly zoneLabel: string;
  readonly zoneApproximate: boolean;
  /** IANA zone in which the dayparts are read. */
  readonly timeZone: string;
}

export interface StoredAdvertiser extends AdvertiserFields, Stored {
  readonly advertiserId: number;
}

export type StoredCreative = CreativeFields & Stored & { readonly creativeId: number };

export interface StoredPlacement extends PlacementFields, Stored {
  readonly placementId: number;
}

export interface SiteWrite extends SiteFields {
  /** What the page sends; public. */
  readonly publicKey: string;
  /** Signs visitor ids on the site's own server; shown once. */
  readonly signingSecret: string;
}

export interface StoredSite extends SiteWrite, Stored {
  readonly siteId: number;
}

export interface SspWrite extends SspFields {
  /** SHA-256 of its key in hexadecimal; null = it has none. */
  readonly keyHash: string | null;
}

export interface StoredSsp extends SspWrite, Stored {
  readonly sspId: number;
}

export interface StoredSegment extends SegmentFields {
  readonly segmentId: number;
}

export interface AdvertiserFilter {
  readonly advertiserIds: readonly number[] | null;
}
export interface CampaignFilter {
  /** Null = of any advertiser; empty = of none. */
  readonly advertiserIds: readonly number[] | null;
  readonly status: CampaignFields["status"] | null;
}
export interface CreativeFilter {
  readonly campaignId: number | null;
  readonly advertiserIds: readonly number[] | null;
}
export interface PlacementFilter {
  readonly siteId: number | null;
}

export interface SspFilter {
  readonly name: string | null;
}

export type AdvertiserRepository = Repository<StoredAdvertiser, AdvertiserFields, AdvertiserFilter>;
export type CampaignRepository = Repository<StoredCampaign, CampaignWrite, CampaignFilter>;
export type CreativeRepository = Repository<StoredCreative, CreativeFields, CreativeFilter>;
export type PlacementRepository = Repository<StoredPlacement, PlacementFields, PlacementFilter>;
export type SiteRepository = Repository<StoredSite, SiteWrite, Readonly<Record<string, never>>>;
export type SspRepository = Repository<StoredSsp, SspWrite, SspFilter>;

export interface SegmentRepository {
  /** All of them: a few hundred at most. Ascending ids. */
  readAll(): Promise<readonly StoredSegment[]>;
  insert(fields: SegmentFields, actor: Actor): Promise<StoredSegment>;
}

/** A key as it is kept: never the key itself. */
export interface StoredApiKey {
  readonly apiKeyId: number;
  readonly role: ApiKeyRole;
  readonly advertiserIds: readonly number[];
  readonly label: string;
}

export interface ApiKeyWrite {
  readonly keyHash: string;
  readonly role: ApiKeyRole;
  readonly advertiserIds: readonly number[];
  readonly label: string;
}

export interface ApiKeyRepository {
  /** Null = unknown or revoked. */
  findByHash(keyHash: string): Promise<StoredApiKey | null>;
  /** A key whose hash is known already is renewed with the given role, label and advertisers, and no longer revoked. */
  save(key: ApiKeyWrite, actor: Actor): Promise<StoredApiKey>;
  revoke(apiKeyId: number, actor: Actor): Promise<void>;
}
