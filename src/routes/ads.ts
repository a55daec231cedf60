import type { IncomingMessage, ServerResponse } from "node:http";
import { type RequestHandler, Router } from "express";
import type { AdsBody } from "../serving/adsBody.ts";
import { type AdsAnswer, emptyAnswer } from "../serving/answer.ts";
import type { ExplainWish } from "../serving/explainAnswer.ts";
import type { HearConsent } from "../serving/hearDecision.ts";
import type { ScreenCaller } from "../serving/invalidTraffic.ts";
import type { InvalidReason } from "../serving/ports.ts";
import { remembered } from "../serving/remembered.ts";
import type { ServeAds } from "../serving/serveAds.ts";
import {
  acceptedVisitorId,
  checkSite,
  type ServingSite,
  type SitePolicy,
} from "../serving/siteAccess.ts";
import { type ToAdRequestDeps, toAdRequest } from "../serving/toAdRequest.ts";
import { createAdsBodyValidator } from "../serving/validateAdsBody.ts";
import { type AnswerDirectly, adsPath } from "./frontDoor.ts";
import { adsBodyLimitBytes, readJsonBody } from "./readBody.ts";

/** Whose campaigns a key may have explained; null = everybody's. */
export interface ExplainScope {
  readonly advertiserIds: readonly number[] | null;
}

export interface AdsRouteDeps extends ToAdRequestDeps {
  readonly serveAds: ServeAds;
  readonly findSite: (key: string) => ServingSite | null;
  readonly sitePolicy: SitePolicy;
  /** Rejects with PublicError `unauthenticated` or `forbidden` for a caller that may not have ads explained. */
  readonly mayExplain: (request: IncomingMessage) => Promise<ExplainScope>;
  /** The name under which a visitor is remembered: never the id itself. Called only where storing is allowed. */
  readonly visitorKeyOf: (visitorId: string) => string;
  /** The name under which a page view is remembered for half an hour. */
  readonly pageViewKeyOf: (siteKey: string | null, viewId: string) => string;
  readonly addressKeyOf: (address: string | null) => string;
  /** Unique, at least 128 random bits, at most 128 characters; a UUID packs best into the tracking tokens. */
  readonly newDecisionId: () => string;
  /** What is invalid about a caller; absent = nobody is doubted. */
  readonly screenCaller?: ScreenCaller;
  /** Told what a visitor allows; absent = nobody keeps it. */
  readonly hearConsent?: HearConsent;
  readonly nowMs: () => number;
}

/** Visitors whose keys are at hand: a visit has several pages. */
const rememberedVisitors = 10_000;

/** Answers one ad request; rejects with a PublicError for what is wrong with it. */
export type AnswerAds = (
  request: IncomingMessage,
  response: ServerResponse,
  /** The caller's, as far as it is known. */
  address: string | null,
) => Promise<void>;

/** `POST /v1/ads`: parse, ask serving, write the answer. It knows nothing of Express: this is the hot route. */
export function createAnswerAds(deps: AdsRouteDeps): AnswerAds {
  const validate = createAdsBodyValidator();
  const visitorKeyOf = remembered(rememberedVisitors, deps.visitorKeyOf);
  return async (request, response, address) => {
    const origin = request.headers.origin ?? null;
    // Lets the page read what is wrong with its request; a refused origin loses it again below.
    allowOrigin(response, origin);
    const body = validate(await readJsonBody(request, adsBodyLimitBytes));
    const siteKey = siteKeyOf(request, body);
    const site = checkOrigin(response, () =>
      checkSite(siteKey, origin, deps.findSite, deps.sitePolicy),
    );
    const explain = wantsExplanation(body) ? await explainWishOf(request, body, deps) : null;
    const visitorId = acceptedVisitorId(body.visitor, site, deps.sitePolicy);
    const facts = {
      decisionId: deps.newDecisionId(),
      nowMs: deps.nowMs(),
      siteKey,
      hasVisitorId: visitorId !== null,
      address,
    };
    const { request: adRequest, placeProblems } = toAdRequest(body, facts, deps);
    const invalid = body.test === true ? null : invalidReason(request, address, deps);
    if (invalid !== null) {
      writeAnswer(response, { ...emptyAnswer(adRequest), invalidTraffic: invalid });
      return;
    }
    if (visitorId !== null && body.test !== true)
      deps.hearConsent?.(visitorId, adRequest.consent, facts.nowMs);
    const viewId = body.page?.viewId;
    const mayRemember = visitorId !== null && adRequest.hasStableVisitor;
    const answer = await deps.serveAds(adRequest, {
      visitorKey: mayRemember ? visitorKeyOf(visitorId) : null,
      pageViewKey: viewId === undefined ? null : deps.pageViewKeyOf(siteKey, viewId),
      addressKey: () => deps.addressKeyOf(address),
      siteKey,
      test: body.test ?? false,
      explain,
    });
    writeAnswer(response, placeProblems.length === 0 ? answer : { ...answer, placeProblems });
  };
}

/** The same for Express, and its preflight. */
export function adsRouter(answerAds: AnswerDirectly): Router {
  const router = Router();
  router.options(adsPath, answerPreflight);
  router.post(adsPath, answerAds);
  return router;
}

/** Nobody's request holds no budget and is no opportunity: it is answered without looking for ads. */
function invalidReason(
  request: IncomingMessage,
  address: string | null,
  { screenCaller }: AdsRouteDeps,
): InvalidReason | null {
  return screenCaller?.({ userAgent: request.headers["user-agent"], address }) ?? null;
}

function siteKeyOf(request: IncomingMessage, body: AdsBody): string | null {
  const header = request.headers["x-atelier-site"];
  return (typeof header === "string" ? header : undefined) ?? body.site ?? null;
}

function wantsExplanation({ explain }: AdsBody): boolean {
  return explain !== undefined && explain !== false;
}

async function explainWishOf(
  request: IncomingMessage,
  { explain }: AdsBody,
  deps: AdsRouteDeps,
): Promise<ExplainWish> {
  const { advertiserIds } = await deps.mayExplain(request);
  return { campaignIds: typeof explain === "object" ? explain.campaignIds : null, advertiserIds };
}

/**
 * A preflight names no site, so it is answered alike for every origin; the request itself is checked. A page that
 * posts text/plain and names its site in the body needs none.
 */
export const answerPreflight: RequestHandler = (request, response) => {
  allowOrigin(response, request.headers.origin ?? null);
  response.writeHead(204, {
    allow: "OPTIONS, POST",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type, content-encoding, x-atelier-site, authorization",
    "access-control-max-age": "86400",
  });
  response.end();
};

export function allowOrigin(response: ServerResponse, origin: string | null): void {
  if (origin === null) return;
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("vary", "origin");
}

export function checkOrigin<Value>(response: ServerResponse, check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    response.removeHeader("access-control-allow-origin");
    throw error;
  }
}

function writeAnswer(response: ServerResponse, answer: AdsAnswer): void {
  const body = JSON.stringify(answer);
  response.writeHead(200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
