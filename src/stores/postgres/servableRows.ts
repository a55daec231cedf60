import { type Kysely, type RawBuilder, sql } from "kysely";
import { addDays, budgetDayOf } from "../../budgets/budgetDay.ts";
import { daypartsToHoursOfWeek } from "../../campaigns/dayparts.ts";
import { daysToPeriod } from "../../campaigns/days.ts";
import type { ShownCreative } from "../../campaigns/shownCreative.ts";
import type { CampaignDeal } from "../../targeting/bidConstraints.ts";
import type { AudienceRule, ServableCampaign, ServableCreative } from "../../targeting/types.ts";
import { type FactsRow, lawOf } from "./contentFacts.ts";
import type { CampaignsTable, Database, StoredDaypart } from "./database.ts";
import { isCompiledZone } from "./storedZone.ts";

/** Everything that serving needs of a campaign, in one row, so that it is never read torn. */
interface ServableRow {
  readonly id: number;
  readonly name: string;
  readonly advertiser_id: number;
  readonly advertiser_name: string;
  readonly payer_name: string;
  readonly trade: string;
  readonly balance_micros: number | null;
  readonly status: CampaignsTable["status"];
  readonly starts_on: string;
  readonly ends_on: string | null;
  readonly dayparts: readonly StoredDaypart[];
  readonly pricing: CampaignsTable["pricing"];
  readonly bid_micros: number;
  readonly priority: CampaignsTable["priority"];
  readonly pacing: CampaignsTable["pacing"];
  readonly total_budget_micros: number | null;
  readonly daily_budget_micros: number | null;
  readonly place_intention: CampaignsTable["place_intention"];
  readonly compiled_zone: unknown;
  readonly wanted_categories: readonly string[];
  readonly avoided_categories: readonly string[];
  readonly wanted_keywords: readonly string[];
  readonly avoided_keywords: readonly string[];
  readonly devices: CampaignsTable["devices"];
  readonly frequency_caps: ServableCampaign["frequencyCaps"];
  readonly click_rate: number;
  readonly click_rate_upper: number;
  readonly click_ceiling: number;
  readonly view_rate: number;
  readonly deals: readonly CampaignDeal[];
  readonly open_auction: boolean;
  readonly content_categories: readonly string[];
  readonly co2_class: string | null;
  readonly licences: readonly string[];
  readonly utm_tagging: boolean;
  readonly audience: readonly AudienceRule[];
  readonly creatives: readonly ServableCreative[];
}

const audienceOf = sql`coalesce((
  select jsonb_agg(jsonb_build_object('segmentId', s.id, 'segmentName', s.name,
    'minScore', r.min_score, 'multiplier', r.multiplier) order by r.position)
  from campaign_segments r join segments s on s.id = r.segment_id where r.campaign_id = c.id), '[]'::jsonb)`;

/** Nothing where nothing is known. */
const bidFactsOf = sql`case
  when k.image_width is null and k.icon_url is null and cardinality(k.attributes) = 0 then '{}'::jsonb
  else jsonb_build_object('bidFacts', jsonb_build_object('attributes', k.attributes,
    'picture', case when k.image_width is null then null
      else jsonb_build_object('width', k.image_width, 'height', k.image_height) end,
    'icon', case when k.icon_url is null then null
      else jsonb_build_object('url', k.icon_url, 'side', k.icon_side) end)) end`;

/** A creative as it is written; what was approved of it is kept in the same shape (`creativeToShown`). */
const shownOf = sql`jsonb_build_object('creativeId', k.id, 'format', k.format, 'width', k.width, 'height', k.height,
    'landingUrl', k.landing_url, 'content', case k.format
      when 'native' then jsonb_build_object('title', k.title, 'text', k.body_text,
        'callToAction', k.call_to_action, 'imageUrl', k.image_url)
      when 'image' then jsonb_build_object('imageUrl', k.image_url, 'alt', k.alt)
      else jsonb_build_object('html', k.html) end) || ${bidFactsOf}`;

/** Its share of the turns; nothing where all have the same. */
const weightOf = sql`case
  when c.creative_rotation = 'weighted' and k.weight <> 1 then jsonb_build_object('weight', k.weight)
  when c.creative_rotation = 'auto' and k.learnt_share is not null then jsonb_build_object('weight', k.learnt_share)
  else '{}'::jsonb end`;

/** Under a kill switch nothing of it is shown, nor led to by late clicks. */
const isSuspended = sql`(c.suspended_at is not null or a.suspended_at is not null)`;

/** Only what somebody has approved is shown: as it is, or as it was when it was approved. */
const creativesOf = sql`case when ${isSuspended} then '[]'::jsonb else coalesce((
  select jsonb_agg((case when k.review_status = 'approved' then ${shownOf} else k.approved_shown end) || ${weightOf} order by k.id)
  from creatives k where k.campaign_id = c.id and k.active and k.suspended_at is null
    and (k.review_status = 'approved' or k.approved_shown is not null)), '[]'::jsonb) end`;

const statusOf = sql`case when c.status = 'active' and ${isSuspended} then 'paused' else c.status end`;

/** What of a creative is shown to visitors, whether its campaign runs or not; null = nothing. */
export async function readShownCreative(
  db: Kysely<Database>,
  creativeId: number,
): Promise<ShownCreative | null> {
  const { rows } = await sql<FactsRow & ShownRow>`
    select case when k.review_status = 'approved' then ${shownOf} else k.approved_shown end as shown,
      c.name, c.utm_tagging, a.trade, a.licences, c.content_categories, c.co2_class
    from creatives k join campaigns c on c.id = k.campaign_id join advertisers a on a.id = c.advertiser_id
    where k.id = ${creativeId} and k.suspended_at is null and not ${isSuspended}`.execute(db);
  const [row] = rows;
  if (row === undefined || row.shown === null) return null;
  const { mentions, isBanned } = lawOf(row);
  if (isBanned) return null;
  return { ...row.shown, campaignName: row.name, utmTagging: row.utm_tagging, mentions };
}

interface ShownRow {
  readonly shown: ServableCreative | null;
  readonly name: string;
  readonly utm_tagging: boolean;
}

/** How long a campaign that is over stays known: its owner is told why it does not show, late clicks find their page. */
const daysKnownAfterEnd = 30;

/** Some rows, read. */
export interface ServablePage {
  readonly campaigns: readonly ServableCampaign[];
  /** Campaigns whose row cannot be understood: they are left out, so that the others serve. */
  readonly brokenIds: readonly number[];
  /** The last row's; null = there was none. */
  readonly lastId: number | null;
  /** True when the limit ended it. */
  readonly isFull: boolean;
}

/**
 * Reads the campaigns that serving knows, of those that fulfil `condition` (over `c`, `a`), ascending by id: all but
 * those that ended, by their last day or by hand, a month ago.
 */
export async function readServableCampaigns(
  db: Kysely<Database>,
  condition: RawBuilder<unknown>,
  nowMs: number,
  limit: number,
): Promise<ServablePage> {
  const oldestDay = addDays(budgetDayOf(nowMs), -daysKnownAfterEnd);
  const { rows } = await sql<ServableRow>`
    select c.id, c.name, c.advertiser_id, a.name as advertiser_name, a.payer_name, a.trade, a.balance_micros,
      ${statusOf} as status, c.starts_on, c.ends_on, c.dayparts, c.pricing, c.bid_micros, c.priority, c.pacing,
      c.total_budget_micros, c.daily_budget_micros, c.place_intention, c.compiled_zone, c.wanted_categories,
      c.avoided_categories, c.wanted_keywords, c.avoided_keywords, c.devices, c.frequency_caps, c.click_rate,
      c.click_rate_upper, c.click_ceiling, c.view_rate, c.deals, c.open_auction, c.content_categories, c.co2_class,
      a.licences, c.utm_tagging, ${audienceOf} as audience, ${creativesOf} as creatives
    from campaigns c join advertisers a on a.id = c.advertiser_id
    where (c.ends_on is null or c.ends_on >= ${oldestDay}::date)
      and (c.status <> 'ended' or c.updated_at >= ${oldestDay}::timestamptz) and ${condition}
    order by c.id limit ${limit}`.execute(db);
  const campaigns = rows.flatMap((row) => rowToServable(row) ?? []);
  const readable = new Set(campaigns.map(({ campaignId }) => campaignId));
  return {
    campaigns,
    brokenIds: rows.map(({ id }) => id).filter((id) => !readable.has(id)),
    lastId: rows.at(-1)?.id ?? null,
    isFull: rows.length === limit,
  };
}

/** Null for a row that the constraints let through and that is broken all the same. */
function rowToServable(row: ServableRow): ServableCampaign | null {
  if (!isCompiledZone(row.compiled_zone)) return null;
  const law = lawOf(row);
  return {
    campaignId: row.id,
    name: row.name,
    advertiserId: row.advertiser_id,
    advertiserName: row.advertiser_name,
    payerName: row.payer_name,
    trade: row.trade,
    status: row.status,
    ...daysToPeriod(row.starts_on, row.ends_on),
    hoursOfWeek: daypartsToHoursOfWeek(row.dayparts),
    pricing: row.pricing,
    bidMicros: row.bid_micros,
    priority: row.priority,
    pacing: row.pacing,
    totalBudgetMicros: row.total_budget_micros,
    dailyBudgetMicros: row.daily_budget_micros,
    balanceMicros: row.balance_micros,
    placeIntention: row.place_intention,
    zone: row.compiled_zone,
    wantedCategories: row.wanted_categories,
    avoidedCategories:
      law.avoidedCategories.length === 0
        ? row.avoided_categories
        : [...new Set([...row.avoided_categories, ...law.avoidedCategories])],
    wantedKeywords: row.wanted_keywords,
    avoidedKeywords: row.avoided_keywords,
    audience: row.audience,
    devices: row.devices,
    frequencyCaps: row.frequency_caps,
    clickRate: row.click_rate,
    clickRateUpper: row.click_rate_upper,
    viewRate: row.view_rate,
    deals: row.deals,
    openAuction: row.open_auction,
    // What has been banned since it was saved shows nothing from now on; the judging job tells its owner why.
    creatives: law.isBanned ? [] : row.creatives,
    ...(law.mentions.length === 0 ? {} : { mentions: law.mentions }),
    ...(row.utm_tagging ? {} : { utmTagging: false }),
    ...(row.click_ceiling === 1 ? {} : { clickCeiling: row.click_ceiling }),
  };
}
