import type { IncomingMessage } from "node:http";
import { type Request, type Response, Router } from "express";
import { maySeeAdvertiser, requirePermission } from "../campaigns/access.ts";
import { hashPostbackKey } from "../campaigns/conversionSettings.ts";
import { invalidBody } from "../campaigns/problems.ts";
import { type FieldProblem, PublicError } from "../errors.ts";
import {
  conversionLimits,
  parseConversionReport,
  pixelParameterOf,
  readPixelParameters,
} from "../serving/conversionReport.ts";
import type {
  Conversion,
  ConversionOutcome,
  RecordConversion,
} from "../serving/recordConversion.ts";
import type { ReadApiKey } from "./authenticate.ts";
import { managementBodyLimitBytes, readJsonBody } from "./readBody.ts";
import { sendTransparentGif } from "./transparentGif.ts";

export interface ConversionsRouterDeps extends RecordConversion {
  /** The advertiser of a pixel; null = we made no such pixel. */
  readonly readPixelId: (pixelId: string) => number | null;
  /** Keeps what a pixel told until the stores are back; bounded, never throws. */
  readonly spool: (conversion: Conversion) => void;
  readonly readApiKey: ReadApiKey;
  readonly findAdvertiserOfKey: (keyHash: string) => Promise<number | null>;
  readonly nowMs: () => number;
}

/** Reports of one batch that are on their way at the same time. */
const reportsAtOnce = 50;

/**
 * GET /t/x/:pixel, which a shop's "thank you" page loads, and POST /v1/conversions, which its server calls. One order of
 * one advertiser counts once, whichever way and however often it is told.
 */
export function conversionsRouter(deps: ConversionsRouterDeps): Router {
  const router = Router();
  router.get("/t/x/:pixel", (request, response) => answerPixel(deps, request, response));
  router.post("/v1/conversions", async (request, response) => {
    const authorized = await authorize(deps, request);
    const body: unknown = await readJsonBody(request, managementBodyLimitBytes);
    const { advertiserId, reports } = readBatch(body, authorized);
    response.json(await recordBatch(deps, advertiserId, reports));
  });
  return router;
}

/** The same picture whatever became of it: a page learns nothing of what we know. */
async function answerPixel(
  deps: ConversionsRouterDeps,
  request: Request<{ pixel: string }>,
  response: Response,
): Promise<void> {
  const nowMs = deps.nowMs();
  const advertiserId = deps.readPixelId(request.params.pixel);
  if (advertiserId === null) throw new PublicError("not_found", "This pixel is not one of ours.");
  const parameters = readPixelParameters(request.query);
  const parsed = parameters.ok ? parseConversionReport(parameters.value, nowMs) : parameters;
  if (!parsed.ok) {
    const problems = parsed.problems.map(({ pointer, rule }) => ({
      pointer: pixelParameterOf(pointer),
      rule,
    }));
    throw new PublicError("invalid_parameter", "A parameter is not valid.", problems);
  }
  if (request.method === "GET") {
    const conversion = deps.toConversion(parsed.value, { source: "pixel", advertiserId }, nowMs);
    const outcome = await deps.record(conversion, nowMs);
    if (outcome.status === "unavailable") deps.spool(conversion);
  }
  sendTransparentGif(response);
}

/** Whose conversions a caller may tell: one advertiser's, or those that a key of the API may write. */
type Authorized =
  | { readonly advertiserId: number }
  | { readonly mayWrite: (advertiserId: number) => boolean };

async function authorize(
  { findAdvertiserOfKey, readApiKey }: ConversionsRouterDeps,
  request: IncomingMessage,
): Promise<Authorized> {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const keyHash = hashPostbackKey(bearer);
  if (keyHash !== null) {
    const advertiserId = await findAdvertiserOfKey(keyHash);
    if (advertiserId === null) throw unauthenticated("is unknown or has been revoked");
    return { advertiserId };
  }
  const key = await readApiKey(request);
  if (key === null) throw unauthenticated("must be Bearer and a postback key or an API key");
  requirePermission(key, "conversions:write");
  return { mayWrite: (advertiserId) => maySeeAdvertiser(key, advertiserId) };
}

function unauthenticated(rule: string): PublicError {
  return new PublicError("unauthenticated", `The key ${rule}.`, [
    { pointer: "authorization", rule },
  ]);
}

interface Batch {
  readonly advertiserId: number;
  readonly reports: readonly unknown[];
}

function readBatch(body: unknown, authorized: Authorized): Batch {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  if (!isObject) throw invalidBody([{ pointer: "", rule: "must be an object" }]);
  const given: Readonly<Record<string, unknown>> = { ...body };
  const { conversions } = given;
  const problems: FieldProblem[] = Object.keys(given)
    .filter((name) => name !== "advertiserId" && name !== "conversions")
    .map((name) => ({ pointer: `/${name.slice(0, 64)}`, rule: "is not a known field" }));
  const isList = Array.isArray(conversions) && conversions.length > 0;
  if (!isList || conversions.length > conversionLimits.reportsPerBatch)
    problems.push({
      pointer: "/conversions",
      rule: `must be a list of 1 to ${conversionLimits.reportsPerBatch} conversions`,
    });
  const advertiserId = advertiserOf(given.advertiserId, authorized);
  if (advertiserId === null) problems.push({ pointer: "/advertiserId", rule: "must exist" });
  if (problems.length > 0 || advertiserId === null) throw invalidBody(problems);
  return { advertiserId, reports: conversions as readonly unknown[] };
}

/** A postback key names its advertiser by itself; whoever names one with it must name that one. */
function advertiserOf(given: unknown, authorized: Authorized): number | null {
  if ("advertiserId" in authorized) {
    const isOwn = given === undefined || given === authorized.advertiserId;
    return isOwn ? authorized.advertiserId : null;
  }
  const isId = Number.isInteger(given) && (given as number) > 0 && (given as number) < 2 ** 31;
  return isId && authorized.mayWrite(given as number) ? (given as number) : null;
}

type LineResult = (ConversionOutcome | InvalidLine) & { readonly orderId: string | null };

interface InvalidLine {
  readonly status: "invalid";
  readonly errors: readonly FieldProblem[];
}

/** One result a line, in their order. Throws PublicError `unavailable` when nothing at all could be recorded. */
async function recordBatch(
  deps: ConversionsRouterDeps,
  advertiserId: number,
  reports: readonly unknown[],
): Promise<{ readonly results: readonly LineResult[] }> {
  const results: LineResult[] = [];
  for (let from = 0; from < reports.length; from += reportsAtOnce) {
    const lines = reports.slice(from, from + reportsAtOnce);
    results.push(
      ...(await Promise.all(
        lines.map((line, index) => recordLine(deps, advertiserId, line, from + index)),
      )),
    );
  }
  const away = results.filter(({ status }) => status === "unavailable").length;
  if (away > 0 && away === results.filter(({ status }) => status !== "invalid").length)
    throw new PublicError("unavailable", "Conversions cannot be recorded now; try again.");
  return { results };
}

async function recordLine(
  deps: ConversionsRouterDeps,
  advertiserId: number,
  line: unknown,
  index: number,
): Promise<LineResult> {
  const nowMs = deps.nowMs();
  const parsed = parseConversionReport(line, nowMs);
  if (!parsed.ok) {
    const errors = parsed.problems.map(({ pointer, rule }) => ({
      pointer: `/conversions/${index}${pointer}`,
      rule,
    }));
    return { orderId: null, status: "invalid", errors };
  }
  const of = { source: "postback", advertiserId } as const;
  const outcome = await deps.record(deps.toConversion(parsed.value, of, nowMs), nowMs);
  return { orderId: parsed.value.orderId, ...outcome };
}
