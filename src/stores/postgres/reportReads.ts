import { type Kysely, type RawBuilder, sql } from "kysely";
import type { ReportQuery, ReportRights } from "../../reports/parseReportQuery.ts";
import type { ReportDimension, ReportMeasure } from "../../reports/reportColumns.ts";
import type { PeopleOfDay, RawReport, ReportReads } from "../../reports/reportRows.ts";
import { withPublicFaults } from "./faults.ts";
import { reportSource } from "./reportSources.ts";

/** Reports as they are read. PublicError `unavailable` when the store is away. */
export function createReportReads<DB>(db: Kysely<DB>): ReportReads {
  return {
    readRows: (query, rights) => withPublicFaults(() => readRows(db, query, rights)),
    readPeople: (query, rights, limit) =>
      withPublicFaults(() => readPeople(db, query, rights, limit)),
  };
}

/** The key of each dimension in the source, by the name under which rows have it. */
const keys: Readonly<Record<ReportDimension, Readonly<Record<string, string>>>> = {
  advertiser: { advertiserId: "advertiser_id" },
  campaign: { campaignId: "campaign_id" },
  creative: { creativeId: "nullif(creative_id, 0)" },
  placement: { placement: "nullif(placement_id, '')" },
  ssp: {
    ssp: "case when starts_with(placement_id, 'ssp/') then substr(placement_id, 5) end",
  },
  hour: { hour: "hour" },
  day: { day: "budget_day" },
  week: { week: "date_trunc('week', budget_day)::date" },
  device: { device: "nullif(device, 0)" },
  category: { category: "nullif(category, 0)" },
  departement: { departement: "nullif(departement, '')" },
  commune: { departement: "nullif(departement, '')", commune: "nullif(commune, '')" },
  cell: {
    departement: "nullif(departement, '')",
    commune: "nullif(commune, '')",
    cell: "nullif(cell, '')",
  },
};

const sortColumns: Readonly<Partial<Record<ReportMeasure, string>>> = {
  requests: "requests",
  impressions: "impressions",
  viewable: "viewables",
  clicks: "clicks",
  conversions: "conversions",
  spendMicros: '"spendMicros"',
  creditedMicros: '"creditedMicros"',
  ctr: "clicks / nullif(impressions, 0)::float8",
  viewability: "viewables / nullif(impressions, 0)::float8",
  cpmMicros: '"spendMicros" / nullif(impressions, 0)::float8',
  cpcMicros: '"spendMicros" / nullif(clicks, 0)::float8',
};

const sums = sql`coalesce(sum(impressions), 0)::bigint as impressions, coalesce(sum(viewables), 0)::bigint as viewables,
  coalesce(sum(clicks), 0)::bigint as clicks, coalesce(sum(conversions), 0)::bigint as conversions,
  coalesce(sum(spend_micros), 0)::bigint as "spendMicros", coalesce(sum(credited_micros), 0)::bigint as "creditedMicros",
  round(coalesce(sum(requests), 0))::bigint as requests`;

/** Rows, how many there are, and their totals, in one statement: of one moment. */
async function readRows<DB>(
  db: Kysely<DB>,
  query: ReportQuery,
  rights: ReportRights,
): Promise<RawReport> {
  const named = new Map(query.dimensions.flatMap((one) => Object.entries(keys[one])));
  const columns = [...named].map(([name, key]) => sql`${sql.raw(key)} as ${sql.ref(name)}`);
  const grouped = columns.length === 0 ? sql`` : sql` group by ${numbers(columns.length)}`;
  const listed = columns.length === 0 ? sql`` : sql`${sql.join(columns)}, `;
  const { rows } = await sql<RawReport>`
    with source as (${reportSource(query, rights)}),
    grouped as materialized (select ${listed}${sums} from source${grouped}),
    totals as (select coalesce(sum(impressions), 0) as impressions, coalesce(sum(viewables), 0) as viewables,
      coalesce(sum(clicks), 0) as clicks, coalesce(sum(conversions), 0) as conversions,
      coalesce(sum("spendMicros"), 0) as "spendMicros", coalesce(sum("creditedMicros"), 0) as "creditedMicros",
      coalesce(sum(requests), 0) as requests from grouped),
    page as (select * from grouped ${orderOf(query, [...named.keys()])} limit ${query.limit} offset ${query.offset})
    select (select count(*) from grouped) as "rowCount", (select row_to_json(totals) from totals) as totals,
      (select coalesce(json_agg(p), '[]') from (
        select page.* ${namesOf(query)} from page ${joinsOf(query)} ${orderOf(query, [...named.keys()])}) p) as rows`.execute(
    db,
  );
  return rows[0]!;
}

function numbers(count: number): RawBuilder<unknown> {
  return sql.raw(Array.from({ length: count }, (_, i) => i + 1).join(", "));
}

/** By what is asked, then by all keys: a page always begins where the one before ended. */
function orderOf({ sort, dimensions }: ReportQuery, names: readonly string[]): RawBuilder<unknown> {
  const order: string[] = [];
  const direction = sort?.descending ? "desc" : "asc";
  if (sort !== null) {
    const isDimension = dimensions.some((one) => one === sort.by);
    const column = isDimension
      ? Object.keys(keys[sort.by as ReportDimension]).map((name) => `"${name}"`)
      : [sortColumns[sort.by as ReportMeasure] ?? "impressions"];
    order.push(...column.map((one) => `${one} ${direction} nulls last`));
  }
  order.push(...names.map((name) => `"${name}" nulls last`));
  return order.length === 0 ? sql`` : sql.raw(`order by ${order.join(", ")}`);
}

function namesOf({ dimensions }: ReportQuery): RawBuilder<unknown> {
  const names = [
    dimensions.includes("campaign") ? ', c.name as "campaignName"' : "",
    dimensions.includes("advertiser") ? ', a.name as "advertiserName"' : "",
    dimensions.includes("category") ? ', k.path as "categoryPath"' : "",
  ];
  return sql.raw(names.join(""));
}

function joinsOf({ dimensions }: ReportQuery): RawBuilder<unknown> {
  const joins = [
    dimensions.includes("campaign") ? ' left join campaigns c on c.id = page."campaignId"' : "",
    dimensions.includes("advertiser")
      ? ' left join advertisers a on a.id = page."advertiserId"'
      : "",
    dimensions.includes("category")
      ? " left join report_categories k on k.category = page.category"
      : "",
  ];
  return sql.raw(joins.join(""));
}

async function readPeople<DB>(
  db: Kysely<DB>,
  query: ReportQuery,
  { advertiserIds }: ReportRights,
  limit: number,
): Promise<readonly PeopleOfDay[]> {
  const { advertiser, campaign } = query.filters;
  const ids = (column: string, allowed: readonly number[] | null) =>
    allowed === null ? sql`` : sql` and ${sql.ref(column)} = any(${[...allowed]}::bigint[])`;
  const { rows } = await sql<PeopleOfDay>`
    select advertiser_id as "advertiserId", campaign_id as "campaignId", budget_day as day, impressions, sketch
    from report_reach where budget_day between ${query.from}::date and ${query.to}::date
      ${ids("advertiser_id", advertiserIds)}${ids("advertiser_id", advertiser)}${ids("campaign_id", campaign)}
    limit ${limit}`.execute(db);
  return rows;
}
