import { type Request, type RequestHandler, type Response, Router } from "express";
import { visibleAdvertiserIds } from "../campaigns/access.ts";
import { answerReport } from "../reports/answerReport.ts";
import { parseReportQuery, type ReportQuery } from "../reports/parseReportQuery.ts";
import type { ReportColumn } from "../reports/reportColumns.ts";
import { reportToCsv } from "../reports/reportCsv.ts";
import type { Report, ReportNames, ReportReads, ReportRow } from "../reports/reportRows.ts";
import type { ReportFormat } from "../reports/reportSchema.ts";
import { apiKeyOf } from "./authenticate.ts";

export interface ReportsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly reads: ReportReads;
  readonly names: ReportNames;
  readonly writeParquet: (
    columns: readonly ReportColumn[],
    rows: readonly ReportRow[],
  ) => Promise<Uint8Array>;
}

const parquetType = "application/vnd.apache.parquet";

/** `GET /v1/reports`: what was shown, clicked and spent, as JSON, CSV or Parquet, of the advertisers that the key may see. */
export function reportsRouter(deps: ReportsRouterDeps): Router {
  const router = Router();
  router.get("/v1/reports", deps.authenticate, async (request, response) => {
    const caller = apiKeyOf(request);
    const advertiserIds = visibleAdvertiserIds(caller);
    const rights = { advertiserIds, isOperator: caller.isOperator && advertiserIds === null };
    const query = parseReportQuery(request.query, rights, acceptedFormat(request));
    const report = await answerReport(query, rights, deps.reads, deps.names);
    response.setHeader("cache-control", "private, no-store");
    response.setHeader("vary", "accept, accept-language, authorization");
    await send(request, response, query, report, deps);
  });
  return router;
}

function acceptedFormat(request: Request): ReportFormat {
  const accepted = request.accepts(["application/json", "text/csv", parquetType]);
  if (accepted === "text/csv") return "csv";
  return accepted === parquetType ? "parquet" : "json";
}

async function send(
  request: Request,
  response: Response,
  query: ReportQuery,
  report: Report,
  { writeParquet }: Pick<ReportsRouterDeps, "writeParquet">,
): Promise<void> {
  const { from, to, format, offset } = query;
  const { columns, rows, totals, rowCount } = report;
  const shown = offset + rows.length;
  const nextCursor = rows.length > 0 && shown < rowCount ? String(shown) : null;
  if (format === "json") {
    const names = columns.map(({ name }) => name);
    const timeZone = "Europe/Paris";
    response.json({ from, to, timeZone, columns: names, rows, totals, rowCount, nextCursor });
    return;
  }
  response.setHeader("x-row-count", rowCount);
  if (nextCursor !== null) response.setHeader("x-next-cursor", nextCursor);
  response.attachment(`atelier_${from}_${to}.${format}`);
  if (format === "csv") {
    const preferred = request.acceptsLanguages(["fr", "en"]);
    const language = query.language ?? (preferred === "en" ? "en" : "fr");
    response.setHeader("content-language", language);
    response.type("text/csv; charset=utf-8").send(reportToCsv(report, language));
    return;
  }
  const file = await writeParquet(columns, rows);
  response.setHeader("content-type", parquetType);
  response.end(file);
}
