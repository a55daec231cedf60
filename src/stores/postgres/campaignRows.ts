import { type RawBuilder, sql, type Transaction } from "kysely";
import type {
  CampaignFilter,
  CampaignWrite,
  StoredAudienceRule,
  StoredCampaign,
} from "../../campaigns/repository.ts";
import { refuseForbiddenCampaigns } from "./contentFacts.ts";
import type { CampaignsTable, Database, StoredDaypart } from "./database.ts";
import { allOf, type EntityMapping, isOneOf, writtenSorts } from "./entityMapping.ts";
import { daySort, integerSort, textSort } from "./keyset.ts";
import { insertRows, type JsonRow } from "./rowWrites.ts";

type PlainColumns = Pick<
  CampaignsTable,
  | "advertiser_id"
  | "name"
  | "status"
  | "starts_on"
  | "ends_on"
  | "pricing"
  | "bid_micros"
  | "total_budget_micros"
  | "daily_budget_micros"
  | "pacing"
  | "priority"
  | "place_intention"
  | "wanted_categories"
  | "avoided_categories"
  | "wanted_keywords"
  | "avoided_keywords"
  | "devices"
>;

interface CampaignRow extends PlainColumns {
  readonly id: number;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly dayparts: readonly StoredDaypart[];
  readonly frequency_caps: StoredCampaign["frequencyCaps"];
  readonly deals: StoredCampaign["deals"];
  readonly open_auction: boolean;
  readonly zone: StoredCampaign["zone"];
  readonly content_categories: StoredCampaign["contentCategories"];
  readonly co2_class: StoredCampaign["co2Class"];
  readonly creative_rotation: StoredCampaign["creativeRotation"];
  readonly utm_tagging: boolean;
  readonly zone_label: string;
  readonly zone_approximate: boolean;
  readonly time_zone: string;
  readonly audience: readonly StoredAudienceRule[];
}

/** The rules of a campaign `e`, in their order, as JSON. */
const audienceOf = sql`coalesce((
  select jsonb_agg(jsonb_build_object('segmentId', s.id, 'segment', s.slug,
    'minScore', r.min_score, 'multiplier', r.multiplier) order by r.position)
  from campaign_segments r join segments s on s.id = r.segment_id where r.campaign_id = e.id), '[]'::jsonb)`;

const select = sql<CampaignRow>`select e.id, e.version, e.created_at, e.updated_at, e.advertiser_id, e.name, e.status,
    e.starts_on, e.ends_on, e.dayparts, e.pricing, e.bid_micros, e.total_budget_micros, e.daily_budget_micros,
    e.pacing, e.priority, e.frequency_caps, e.place_intention, e.zone, e.wanted_categories, e.avoided_categories,
    e.wanted_keywords, e.avoided_keywords, e.devices, e.deals, e.open_auction,
    e.content_categories, e.co2_class, e.creative_rotation, e.utm_tagging, e.compiled_zone->>'label' as zone_label,
    (e.compiled_zone->>'approximate')::boolean as zone_approximate, e.compiled_zone->>'timeZone' as time_zone,
    ${audienceOf} as audience
  from campaigns e`;

export const campaignMapping: EntityMapping<
  CampaignRow,
  StoredCampaign,
  CampaignWrite,
  CampaignFilter
> = {
  entity: "campaign",
  table: "campaigns",
  select,
  fieldsToRow: campaignToRow,
  rowToKept: rowToCampaign,
  idOf: (campaign) => campaign.campaignId,
  where: whereCampaign,
  sorts: {
    ...writtenSorts,
    name: textSort(sql`e.name_key`),
    startsOn: daySort(sql`e.starts_on`),
    // Those without an end come last.
    endsOn: daySort(sql`coalesce(e.ends_on, '2101-01-01'::date)`),
    bidMicros: integerSort(sql`e.bid_micros`),
  },
  toAudit: (campaign) => campaign,
  writeParts: writeAudience,
};

function campaignToRow(campaign: CampaignWrite): JsonRow {
  return {
    advertiser_id: campaign.advertiserId,
    name: campaign.name,
    status: campaign.status,
    starts_on: campaign.startsOn,
    ends_on: campaign.endsOn,
    dayparts: campaign.dayparts,
    pricing: campaign.pricing,
    bid_micros: campaign.bidMicros,
    total_budget_micros: campaign.totalBudgetMicros,
    daily_budget_micros: campaign.dailyBudgetMicros,
    pacing: campaign.pacing,
    priority: campaign.priority,
    frequency_caps: campaign.frequencyCaps,
    place_intention: campaign.placeIntention,
    zone: campaign.zone,
    ...(campaign.compiledZone === null ? {} : { compiled_zone: campaign.compiledZone }),
    wanted_categories: campaign.categories.include,
    avoided_categories: campaign.categories.exclude,
    wanted_keywords: campaign.keywords.include,
    avoided_keywords: campaign.keywords.exclude,
    devices: campaign.devices,
    deals: campaign.deals,
    open_auction: campaign.openAuction,
    content_categories: campaign.contentCategories,
    co2_class: campaign.co2Class,
    creative_rotation: campaign.creativeRotation,
    utm_tagging: campaign.utmTagging,
  };
}

function rowToCampaign(row: CampaignRow): StoredCampaign {
  return {
    campaignId: row.id,
    advertiserId: row.advertiser_id,
    name: row.name,
    status: row.status,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    dayparts: row.dayparts,
    pricing: row.pricing,
    bidMicros: row.bid_micros,
    totalBudgetMicros: row.total_budget_micros,
    dailyBudgetMicros: row.daily_budget_micros,
    pacing: row.pacing,
    priority: row.priority,
    frequencyCaps: row.frequency_caps,
    zone: row.zone,
    placeIntention: row.place_intention,
    categories: { include: row.wanted_categories, exclude: row.avoided_categories },
    keywords: { include: row.wanted_keywords, exclude: row.avoided_keywords },
    audience: row.audience,
    devices: row.devices,
    deals: row.deals,
    openAuction: row.open_auction,
    contentCategories: row.content_categories,
    co2Class: row.co2_class,
    creativeRotation: row.creative_rotation,
    utmTagging: row.utm_tagging,
    zoneLabel: row.zone_label,
    zoneApproximate: row.zone_approximate,
    timeZone: row.time_zone,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function whereCampaign(filter: CampaignFilter): RawBuilder<unknown> {
  const { advertiserIds, status, q, pricing, priority } = filter;
  return allOf(
    advertiserIds && isOneOf(sql`e.advertiser_id`, advertiserIds),
    status && sql`e.status = ${status}`,
    q === undefined ? null : sql`strpos(e.name_key, fold_name(${q})) > 0`,
    pricing === undefined ? null : sql`e.pricing = ${pricing}`,
    priority === undefined ? null : sql`e.priority = ${priority}`,
  );
}

async function writeAudience(
  trx: Transaction<Database>,
  written: readonly { readonly id: number; readonly fields: CampaignWrite }[],
): Promise<void> {
  await refuseForbiddenCampaigns(
    trx,
    written.map(({ fields }) => fields),
  );
  const ids = written.map(({ id }) => id);
  await trx.deleteFrom("campaign_segments").where("campaign_id", "in", ids).execute();
  const rules = written.flatMap(({ id, fields }) =>
    fields.audience.map((rule, index) => ({
      campaign_id: id,
      position: index + 1,
      segment_id: rule.segmentId,
      min_score: rule.minScore,
      multiplier: rule.multiplier,
    })),
  );
  await insertRows(trx, "campaign_segments", rules);
}
