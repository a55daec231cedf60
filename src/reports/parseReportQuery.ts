import type { z } from "zod";
import { addDays } from "../budgets/budgetDay.ts";
import { type FieldProblem, PublicError } from "../errors.ts";
import type { DeviceType } from "../targeting/types.ts";
import {
  dimensionProblem,
  isMeasured,
  type ReportDimension,
  type ReportMeasure,
  reportDimensions,
  reportMeasures,
} from "./reportColumns.ts";
import { type ReportFormat, reportLimits, reportQuerySchema } from "./reportSchema.ts";

/** Which rows are asked for; null = any. */
export interface ReportFilters {
  readonly advertiser: readonly number[] | null;
  readonly campaign: readonly number[] | null;
  readonly creative: readonly number[] | null;
  readonly placement: readonly string[] | null;
  readonly ssp: readonly string[] | null;
  readonly device: readonly DeviceType[] | null;
  readonly category: readonly string[] | null;
  readonly departement: readonly string[] | null;
  readonly commune: readonly string[] | null;
  readonly cell: readonly string[] | null;
}

export interface ReportQuery {
  /** Days in Europe/Paris, both inclusive. */
  readonly from: string;
  readonly to: string;
  readonly dimensions: readonly ReportDimension[];
  readonly measures: readonly ReportMeasure[];
  readonly filters: ReportFilters;
  readonly sort: {
    readonly by: ReportDimension | ReportMeasure;
    readonly descending: boolean;
  } | null;
  readonly limit: number;
  readonly offset: number;
  readonly format: ReportFormat;
  readonly language: "fr" | "en" | null;
}

/** What whoever asks may see. */
export interface ReportRights {
  /** Null = all. */
  readonly advertiserIds: readonly number[] | null;
  /** Placements' traffic and exchanges are the operator's own. */
  readonly isOperator: boolean;
}

/**
 * Reads the parameters of a report. `accepted` is the format that the `Accept` header asks for, where `format` does not say.
 * Throws PublicError `invalid_parameter` with every problem at once, `forbidden` for what is the operator's.
 */
export function parseReportQuery(
  given: unknown,
  rights: Pick<ReportRights, "isOperator">,
  accepted: ReportFormat,
): ReportQuery {
  const parsed = reportQuerySchema.safeParse(given);
  if (!parsed.success) throw refuse(parsed.error.issues.flatMap(toProblems));
  const { dimensions = [], sort, limit, cursor = 0, format = accepted, language } = parsed.data;
  const filters = filtersOf(parsed.data);
  const filtered = reportDimensions.filter(
    (one) => one in filters && filters[one as keyof ReportFilters] !== null,
  );
  const used = [...new Set([...dimensions, ...filtered])];
  const measures = (parsed.data.measures ?? reportMeasures).filter(
    (one) => isMeasured(one, used) && (one !== "requests" || rights.isOperator),
  );
  const query: ReportQuery = {
    from: parsed.data.from,
    to: parsed.data.to,
    dimensions,
    measures,
    filters,
    sort: sort === undefined ? null : sortOf(sort),
    limit: limit ?? (format === "json" ? 1_000 : reportLimits.exportRows),
    offset: cursor,
    format,
    language: language ?? null,
  };
  const problems = crossProblems(query, used, parsed.data.measures ?? []);
  if (problems.length > 0) throw refuse(problems);
  const asksOperator = used.includes("ssp") || parsed.data.measures?.includes("requests");
  if (asksOperator && !rights.isOperator)
    throw new PublicError("forbidden", "Requests and SSPs are the operator's own figures.");
  return query;
}

function filtersOf(data: z.output<typeof reportQuerySchema>): ReportFilters {
  return {
    advertiser: data.advertiser ?? null,
    campaign: data.campaign ?? null,
    creative: data.creative ?? null,
    placement: data.placement ?? null,
    ssp: data.ssp ?? null,
    device: data.device ?? null,
    category: data.category ?? null,
    departement: data.departement ?? null,
    commune: data.commune ?? null,
    cell: data.cell ?? null,
  };
}

function sortOf(text: string): NonNullable<ReportQuery["sort"]> {
  const by = text.replace(/^-/, "") as ReportDimension | ReportMeasure;
  return { by, descending: text.startsWith("-") };
}

function crossProblems(
  query: ReportQuery,
  used: readonly ReportDimension[],
  asked: readonly ReportMeasure[],
): readonly FieldProblem[] {
  const { from, to, dimensions, sort, format, limit } = query;
  const most = dimensions.includes("hour") ? reportLimits.hourDays : reportLimits.days;
  const mostRows = format === "json" ? reportLimits.rows : reportLimits.exportRows;
  const unmeasured = asked.find((one) => !isMeasured(one, used));
  const isSorted =
    sort === null || [...dimensions, ...query.measures].some((one) => one === sort.by);
  const found: readonly (readonly [boolean, string, string | null])[] = [
    [from > to, "to", "must not be before from"],
    [addDays(from, most - 1) < to, "to", `must be at most ${most} days from from`],
    [limit < 1 || limit > mostRows, "limit", `must be an integer from 1 to ${mostRows}`],
    [dimensionProblem(used) !== null, "dimensions", dimensionProblem(used)],
    [unmeasured !== undefined, "measures", `${unmeasured} is not measured by these dimensions`],
    [!isSorted, "sort", "must be a column of the report"],
  ];
  return found.flatMap(([isBroken, pointer, rule]) =>
    isBroken && rule !== null ? [{ pointer, rule }] : [],
  );
}

function toProblems(issue: z.core.$ZodIssue): readonly FieldProblem[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.slice(0, 20).map((key) => ({
      pointer: key.slice(0, 64),
      rule: "is not a known parameter",
    }));
  return [{ pointer: String(issue.path[0] ?? "").slice(0, 64), rule: issue.message }];
}

function refuse(problems: readonly FieldProblem[]): PublicError {
  return new PublicError("invalid_parameter", "A parameter is not valid.", problems);
}
