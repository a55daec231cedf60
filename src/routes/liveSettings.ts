import { type RequestHandler, Router } from "express";
import { actorOf, requireAdmin } from "../campaigns/access.ts";
import {
  type LiveSettingsStore,
  liveSettingsInputSchema,
  noLiveSettings,
} from "../campaigns/liveSettings.ts";
import { parseFields, valueOrThrow } from "../campaigns/problems.ts";
import { apiKeyOf } from "./authenticate.ts";

export interface LiveSettingsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly store: LiveSettingsStore;
}

/** `/v1/live-settings`, for the operator's administrators: log level and shedding of all nodes, for a while. */
export function liveSettingsRouter({ authenticate, store }: LiveSettingsRouterDeps): Router {
  const router = Router();
  const path = "/v1/live-settings";
  router.get(path, authenticate, async (request, response) => {
    requireAdmin(apiKeyOf(request));
    response.json((await store.read())?.settings ?? noLiveSettings);
  });
  router.put(path, authenticate, async (request, response) => {
    const key = apiKeyOf(request);
    requireAdmin(key);
    const input = valueOrThrow(parseFields(liveSettingsInputSchema, request.body));
    response.json(await store.put(input, actorOf(key)));
  });
  router.delete(path, authenticate, async (request, response) => {
    const key = apiKeyOf(request);
    requireAdmin(key);
    await store.clear(actorOf(key));
    response.json(noLiveSettings);
  });
  return router;
}
