import { type Request, type Response, Router } from "express";
import { PublicError } from "../errors.ts";
import type { Caller } from "../serving/invalidTraffic.ts";
import { landingAddress } from "../serving/landingAddress.ts";
import type { EventSource, TrackedEventKind, TrackingClaims } from "../serving/ports.ts";
import type { RecordEvent } from "../serving/recordEvent.ts";
import type { Landing } from "../targeting/snapshot.ts";
import { sendTransparentGif } from "./transparentGif.ts";

export interface TrackingRouterDeps {
  readonly events: Pick<RecordEvent, "inspect" | "count">;
  /** The creative as it is now, from the snapshot or else from the database; null = there is none. */
  readonly findCreative: (campaignId: number, creativeId: number) => Promise<Landing | null>;
  /** What the shop's page may tell of the click later; null = nothing. Absent = nobody asks. */
  readonly clickIdOf?: (claims: TrackingClaims, nowMs: number) => string | null;
  /** Who calls, as far as it is kept; absent = nobody is doubted. */
  readonly sourceOf?: (caller: Caller) => EventSource | undefined;
  /** An impression was counted whose address names the bid that it bills. Never rejects. */
  readonly onBidShown?: (noticeToken: string, nowMs: number) => Promise<void>;
  readonly now: () => number;
}

/**
 * GET /t/i/:token (impression) and /t/v/:token (viewable): a 43-byte gif, or 204 with `?f=204`; GET /t/c/:token: 302 to
 * the creative's own page, with the id of a click that counts. Each event of a token counts once; repeated, late or test
 * calls get the same answer. A token that we did not sign is a 404 and leads nowhere. HEAD and prefetching answer alike and
 * count nothing.
 */
export function trackingRouter(deps: TrackingRouterDeps): Router {
  const router = Router();
  router.get("/t/i/:token", (request, response) =>
    answerView(deps, "impression", request, response),
  );
  router.get("/t/v/:token", (request, response) => answerView(deps, "viewable", request, response));
  router.get("/t/c/:token", (request, response) => answerClick(deps, request, response));
  return router;
}

async function answerView(
  deps: TrackingRouterDeps,
  kind: TrackedEventKind,
  request: Request<{ token: string }>,
  response: Response,
): Promise<void> {
  const nowMs = deps.now();
  const { isCounted } = await inspectAndCount(deps, kind, request, nowMs);
  const { b: noticeToken } = request.query;
  if (isCounted && kind === "impression" && typeof noticeToken === "string")
    await deps.onBidShown?.(noticeToken, nowMs);
  if (request.query.f !== "204") {
    sendTransparentGif(response);
    return;
  }
  response.setHeader("cache-control", "no-store");
  response.status(204).end();
}

async function answerClick(
  deps: TrackingRouterDeps,
  request: Request<{ token: string }>,
  response: Response,
): Promise<void> {
  const nowMs = deps.now();
  const { claims, isCounted } = await inspectAndCount(deps, "click", request, nowMs);
  const creative = await deps.findCreative(claims.campaignId, claims.creativeId);
  if (creative === null || !isWebAddress(creative.landingUrl)) throw nothingHere();
  response.setHeader("cache-control", "no-store");
  const clickId = isCounted ? (deps.clickIdOf?.(claims, nowMs) ?? null) : null;
  const refererHost = hostOf(request.get("referer"));
  response.setHeader("location", landingAddress(creative, claims, { clickId, refererHost }));
  response.status(302).end();
}

/** Counts the event when it is to be counted; throws a 404 for a token that is not ours. */
async function inspectAndCount(
  deps: TrackingRouterDeps,
  kind: TrackedEventKind,
  request: Request<{ token: string }>,
  nowMs: number,
): Promise<{ readonly claims: TrackingClaims; readonly isCounted: boolean }> {
  const inspection = deps.events.inspect(kind, request.params.token, nowMs);
  if (inspection.verdict === "malformed" || inspection.verdict === "forged") throw nothingHere();
  const { claims } = inspection;
  if (inspection.verdict !== "countable" || !isSeenByPerson(request))
    return { claims, isCounted: false };
  const caller = { userAgent: request.get("user-agent"), address: request.ip ?? null };
  const status = await deps.events.count(kind, claims, nowMs, deps.sourceOf?.(caller));
  return { claims, isCounted: status !== "invalid" };
}

/** Browsers and previewers that only look ahead say so. */
function isSeenByPerson(request: Request<{ token: string }>): boolean {
  if (request.method !== "GET") return false;
  const purposes = ["purpose", "sec-purpose", "x-purpose", "x-moz"].map((name) =>
    request.get(name),
  );
  return !purposes.some((purpose) => /prefetch|prerender|preview/i.test(purpose ?? ""));
}

/** The site that a visitor comes from, as far as the browser tells; null = it does not. */
function hostOf(referer: string | undefined): string | null {
  return referer !== undefined && URL.canParse(referer) ? new URL(referer).hostname || null : null;
}

function isWebAddress(landingUrl: string): boolean {
  if (!URL.canParse(landingUrl)) return false;
  const { protocol } = new URL(landingUrl);
  return protocol === "https:" || protocol === "http:";
}

function nothingHere(): PublicError {
  return new PublicError(
    "not_found",
    "This tracking address is not one of ours or no longer leads anywhere.",
  );
}
