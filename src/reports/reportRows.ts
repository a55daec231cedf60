import {
  addSketch,
  countKept,
  countPeople,
  createSketch,
  type Sketch,
  tellablePeople,
} from "./hyperLogLog.ts";
import { mondayOf, parisTime } from "./parisTime.ts";
import type { ReportQuery, ReportRights } from "./parseReportQuery.ts";
import { microsPer, wilsonRate } from "./rates.ts";
import { type ReportColumn, reportColumns } from "./reportColumns.ts";

/** Sums as the store has them. */
export interface RawSums {
  readonly requests: number;
  readonly impressions: number;
  readonly viewables: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spendMicros: number;
  readonly creditedMicros: number;
}

/** With the keys of its dimensions: ids, "" for a place that is not told, an ISO time for an hour, numbers for facets. */
export type RawRow = RawSums & Readonly<Record<string, unknown>>;

export interface RawReport {
  readonly rows: readonly RawRow[];
  readonly rowCount: number;
  /** Of all rows, not of the page. */
  readonly totals: RawSums;
}

/** Who saw a campaign on a day. */
export interface PeopleOfDay {
  readonly advertiserId: number;
  readonly campaignId: number;
  readonly day: string;
  /** Seen by these people. */
  readonly impressions: number;
  readonly sketch: Uint8Array;
}

/** What reports need of a store. */
export interface ReportReads {
  readonly readRows: (query: ReportQuery, rights: ReportRights) => Promise<RawReport>;
  /** At most `limit`, in no order. */
  readonly readPeople: (
    query: ReportQuery,
    rights: ReportRights,
    limit: number,
  ) => Promise<readonly PeopleOfDay[]>;
}

export type ReportValue = string | number | null;
export type ReportRow = Readonly<Record<string, ReportValue>>;

export interface Report {
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly ReportRow[];
  readonly totals: ReportRow;
  readonly rowCount: number;
}

/** Names of what rows know by number. */
export interface ReportNames {
  readonly devices: readonly string[];
  readonly communeName: (inseeCode: string) => string | null;
}

/** The report that people read, from sums and from who was reached. Pure. */
export function toReport(
  query: ReportQuery,
  { rows, rowCount, totals }: RawReport,
  people: readonly PeopleOfDay[],
  names: ReportNames,
): Report {
  const columns = reportColumns(query.dimensions, query.measures);
  const measured = reportColumns([], query.measures);
  const reached = groupPeople(query, people);
  const all = mergePeople(people);
  return {
    columns,
    rowCount,
    rows: rows.map((row) => {
      const reach = reached.get(keyOfPeople(query, (name) => row[name])) ?? nobody;
      return pick(columns, { ...dimensionsOf(row, names), ...measuresOf(row, reach) });
    }),
    totals: pick(measured, measuresOf(totals, all)),
  };
}

function pick(columns: readonly ReportColumn[], from: ReportRow): ReportRow {
  return Object.fromEntries(columns.map(({ name }) => [name, from[name] ?? null]));
}

interface Reached {
  readonly people: number | null;
  readonly impressions: number;
}
const nobody: Reached = { people: null, impressions: 0 };

/** The rows that tell people are made by some of these. */
function keyOfPeople({ dimensions }: ReportQuery, value: (name: string) => unknown): string {
  const parts = [
    dimensions.includes("advertiser") ? value("advertiserId") : "",
    dimensions.includes("campaign") ? value("campaignId") : "",
    dimensions.includes("day") ? value("day") : "",
    dimensions.includes("week") ? value("week") : "",
  ];
  return parts.join("/");
}

function groupPeople(
  query: ReportQuery,
  people: readonly PeopleOfDay[],
): ReadonlyMap<string, Reached> {
  const groups = Map.groupBy(people, (one) => {
    const values: Readonly<Record<string, unknown>> = { ...one, week: mondayOf(one.day) };
    return keyOfPeople(query, (name) => values[name]);
  });
  return new Map([...groups].map(([key, group]) => [key, mergePeople(group)]));
}

function mergePeople(people: readonly PeopleOfDay[]): Reached {
  const [only] = people;
  if (only !== undefined && people.length === 1)
    return { people: tellablePeople(countKept(only.sketch)), impressions: only.impressions };
  const sketch: Sketch = createSketch();
  let impressions = 0;
  for (const one of people) {
    addSketch(sketch, one.sketch);
    impressions += one.impressions;
  }
  return { people: tellablePeople(countPeople(sketch)), impressions };
}

function measuresOf(sums: RawSums, reached: Reached): ReportRow {
  const ctr = wilsonRate(sums.clicks, sums.impressions);
  const viewability = wilsonRate(sums.viewables, sums.impressions);
  return {
    requests: sums.requests,
    impressions: sums.impressions,
    viewable: sums.viewables,
    clicks: sums.clicks,
    conversions: sums.conversions,
    spendMicros: sums.spendMicros,
    creditedMicros: sums.creditedMicros,
    ...rateColumns("ctr", ctr),
    ...rateColumns("viewability", viewability),
    cpmMicros: microsPer(sums.spendMicros, sums.impressions, 1_000),
    cpcMicros: microsPer(sums.spendMicros, sums.clicks, 1),
    reach: reached.people,
    frequency: reached.people === null ? null : rounded(reached.impressions / reached.people),
  };
}

function rateColumns(name: string, rate: ReturnType<typeof wilsonRate>): ReportRow {
  return {
    [name]: rate === null ? null : rounded(rate.value),
    [`${name}Low`]: rate === null ? null : rounded(rate.low),
    [`${name}High`]: rate === null ? null : rounded(rate.high),
  };
}

/** To six decimals: no rate is known better. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function dimensionsOf(row: RawRow, { devices, communeName }: ReportNames): ReportRow {
  const commune = textOf(row.commune);
  return {
    ...idsOf(row),
    hour: typeof row.hour === "string" ? parisTime(Date.parse(row.hour)) : null,
    day: textOf(row.day),
    week: textOf(row.week),
    placement: textOf(row.placement),
    ssp: textOf(row.ssp),
    device: typeof row.device === "number" ? (devices[row.device - 1] ?? null) : null,
    category: textOf(row.categoryPath),
    departement: textOf(row.departement),
    commune,
    communeName: commune === null ? null : communeName(commune),
    cell: textOf(row.cell),
  };
}

function idsOf(row: RawRow): ReportRow {
  const id = (value: unknown) => (typeof value === "number" && value > 0 ? value : null);
  return {
    advertiserId: id(row.advertiserId),
    advertiserName: textOf(row.advertiserName),
    campaignId: id(row.campaignId),
    campaignName: textOf(row.campaignName),
    creativeId: id(row.creativeId),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
