import type { Request, Response } from "express";
import type { KeptAnswer } from "../campaigns/idempotency.ts";
import { PublicError } from "../errors.ts";
import type { CapturedAnswer } from "./capturedAnswer.ts";

/** The writes that can be tried: they change nothing but rows of Postgres. */
const dryRunnable =
  /^\/v1\/(?:advertisers|campaigns|creatives|placements|shop-campaigns|sites|segments|ssps)(?:\/[^/]+)?\/?$/i;

const forecasts = new WeakMap<Request, () => Promise<unknown>>();
const newIds = new WeakMap<Response, string>();

/** Whether a write only asks what would come of it (`?dryRun=1`). Throws PublicError `invalid_parameter`. */
export function isDryRun(request: Request): boolean {
  const { dryRun } = request.query;
  if (dryRun === undefined) return false;
  if (dryRun === "1" || dryRun === "true") return true;
  if (dryRun === "0" || dryRun === "false") return false;
  throw refusal("dryRun", "must be 1 or 0");
}

/**
 * Throws PublicError `invalid_parameter` for a dry run of what cannot be undone, and for other parameters of what can be
 * tried: `?dryrun=1` must not write.
 */
export function requireDryRunnable(request: Request, isDry: boolean): void {
  // Routers mount what stands before their routes: `path` alone begins behind there.
  const isRunnable = dryRunnable.test(`${request.baseUrl}${request.path}`);
  if (isDry && !isRunnable) throw refusal("dryRun", "is not supported here");
  if (!isRunnable) return;
  const unknown = Object.keys(request.query).find((name) => name !== "dryRun");
  if (unknown !== undefined) throw refusal(unknown.slice(0, 64), "is not a known parameter");
}

function refusal(pointer: string, rule: string): PublicError {
  return new PublicError("invalid_parameter", "A parameter is not valid.", [{ pointer, rule }]);
}

/**
 * Adds a forecast to the answer of a dry run. It is asked for once everything is undone: it may take seconds, in which
 * nobody is to wait for what the dry run has locked.
 */
export function tellForecast(request: Request, forecast: () => Promise<unknown>): void {
  forecasts.set(request, forecast);
}

/** Which field of an answer is an id that a dry run does not keep. */
export function markNewId(response: Response, field: string): void {
  newIds.set(response, field);
}

/**
 * What a dry run answers: the status and the body that the write would have had, without the id of what does not exist;
 * a refusal as it is. Rejects with what the forecast rejects with.
 */
export async function toDryRunAnswer(
  request: Request,
  answer: CapturedAnswer,
): Promise<CapturedAnswer | KeptAnswer> {
  if (answer.status >= 300) return answer;
  const told: unknown = answer.body === "" ? null : JSON.parse(answer.body);
  const newId = request.res === undefined ? undefined : newIds.get(request.res);
  const body = JSON.stringify({
    dryRun: true,
    status: answer.status,
    result: withoutField(told, newId),
    forecast: (await forecasts.get(request)?.()) ?? null,
  });
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
  };
  return { status: 200, headers, body };
}

function withoutField(value: unknown, field: string | undefined): unknown {
  if (field === undefined || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));
}
