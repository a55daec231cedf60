import { sql, type Transaction } from "kysely";
import type { CreativeFields } from "../../campaigns/creativeSchema.ts";
import type { CreativeState, CreativeWrite } from "../../campaigns/creativeState.ts";
import { limits } from "../../campaigns/limits.ts";
import { invalidBody } from "../../campaigns/problems.ts";
import { suspectCategories } from "../../campaigns/prohibitedCategories.ts";
import type { CreativeFilter, StoredCreative } from "../../campaigns/repository.ts";
import { wordsOf } from "../../campaigns/shownCreative.ts";
import { judgeCreatives } from "./contentFacts.ts";
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
  readonly media_id: number | null;
}

interface CreativeStateRow {
  readonly review_status: "pending" | "approved" | "rejected";
  readonly review_reasons: readonly string[];
  readonly review_note: string | null;
  readonly reviewed_by: string | null;
  readonly reviewed_at: Date | null;
  readonly shows_approved: boolean;
  readonly suspended_at: Date | null;
  readonly suspended_reason: string | null;
  readonly landing_status: "unchecked" | "ok" | "broken" | null;
  readonly landing_reason: string | null;
  readonly landing_checked_at: Date | null;
  readonly rules_version: number;
  readonly rules_flags: readonly string[];
}

interface CreativeRow extends CreativeContentRow, CreativeStateRow {
  readonly id: number;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly campaign_id: number;
  readonly active: boolean;
  readonly landing_url: string;
  readonly attributes: readonly number[];
  readonly weight: number;
}

export const creativeMapping: EntityMapping<
  CreativeRow,
  StoredCreative,
  CreativeWrite,
  CreativeFilter
> = {
  entity: "creative",
  table: "creatives",
  select: sql<CreativeRow>`select e.id, e.version, e.created_at, e.updated_at, e.campaign_id, e.format, e.active,
      e.landing_url, e.width, e.height, e.title, e.body_text, e.call_to_action, e.image_url, e.alt, e.html,
      e.image_width, e.image_height, e.icon_url, e.icon_side, e.attributes, e.media_id, e.weight, e.rules_version, e.rules_flags,
      e.review_status, e.review_reasons, e.review_note, e.reviewed_by, e.reviewed_at,
      e.approved_shown is not null as shows_approved, e.suspended_at, e.suspended_reason,
      l.status as landing_status, l.reason as landing_reason, l.checked_at as landing_checked_at
    from creatives e left join landing_checks l on l.url = e.landing_url`,
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
  writeParts: writeQueues,
};

function creativeToRow(creative: CreativeWrite): JsonRow {
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
    media_id: creative.format === "html" ? null : creative.mediaId,
    attributes: creative.attributes,
    weight: creative.weight,
    ...reviewToRow(creative),
  };
}

/** Columns that are not named keep what they hold; those of a new row are pending. */
function reviewToRow({ review, approvedShown }: CreativeWrite): JsonRow {
  const shown = approvedShown === undefined ? {} : { approved_shown: approvedShown };
  if (review === undefined) return shown;
  return {
    ...shown,
    review_status: review.status,
    review_reasons: review.reasons,
    review_note: review.note,
    reviewed_by: review.reviewedBy,
    reviewed_at: review.at,
  };
}

function rowToCreative(row: CreativeRow): StoredCreative {
  const common = {
    creativeId: row.id,
    campaignId: row.campaign_id,
    active: row.active,
    landingUrl: row.landing_url,
    attributes: row.attributes,
    weight: row.weight,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
  const content = rowToContent(row);
  const suspects = suspectCategories(wordsOf({ ...common, ...content }));
  return { ...common, ...content, ...rowToState(row, suspects) };
}

function rowToState(row: CreativeStateRow, suspects: readonly string[]): CreativeState {
  const { suspended_at: since, suspended_reason: reason } = row;
  return {
    review: {
      status: row.review_status,
      reasons: row.review_reasons,
      note: row.review_note,
      reviewedBy: row.reviewed_by,
      at: row.reviewed_at?.toISOString() ?? null,
      suspects,
      rulesVersion: row.rules_version,
      rulesFlags: row.rules_flags,
      approvedVersionShown: row.shows_approved,
    },
    suspension: since === null || reason === null ? null : { reason, since: since.toISOString() },
    landingCheck: {
      status: row.landing_status ?? "unchecked",
      reason: row.landing_reason,
      checkedAt: row.landing_checked_at?.toISOString() ?? null,
    },
  };
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
      | "mediaId"
    >
  | Pick<
      Extract<CreativeFields, { format: "image" }>,
      "format" | "imageUrl" | "mediaId" | "alt" | "width" | "height"
    >
  | Pick<Extract<CreativeFields, { format: "html" }>, "format" | "html" | "width" | "height">;

/** The constraint `creatives_content` says which columns are filled, hence the empty texts are never used. */
function rowToContent(row: CreativeContentRow): CreativeContent {
  const { format, width, height } = row;
  if (format === "html") return { format, html: row.html ?? "", width, height };
  const imageUrl = row.image_url ?? "";
  const mediaId = row.media_id;
  if (format === "image") return { format, imageUrl, mediaId, alt: row.alt ?? "", width, height };
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
    mediaId,
  };
}

/** What waits for its review again goes to the end of the queue; every landing page is checked once, however many lead there. */
async function writeQueues(
  trx: Transaction<Database>,
  written: readonly { readonly id: number; readonly fields: CreativeWrite }[],
): Promise<void> {
  await judgeCreatives(trx, written);
  const urls = [...new Set(written.map(({ fields }) => fields.landingUrl))];
  await sql`insert into landing_checks (url) select unnest(${urls}::text[])
    on conflict (url) do nothing`.execute(trx);
  const waiting = written.filter(({ fields }) => fields.review?.status === "pending");
  const ids = waiting.map(({ id }) => id);
  if (ids.length === 0) return;
  await sql`update creatives set review_number = nextval('review_queue_number')
    where id = any(${ids})`.execute(trx);
}

/** Two writers cannot both add the last creative; they wait for each other, and not for changes of the campaigns. */
async function refuseTooMany(
  trx: Transaction<Database>,
  fieldsList: readonly CreativeFields[],
): Promise<void> {
  const campaignIds = [...new Set(fieldsList.map((fields) => fields.campaignId))];
  await sql`select pg_advisory_xact_lock(hashtext('creatives'), id)
    from (select unnest(${campaignIds}::integer[]) as id order by 1) as wanted`.execute(trx);
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
