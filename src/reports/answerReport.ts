import { PublicError } from "../errors.ts";
import type { ReportQuery, ReportRights } from "./parseReportQuery.ts";
import { type Report, type ReportNames, type ReportReads, toReport } from "./reportRows.ts";
import { reportLimits } from "./reportSchema.ts";

/**
 * Reads a report. People are read only where they are asked for; throws PublicError `invalid_parameter` where they are of
 * more days of campaigns than one report merges.
 */
export async function answerReport(
  query: ReportQuery,
  rights: ReportRights,
  reads: ReportReads,
  names: ReportNames,
): Promise<Report> {
  const wantsPeople = query.measures.some((one) => one === "reach" || one === "frequency");
  const [raw, people] = await Promise.all([
    reads.readRows(query, rights),
    wantsPeople ? reads.readPeople(query, rights, reportLimits.reachDays + 1) : [],
  ]);
  if (people.length > reportLimits.reachDays)
    throw new PublicError("invalid_parameter", "The report is too large.", [
      {
        pointer: "measures",
        rule: `reach is told of at most ${reportLimits.reachDays} days of campaigns: ask for fewer campaigns or days, or leave it out`,
      },
    ]);
  return toReport(query, raw, people, names);
}
