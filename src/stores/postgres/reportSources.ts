import { type RawBuilder, sql } from "kysely";
import type { ReportFilters, ReportQuery, ReportRights } from "../../reports/parseReportQuery.ts";
import { areaDimensions, type ReportDimension } from "../../reports/reportColumns.ts";
import { facetDevices } from "../../serving/eventFacets.ts";
import { sspPlacementPrefix } from "../../serving/sspPlacement.ts";

/**
 * The rows that a report is summed from: the smallest table that knows all of its dimensions, as columns of one shape.
 * Requests have no campaign and ads have no requests: each counts nothing of the other.
 */
export function reportSource(query: ReportQuery, rights: ReportRights): RawBuilder<unknown> {
  const used = usedDimensions(query);
  const within = conditions(query, rights, "budget_day");
  if (used.some((one) => areaDimensions.includes(one))) return areaSource(query, rights);
  const table = used.includes("hour")
    ? "report_hours"
    : used.some((one) => ofDays.includes(one))
      ? "report_days"
      : "report_campaign_days";
  const isWhole = table === "report_campaign_days";
  const ads = sql`
    select advertiser_id, campaign_id, ${isWhole ? nobody : sql`creative_id, placement_id`}, budget_day,
      ${sql.raw(table === "report_hours" ? "hour" : "null::timestamptz as hour")},
      ${sql.raw(isWhole ? "0::smallint as device, 0 as category" : "device, category")},
      ${noPlace}, ${adMeasures}, 0::double precision as requests
    from ${sql.table(table)} where ${within}`;
  if (!query.measures.includes("requests")) return ads;
  const facets = facetConditions(query.filters);
  const days = sql`budget_day between ${query.from}::date and ${query.to}::date`;
  return sql`${ads} union all
    select null, null, null, placement_id, budget_day, hour, device, category, ${noPlace},
      0, 0, 0, 0, 0, 0, requests from report_requests where ${sql.join([days, ...facets], sql` and `)}`;
}

export function usedDimensions({ dimensions, filters }: ReportQuery): readonly ReportDimension[] {
  const filtered = Object.entries(filters).flatMap(([name, value]) => (value === null ? [] : name));
  return [...dimensions, ...(filtered as ReportDimension[])];
}

/** What sums of whole campaigns do not know. */
const ofDays: readonly ReportDimension[] = ["creative", "placement", "ssp", "device", "category"];
const nobody = sql`null::bigint as creative_id, null::text as placement_id`;
const noPlace = sql`'' as departement, '' as commune, '' as cell`;
const adMeasures = sql`impressions, viewables, clicks, conversions, spend_micros, credited_micros`;

/**
 * Published parts, and what remains of the totals when they are taken away: "not placed". A part is told only where the
 * report holds all of its days; by day, only those of one day are.
 */
function areaSource(query: ReportQuery, rights: ReportRights): RawBuilder<unknown> {
  const inRange = conditions(query, rights, "first_day");
  const whole = sql`first_day + days - 1 <= ${query.to}::date`;
  const single = query.dimensions.includes("day") ? sql` and days = 1` : sql``;
  const parts = sql`from report_area_parts where ${inRange} and ${whole}${single}`;
  const shape = sql`null::timestamptz as hour, 0::smallint as device, 0 as category`;
  const { departement, commune, cell } = query.filters;
  const placed = [
    departement === null ? null : sql`departement = any(${[...departement]}::text[])`,
    commune === null ? null : sql`commune = any(${[...commune]}::text[])`,
    cell === null ? null : sql`cell = any(${[...cell]}::text[])`,
  ].filter((one) => one !== null);
  const where = placed.length === 0 ? sql`` : sql` where ${sql.join(placed, sql` and `)}`;
  return sql`select *, 0::double precision as requests from (
    select advertiser_id, campaign_id, ${nobody}, first_day as budget_day, ${shape}, departement, commune, cell,
      ${adMeasures} ${parts}
    union all
    select advertiser_id, campaign_id, ${nobody}, first_day, ${shape}, '', '', '', -impressions, -viewables, -clicks,
      -conversions, -spend_micros, -credited_micros ${parts}
    union all
    select advertiser_id, campaign_id, ${nobody}, budget_day, ${shape}, '', '', '', ${adMeasures}
    from report_campaign_days where ${conditions(query, rights, "budget_day")}) placed${where}`;
}

/** Days, advertisers and campaigns, which every table knows; and what else is filtered. */
function conditions(
  query: ReportQuery,
  { advertiserIds }: ReportRights,
  dayColumn: string,
): RawBuilder<unknown> {
  const { filters, from, to } = query;
  const ids = (column: string, allowed: readonly number[] | null) =>
    allowed === null ? null : sql`${sql.ref(column)} = any(${[...allowed]}::bigint[])`;
  const all = [
    sql`${sql.ref(dayColumn)} between ${from}::date and ${to}::date`,
    ids("advertiser_id", advertiserIds),
    ids("advertiser_id", filters.advertiser),
    ids("campaign_id", filters.campaign),
    ids("creative_id", filters.creative),
    ...facetConditions(filters),
  ].filter((one) => one !== null);
  return sql.join(all, sql` and `);
}

function facetConditions(filters: ReportFilters): readonly RawBuilder<unknown>[] {
  const { placement, ssp, device, category } = filters;
  const devices = device?.map((one) => facetDevices.indexOf(one) + 1);
  const placements = ssp?.map((name) => `${sspPlacementPrefix}${name}`);
  return [
    placement === null ? null : sql`placement_id = any(${[...placement]}::text[])`,
    placements === undefined ? null : sql`placement_id = any(${placements}::text[])`,
    devices === undefined ? null : sql`device = any(${devices}::smallint[])`,
    // A category holds those below it.
    category === null
      ? null
      : sql`category in (select c.category from report_categories c, unnest(${[...category]}::text[]) as asked (path)
          where c.path = asked.path or starts_with(c.path, asked.path || '/'))`,
  ].filter((one) => one !== null);
}
