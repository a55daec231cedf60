import { type RequestHandler, Router } from "express";
import { isPlatformAdmin, visibleAdvertiserIds } from "../campaigns/access.ts";
import { invalidBody } from "../campaigns/problems.ts";
import type { Caller, StoredSegment } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import {
  type ExplainFields,
  type ExplainVisitDeps,
  explainVisit,
  parseExplain,
  supposedVisitor,
} from "../serving/explainVisit.ts";
import { createAdsBodyValidator } from "../serving/validateAdsBody.ts";
import type { VisitorState } from "../targeting/types.ts";
import { apiKeyOf } from "./authenticate.ts";
import { adsBodyLimitBytes, createReadBody } from "./readBody.ts";

export interface ExplainRouterDeps extends ExplainVisitDeps {
  /** Lets requests with a valid key pass, and leaves the body alone. */
  readonly authenticate: RequestHandler;
  readonly readSegments: () => Promise<readonly StoredSegment[]>;
}

/**
 * `POST /v1/explain`: each campaign's fate in a supposed visit, among those that the key may see. A real visitor is asked
 * about by the operator's administrators only.
 */
export function explainRouter(deps: ExplainRouterDeps): Router {
  const router = Router();
  const validate = createAdsBodyValidator();
  // No longer than a page's own request: what is explained here is explained beside ads.
  router.use("/v1/explain", deps.authenticate, createReadBody(adsBodyLimitBytes));
  router.post("/v1/explain", async (request, response) => {
    const caller = apiKeyOf(request);
    const parsed = parseExplain(request.body);
    if (!parsed.ok) throw invalidBody(parsed.problems);
    const fields = parsed.value;
    const { place, page, device, placements } = fields;
    // What spans fields of a page's request is known there.
    validate(JSON.parse(JSON.stringify({ place, page, device, placements })));
    const supposed = await visitorOf(deps, fields, caller);
    const advertiserIds = visibleAdvertiserIds(caller);
    const explained = await explainVisit(deps, { fields, supposed, advertiserIds });
    response.setHeader("cache-control", "no-store").json(explained);
  });
  return router;
}

/** Null = the real visitor that is named. Throws PublicError `forbidden` or `invalid_body`. */
async function visitorOf(
  { readSegments }: ExplainRouterDeps,
  { visitor: { id, scores } }: ExplainFields,
  caller: Caller,
): Promise<VisitorState | null> {
  if (id !== undefined) {
    if (isPlatformAdmin(caller)) return null;
    throw new PublicError("forbidden", "Only the operator may ask about a real visitor.", [
      { pointer: "/visitor/id", rule: "must not be given" },
    ]);
  }
  const supposed = supposedVisitor(scores, scores === undefined ? [] : await readSegments());
  if (!supposed.ok) throw invalidBody(supposed.problems);
  return supposed.value;
}
