import { sql, type Transaction } from "kysely";
import type { CreativeFields } from "../../campaigns/creativeSchema.ts";
import { limits } from "../../campaigns/limits.ts";
import { invalidBody } from "../../campaigns/problems.ts";
import type { CreativeFilter, StoredCreative } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { allOf, type EntityMapping, writtenSorts } from "./entityMapping.ts";
import type { JsonRow } from "./rowWrites.ts";

/** The columns that hold what a creative shows; which of them are filled depends on the format. */
export interface CreativeContentRow {
  readonly format: "native" | "image" | "html";
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
}

interface CreativeRow extends CreativeContentRow {
  readonly id: number;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly campaign_id: number;
  readonly active: boolean;
  readonly landing_url: string;
  readonly attributes: readonly number[];
}

export const creativeMapping: EntityMapping<
  CreativeRow,
  StoredCreative,
  CreativeFields,
  CreativeFilter
> = {
  entity: "creative",
  table: "creatives",
  select: sql<CreativeRow>`select e.id, e.version, e.created_at, e.updated_at, e.campaign_id, e.format, e.active,
      e.landing_url, e.width, e.height, e.title, e.body_text, e.call_to_action, e.image_url, e.alt, e.html,
      e.image_width, e.image_height, e.icon_url, e.icon_side, e.attributes
    from creatives e`,
  fieldsToRow: creativeToRow,
  rowToKept: rowToCreative,
  idOf: (creative) => creative.creativeId,
  where: ({ campaignId, advertiserIds, format, active }) =>
    allOf(
      campaignId === null ? null : sql`e.campaign_id = ${campaignId}`,
      advertiserIds &&
        sql`e.campaign_id in (select id from campaigns where advertiser_id = any(${advertiserIds}::integer[]))`,
      format === undefined ? null : sql`e.format = ${format}`,
      active === undefined ? null : sql`e.active = ${active}`,
    ),
  sorts: writtenSorts,
  toAudit: (creative) => creative,
  checkParents: refuseTooMany,
};

function creativeToRow(creative: CreativeFields): JsonRow {
  const isNative = creative.format === "native";
  return {
    campaign_id: creative.campaignId,
    format: creative.format,
    active: creative.active,
    landing_url: creative.landingUrl,
    width: isNative ? 0 : creative.width,
    height: isNative ? 0 : creative.height,
    title: isNative ? creative.title : null,
    body_text: isNative ? creative.text : null,
    call_to_action: isNative ? creative.callToAction : null,
    image_url: creative.format === "html" ? null : creative.imageUrl,
    alt: creative.format === "image" ? creative.alt : null,
    html: creative.format === "html" ? creative.html : null,
    image_width: isNative ? creative.imageWidth : null,
    image_height: isNative ? creative.imageHeight : null,
    icon_url: isNative ? creative.iconUrl : null,
    icon_side: isNative ? creative.iconSide : null,
    attributes: creative.attributes,
  };
}

function rowToCreative(row: CreativeRow): StoredCreative {
  const common = {
    creativeId: row.id,
    campaignId: row.campaign_id,
    active: row.active,
    landingUrl: row.landing_url,
    attributes: row.attributes,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
  return { ...common, ...rowToContent(row) };
}

type CreativeContent =
  | Pick<
      Extract<CreativeFields, { format: "native" }>,
      | "format"
      | "title"
      | "text"
      | "callToAction"
      | "imageUrl"
      | "imageWidth"
      | "imageHeight"
      | "iconUrl"
      | "iconSide"
    >
  | Pick<
      Extract<CreativeFields, { format: "image" }>,
      "format" | "imageUrl" | "alt" | "width" | "height"
    >
  | Pick<Extract<CreativeFields, { format: "html" }>, "format" | "html" | "width" | "height">;

/** The constraint `creatives_content` says which columns are filled, hence the empty texts are never used. */
function rowToContent(row: CreativeContentRow): CreativeContent {
  const { format, width, height } = row;
  if (format === "html") return { format, html: row.html ?? "", width, height };
  const imageUrl = row.image_url ?? "";
  if (format === "image") return { format, imageUrl, alt: row.alt ?? "", width, height };
  return {
    format,
    title: row.title ?? "",
    text: row.body_text ?? "",
    callToAction: row.call_to_action ?? "",
    imageUrl,
    imageWidth: row.image_width,
    imageHeight: row.image_height,
    iconUrl: row.icon_url,
    iconSide: row.icon_side,
  };
}

/** Locks the campaigns, so that two writers cannot both add the last creative. */
async function refuseTooMany(
  trx: Transaction<Database>,
  fieldsList: readonly CreativeFields[],
): Promise<void> {
  const campaignIds = [...new Set(fieldsList.map((fields) => fields.campaignId))];
  await sql`select id from campaigns where id = any(${campaignIds}) order by id for update`.execute(
    trx,
  );
  const { rows } = await sql<{ readonly campaign_id: number; readonly count: number }>`
    select campaign_id, count(*) as count from creatives
    where campaign_id = any(${campaignIds}) group by campaign_id`.execute(trx);
  const counts = new Map(rows.map((row) => [row.campaign_id, row.count]));
  for (const { campaignId } of fieldsList) {
    const count = (counts.get(campaignId) ?? 0) + 1;
    counts.set(campaignId, count);
    if (count > limits.creativesPerCampaign) {
      const rule = `a campaign has at most ${limits.creativesPerCampaign} creatives`;
      throw invalidBody([{ pointer: "/campaignId", rule }]);
    }
  }
}
