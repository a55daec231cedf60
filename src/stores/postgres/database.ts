import type { Generated, JSONColumnType } from "kysely";
import type { CompiledZone, Zone } from "../../geo/types.ts";
import type { CampaignDeal } from "../../targeting/bidConstraints.ts";
import type {
  AdFormat,
  CampaignStatus,
  DeviceType,
  FrequencyCap,
  Pacing,
  PlaceIntention,
  Pricing,
  Priority,
} from "../../targeting/types.ts";

/** The tables as they are. Rows stay in this folder: `rowTo…` and `…ToRow` translate them. */
export interface Database {
  readonly advertisers: AdvertisersTable;
  readonly api_keys: ApiKeysTable;
  readonly audit_log: AuditLogTable;
  readonly campaign_segments: CampaignSegmentsTable;
  readonly campaigns: CampaignsTable;
  readonly changes: ChangesTable;
  readonly changes_horizon: ChangesHorizonTable;
  readonly creatives: CreativesTable;
  readonly organizations: OrganizationsTable;
  readonly media: MediaTable;
  readonly placements: PlacementsTable;
  readonly segments: SegmentsTable;
  readonly sites: SitesTable;
  readonly ssps: SspsTable;
  readonly users: UsersTable;
  readonly webhooks: WebhooksTable;
}

interface VersionedColumns {
  readonly id: Generated<number>;
  readonly version: Generated<number>;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
}

export interface AdvertisersTable extends VersionedColumns {
  readonly name: string;
  readonly payer_name: string;
  readonly trade: string;
  readonly balance_micros: number | null;
  readonly organization_id: Generated<number>;
}

/** Read and written whole by accountRows.ts, as are users and keys. */
export interface OrganizationsTable extends VersionedColumns {
  readonly name: string;
}

export interface UsersTable extends VersionedColumns {
  readonly email: string;
}

/** Read and written whole by webhookRows.ts. */
export interface WebhooksTable extends VersionedColumns {
  readonly url: string;
}

export interface SegmentsTable {
  readonly id: Generated<number>;
  readonly slug: string;
  readonly name: string;
  readonly categories: Generated<readonly string[]>;
  readonly version: Generated<number>;
  readonly created_at: Generated<Date>;
}

export interface ApiKeysTable extends VersionedColumns {
  readonly key_hash: string;
}

export interface StoredDaypart {
  readonly weekdays: readonly number[];
  readonly fromHour: number;
  readonly toHour: number;
}

export interface CampaignsTable extends VersionedColumns {
  readonly advertiser_id: number;
  readonly name: string;
  readonly status: CampaignStatus;
  readonly starts_on: string;
  readonly ends_on: string | null;
  readonly dayparts: JSONColumnType<readonly StoredDaypart[]>;
  readonly pricing: Pricing;
  readonly bid_micros: number;
  readonly total_budget_micros: number | null;
  readonly daily_budget_micros: number | null;
  readonly pacing: Pacing;
  readonly priority: Priority;
  readonly frequency_caps: JSONColumnType<readonly FrequencyCap[]>;
  readonly place_intention: PlaceIntention;
  readonly zone: JSONColumnType<Zone>;
  readonly compiled_zone: JSONColumnType<CompiledZone>;
  readonly wanted_categories: readonly string[];
  readonly avoided_categories: readonly string[];
  readonly wanted_keywords: readonly string[];
  readonly avoided_keywords: readonly string[];
  readonly devices: readonly DeviceType[];
  readonly deals: JSONColumnType<readonly CampaignDeal[]>;
  readonly open_auction: Generated<boolean>;
  readonly click_rate: Generated<number>;
  readonly click_rate_upper: Generated<number>;
  readonly view_rate: Generated<number>;
}

export interface CampaignSegmentsTable {
  readonly campaign_id: number;
  readonly position: number;
  readonly segment_id: number;
  readonly min_score: number | null;
  readonly multiplier: number | null;
}

export interface CreativesTable extends VersionedColumns {
  readonly campaign_id: number;
  readonly format: AdFormat;
  readonly active: Generated<boolean>;
  readonly landing_url: string;
  readonly width: number;
  readonly height: number;
  readonly title: string | null;
  readonly body_text: string | null;
  readonly call_to_action: string | null;
  readonly image_url: string | null;
  readonly alt: string | null;
  readonly html: string | null;
  readonly image_width: number | null;
  readonly image_height: number | null;
  readonly icon_url: string | null;
  readonly icon_side: number | null;
  readonly attributes: Generated<readonly number[]>;
  readonly media_id: number | null;
}

/** Read and written whole by mediaRows.ts. */
export interface MediaTable extends VersionedColumns {
  readonly name: string;
}

export interface SitesTable extends VersionedColumns {
  readonly name: string;
  readonly public_key: string;
  readonly signing_secret: string;
  readonly allowed_origins: readonly string[];
}

/** Read and written whole by sspRows.ts. */
export interface SspsTable extends VersionedColumns {
  readonly name: string;
}

export interface PlacementsTable extends VersionedColumns {
  readonly site_id: number;
  readonly code: string;
  readonly formats: readonly AdFormat[];
  readonly sizes: JSONColumnType<readonly (readonly [number, number])[]>;
  readonly floor_micros: number;
  readonly blocked_advertiser_ids: readonly number[];
  readonly blocked_trades: readonly string[];
  readonly allowed_categories: readonly string[];
}

export interface ChangesTable {
  readonly revision: Generated<number>;
  readonly transaction_id: Generated<string>;
  readonly entity: "advertiser" | "campaign" | "segment" | "site" | "ssp";
  readonly entity_id: number;
  readonly changed_at: Generated<Date>;
}

export interface ChangesHorizonTable {
  readonly only_row: Generated<boolean>;
  readonly transaction_id: string;
}

export interface AuditLogTable {
  readonly id: Generated<number>;
  readonly at: Generated<Date>;
  readonly actor_key_id: number | null;
  readonly actor_label: string;
  readonly entity: string;
  readonly entity_id: number;
  readonly organization_id: Generated<number>;
  readonly before: JSONColumnType<object> | null;
  readonly after: JSONColumnType<object> | null;
}
