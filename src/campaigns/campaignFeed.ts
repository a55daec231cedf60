import type { AdFormat, ServableCampaign } from "../targeting/types.ts";
import type { StoredSsp } from "./repository.ts";

/** What serving nodes follow. A cursor is opaque: keep it, compare nothing. */
export interface CampaignFeed {
  /** All campaigns that serving knows, as they were at one moment, and the cursor of that moment. */
  loadAll(nowMs: number): Promise<LoadedCampaigns>;
  /** What has become visible since the cursor; each change exactly once, whatever order its writers commit in. */
  loadChanges(cursor: string, nowMs: number): Promise<LoadedChanges>;
  /** All sites with their placements: few, hence read whole. */
  loadSites(): Promise<readonly SiteRecord[]>;
  /** All SSPs: a handful. */
  loadSsps(): Promise<readonly StoredSsp[]>;
}

export interface LoadedCampaigns {
  readonly campaigns: readonly ServableCampaign[];
  readonly cursor: string;
}

export type LoadedChanges =
  | {
      readonly kind: "changes";
      readonly campaigns: readonly ServableCampaign[];
      /** Campaigns that serving need not know any more. */
      readonly removedIds: readonly number[];
      readonly sitesChanged: boolean;
      readonly sspsChanged: boolean;
      readonly cursor: string;
    }
  /** The cursor is older than the changes that are kept, or of another database: load everything again. */
  | { readonly kind: "expired" };

export interface SiteRecord {
  readonly siteId: number;
  readonly name: string;
  /** Public: it stands in the site's pages. */
  readonly key: string;
  readonly allowedOrigins: readonly string[];
  /** Signs visitor ids on the site's servers. */
  readonly visitorSecret: string;
  readonly placements: readonly PlacementRecord[];
}

export interface PlacementRecord {
  readonly placementId: number;
  readonly code: string;
  readonly formats: readonly AdFormat[];
  /** [width, height] in pixels; empty = any size. */
  readonly sizes: readonly (readonly [number, number])[];
  /** Micros per thousand views. */
  readonly floorMicros: number;
  readonly blockedAdvertiserIds: readonly number[];
  readonly blockedTrades: readonly string[];
  readonly allowedCategories: readonly string[];
}
