import { sql } from "kysely";
import type { AdvertiserFields } from "../../campaigns/advertiserSchema.ts";
import type {
  AdvertiserFilter,
  PlacementFilter,
  SiteWrite,
  StoredAdvertiser,
  StoredPlacement,
  StoredSite,
} from "../../campaigns/repository.ts";
import type { PlacementFields } from "../../campaigns/siteSchema.ts";
import { allOf, type EntityMapping, writtenSorts } from "./entityMapping.ts";
import { textSort } from "./keyset.ts";

/** Advertisers, sites and placements: one row each, without parts. */
interface VersionedRow {
  readonly id: number;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const versionOf = (row: VersionedRow) => ({
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

interface AdvertiserRow extends VersionedRow {
  readonly name: string;
  readonly payer_name: string;
  readonly trade: string;
  readonly balance_micros: number | null;
  readonly organization_id: number;
}

export const advertiserMapping: EntityMapping<
  AdvertiserRow,
  StoredAdvertiser,
  AdvertiserFields,
  AdvertiserFilter
> = {
  entity: "advertiser",
  table: "advertisers",
  select: sql<AdvertiserRow>`select e.* from advertisers e`,
  fieldsToRow: (fields) => ({
    name: fields.name,
    payer_name: fields.payerName,
    trade: fields.trade,
    balance_micros: fields.balanceMicros,
    // Without one the column's own default counts: the operator's.
    ...(fields.organizationId === undefined ? {} : { organization_id: fields.organizationId }),
  }),
  rowToKept: (row) => ({
    advertiserId: row.id,
    name: row.name,
    payerName: row.payer_name,
    trade: row.trade,
    balanceMicros: row.balance_micros,
    organizationId: row.organization_id,
    ...versionOf(row),
  }),
  idOf: (advertiser) => advertiser.advertiserId,
  where: ({ advertiserIds, q, trade }) =>
    allOf(
      advertiserIds && sql`e.id = any(${advertiserIds}::integer[])`,
      q === undefined ? null : sql`strpos(e.name_key, fold_name(${q})) > 0`,
      trade === undefined ? null : sql`e.trade = lower(${trade})`,
    ),
  sorts: { ...writtenSorts, name: textSort(sql`e.name_key`) },
  toAudit: (advertiser) => advertiser,
};

interface SiteRow extends VersionedRow {
  readonly name: string;
  readonly public_key: string;
  readonly signing_secret: string;
  readonly allowed_origins: readonly string[];
}

export const siteMapping: EntityMapping<
  SiteRow,
  StoredSite,
  SiteWrite,
  Readonly<Record<string, never>>
> = {
  entity: "site",
  table: "sites",
  select: sql<SiteRow>`select e.* from sites e`,
  fieldsToRow: (fields) => ({
    name: fields.name,
    public_key: fields.publicKey,
    signing_secret: fields.signingSecret,
    allowed_origins: fields.allowedOrigins,
  }),
  rowToKept: (row) => ({
    siteId: row.id,
    name: row.name,
    publicKey: row.public_key,
    signingSecret: row.signing_secret,
    allowedOrigins: row.allowed_origins,
    ...versionOf(row),
  }),
  idOf: (site) => site.siteId,
  where: () => sql`true`,
  toAudit: ({ signingSecret: _secret, ...site }) => site,
};

interface PlacementRow extends VersionedRow {
  readonly site_id: number;
  readonly code: string;
  readonly formats: StoredPlacement["formats"];
  readonly sizes: StoredPlacement["sizes"];
  readonly floor_micros: number;
  readonly blocked_advertiser_ids: readonly number[];
  readonly blocked_trades: readonly string[];
  readonly allowed_categories: readonly string[];
}

export const placementMapping: EntityMapping<
  PlacementRow,
  StoredPlacement,
  PlacementFields,
  PlacementFilter
> = {
  entity: "placement",
  table: "placements",
  select: sql<PlacementRow>`select e.* from placements e`,
  fieldsToRow: (fields) => ({
    site_id: fields.siteId,
    code: fields.code,
    formats: fields.formats,
    sizes: fields.sizes,
    floor_micros: fields.floorMicros,
    blocked_advertiser_ids: fields.blockedAdvertiserIds,
    blocked_trades: fields.blockedTrades,
    allowed_categories: fields.allowedCategories,
  }),
  rowToKept: (row) => ({
    placementId: row.id,
    siteId: row.site_id,
    code: row.code,
    formats: row.formats,
    sizes: row.sizes,
    floorMicros: row.floor_micros,
    blockedAdvertiserIds: row.blocked_advertiser_ids,
    blockedTrades: row.blocked_trades,
    allowedCategories: row.allowed_categories,
    ...versionOf(row),
  }),
  idOf: (placement) => placement.placementId,
  where: ({ siteId, code }) =>
    allOf(
      siteId === null ? null : sql`e.site_id = ${siteId}`,
      code === undefined ? null : sql`e.code = ${code}`,
    ),
  toAudit: (placement) => placement,
};
