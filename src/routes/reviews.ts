import { type RequestHandler, Router } from "express";
import {
  actorOf,
  notFound,
  requireAdmin,
  requireReviewer,
  requireVisible,
} from "../campaigns/access.ts";
import type { ContentRule } from "../campaigns/contentRules/contentRule.ts";
import { contentRules, contentRulesVersion } from "../campaigns/contentRules/rules.ts";
import { parseFields, valueOrThrow } from "../campaigns/problems.ts";
import { prohibitedCategories } from "../campaigns/prohibitedCategories.ts";
import { type ReviewDeps, reviewCreative } from "../campaigns/reviewCreative.ts";
import {
  type OperatorSwitches,
  type ReviewQueue,
  reviewSettingsSchema,
} from "../campaigns/reviewQueue.ts";
import { reviewReasons } from "../campaigns/reviewReasons.ts";
import { type Suspendable, suspensionInputSchema } from "../campaigns/suspension.ts";
import { apiKeyOf } from "./authenticate.ts";
import { reviewList } from "./openapi/schemas/reviews.ts";
import { bodyOfChange, parseId, parseList, sendEntity, sendList } from "./resource.ts";

export interface ReviewsRouterDeps extends ReviewDeps {
  readonly authenticate: RequestHandler;
  readonly queue: ReviewQueue;
  readonly switches: OperatorSwitches;
}

/** Without the words by which a subject is found: who knew them would write around them. */
const toldOf = ({ trades: _trades, hints: _hints, ...told }: ContentRule) => told;

/**
 * What operators decide of others' ads: the queue of creatives that wait, approval and rejection, trust, and kill switches
 * of creatives, campaigns and advertisers.
 */
export function reviewsRouter(deps: ReviewsRouterDeps): Router {
  const router = Router();
  const { authenticate } = deps;

  router.get("/v1/review-reasons", authenticate, (_request, response) => {
    response.json({ items: reviewReasons });
  });

  router.get("/v1/prohibited-categories", authenticate, (_request, response) => {
    response.json({ items: prohibitedCategories.map(({ words: _words, ...told }) => told) });
  });

  router.get("/v1/content-rules", authenticate, (_request, response) => {
    response.json({ version: contentRulesVersion, items: contentRules.map(toldOf) });
  });

  router.get("/v1/reviews", authenticate, async (request, response) => {
    requireReviewer(apiKeyOf(request));
    const list = parseList(request, reviewList);
    sendList(response, list, await deps.queue.page(list.filters, list));
  });

  router.post("/v1/creatives/:creativeId/review", authenticate, async (request, response) => {
    const creativeId = parseId(request, "creativeId");
    const body = bodyOfChange(request);
    sendEntity(response, await reviewCreative(deps, creativeId, body, apiKeyOf(request)));
  });

  addReviewSettings(router, deps);
  addSuspension(router, deps, "creative", "/v1/creatives/:id/suspension");
  addSuspension(router, deps, "campaign", "/v1/campaigns/:id/suspension");
  addSuspension(router, deps, "advertiser", "/v1/advertisers/:id/suspension");
  return router;
}

function addReviewSettings(router: Router, { authenticate, switches }: ReviewsRouterDeps): void {
  const path = "/v1/advertisers/:id/review-settings";
  router.get(path, authenticate, async (request, response) => {
    const advertiserId = parseId(request, "id");
    requireVisible(apiKeyOf(request), advertiserId);
    response.json((await switches.readReviewSettings(advertiserId)) ?? missing());
  });
  router.put(path, authenticate, async (request, response) => {
    const key = apiKeyOf(request);
    requireAdmin(key);
    const settings = valueOrThrow(parseFields(reviewSettingsSchema, request.body));
    const kept = await switches.setReviewSettings(parseId(request, "id"), settings, actorOf(key));
    response.json(kept ?? missing());
  });
}

/** The owner may read why; only the operator pulls the switch. */
function addSuspension(
  router: Router,
  { authenticate, switches }: ReviewsRouterDeps,
  entity: Suspendable,
  path: string,
): void {
  router.get(path, authenticate, async (request, response) => {
    const state = (await switches.readSuspension(entity, parseId(request, "id"))) ?? missing();
    requireVisible(apiKeyOf(request), state.advertiserId);
    response.json({ suspension: state.suspension });
  });
  router.put(path, authenticate, async (request, response) => {
    const key = apiKeyOf(request);
    requireAdmin(key);
    const { reason } = valueOrThrow(parseFields(suspensionInputSchema, request.body));
    const state = await switches.suspend(entity, parseId(request, "id"), reason, actorOf(key));
    response.json({ suspension: (state ?? missing()).suspension });
  });
  router.delete(path, authenticate, async (request, response) => {
    const key = apiKeyOf(request);
    requireAdmin(key);
    const state = await switches.suspend(entity, parseId(request, "id"), null, actorOf(key));
    response.json({ suspension: (state ?? missing()).suspension });
  });
}

function missing(): never {
  throw notFound();
}
