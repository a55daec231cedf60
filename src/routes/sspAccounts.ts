import { type Request, type RequestHandler, Router } from "express";
import { addDays, budgetDayOf, isBudgetDay } from "../budgets/budgetDay.ts";
import { actorOf, requireAdmin } from "../campaigns/access.ts";
import { type FieldProblem, PublicError } from "../errors.ts";
import {
  type AccountTimeZone,
  accountTimeZones,
  reconcileReport,
  type SspAccounts,
  sumAccount,
} from "../reports/sspAccounts.ts";
import { parseSspReport, reportLimits } from "../reports/sspReport.ts";
import { apiKeyOf } from "./authenticate.ts";
import { readTextBody } from "./readBody.ts";

export interface SspAccountsRouterDeps {
  /** Lets requests with a valid key pass; reads no body. */
  readonly authenticate: RequestHandler;
  readonly accounts: SspAccounts;
  readonly sspExists: (name: string) => boolean | Promise<boolean>;
  readonly now: () => number;
}

const usualDays = 30;
const maxDays = 366;

/**
 * What SSPs cost, for administrators: `GET /v1/ssps/:name/spending` (by day, with what shops paid and what the house pays),
 * `POST …/reports` takes an SSP's own report (CSV or JSON lines), `GET …/reports/:month` lays it beside the ledger. To be
 * mounted before a router that reads the body of all that begins like it.
 */
export function sspAccountsRouter(deps: SspAccountsRouterDeps): Router {
  const router = Router();
  const { authenticate, accounts } = deps;

  router.get("/v1/ssps/:name/spending", authenticate, async (request, response) => {
    const ssp = await requireSsp(request, deps);
    const { fromDay, toDay, timeZone } = readPeriod(request, deps.now());
    const days = await accounts.readDays(ssp, fromDay, toDay, timeZone);
    const totals = sumAccount(days);
    response.json({ ssp, from: fromDay, to: toDay, timeZone, totals, days });
  });

  router.post("/v1/ssps/:name/reports", authenticate, async (request, response) => {
    const ssp = await requireSsp(request, deps);
    const problems = unknownParameters(request, ["timeZone"]);
    const timeZone = readTimeZone(request, "UTC", problems);
    refuse(problems);
    const days = parseSspReport(await readTextBody(request, reportLimits.bytes));
    await accounts.saveReport(ssp, days, timeZone, actorOf(apiKeyOf(request)));
    const months = [...new Set(days.map(({ day }) => day.slice(0, 7)))].sort();
    response.status(201).json({ ssp, timeZone, days: days.length, months });
  });

  router.get("/v1/ssps/:name/reports/:month", authenticate, async (request, response) => {
    const ssp = await requireSsp(request, deps);
    const { month, fromDay, toDay } = readMonth(request);
    const reported = await accounts.readReport(ssp, fromDay, toDay);
    // The last report that was imported says whose days they are.
    const latest = reported.toSorted((a, b) => a.importedAt.localeCompare(b.importedAt)).at(-1);
    const timeZone = readTimeZone(request, latest?.timeZone ?? "UTC", []);
    const ledger = await accounts.readDays(ssp, fromDay, toDay, timeZone);
    const importedAt = latest?.importedAt ?? null;
    response.json({ ssp, month, timeZone, importedAt, ...reconcileReport(reported, ledger) });
  });
  return router;
}

async function requireSsp(request: Request, { sspExists }: SspAccountsRouterDeps): Promise<string> {
  requireAdmin(apiKeyOf(request));
  const name = request.params.name;
  if (typeof name === "string" && (await sspExists(name))) return name;
  throw new PublicError("not_found", "There is no SSP of this name.");
}

interface Period {
  readonly fromDay: string;
  readonly toDay: string;
  readonly timeZone: AccountTimeZone;
}

function readPeriod(request: Request, nowMs: number): Period {
  const problems: FieldProblem[] = unknownParameters(request, ["from", "to", "timeZone"]);
  const timeZone = readTimeZone(request, "Europe/Paris", problems);
  const day = (name: "from" | "to", usual: string): string => {
    const text = request.query[name] ?? usual;
    if (typeof text === "string" && isBudgetDay(text)) return text;
    problems.push({ pointer: name, rule: 'must be a day written "YYYY-MM-DD"' });
    return usual;
  };
  const today = budgetDayOf(nowMs);
  const toDay = day("to", today);
  const fromDay = day("from", addDays(toDay, 1 - usualDays));
  if (fromDay > toDay) problems.push({ pointer: "from", rule: "must not be after to" });
  else if (addDays(fromDay, maxDays) <= toDay)
    problems.push({ pointer: "from", rule: `must be less than ${maxDays} days before to` });
  refuse(problems);
  return { fromDay, toDay, timeZone };
}

interface Month {
  readonly month: string;
  readonly fromDay: string;
  readonly toDay: string;
}

function readMonth(request: Request): Month {
  const month = String(request.params.month);
  const problems = unknownParameters(request, ["timeZone"]);
  if (!/^20\d{2}-(0[1-9]|1[0-2])$/.test(month))
    problems.push({ pointer: "month", rule: 'must be written "YYYY-MM"' });
  readTimeZone(request, "UTC", problems);
  refuse(problems);
  const fromDay = `${month}-01`;
  const nextMonth = `${addDays(fromDay, 31).slice(0, 7)}-01`;
  return { month, fromDay, toDay: addDays(nextMonth, -1) };
}

function readTimeZone(
  request: Request,
  usual: AccountTimeZone,
  problems: FieldProblem[],
): AccountTimeZone {
  const given = request.query.timeZone ?? usual;
  const timeZone = accountTimeZones.find((known) => known === given);
  if (timeZone === undefined)
    problems.push({ pointer: "timeZone", rule: `must be one of ${accountTimeZones.join(", ")}` });
  return timeZone ?? usual;
}

function unknownParameters(request: Request, known: readonly string[]): FieldProblem[] {
  const unknown = Object.keys(request.query).filter((name) => !known.includes(name));
  return unknown.map((name) => ({ pointer: name.slice(0, 64), rule: "is not a known parameter" }));
}

function refuse(problems: readonly FieldProblem[]): void {
  if (problems.length === 0) return;
  throw new PublicError("invalid_parameter", "A parameter is not valid.", problems);
}
