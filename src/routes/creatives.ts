import { type RequestHandler, Router } from "express";
import { visibleAdvertiserIds } from "../campaigns/access.ts";
import {
  changeCreative,
  createCreative,
  readCreative,
  type SaveCreativeDeps,
} from "../campaigns/saveCreative.ts";
import { apiKeyOf } from "./authenticate.ts";
import { bodyOfChange, parseId, parseListQuery, sendEntity, sendPage } from "./resource.ts";

export interface CreativesRouterDeps extends SaveCreativeDeps {
  readonly authenticate: RequestHandler;
}

/** `/v1/creatives`: create, read, list, change; taking one out of service is changing `active`. */
export function creativesRouter(deps: CreativesRouterDeps): Router {
  const router = Router();
  router.use("/v1/creatives", deps.authenticate);

  router.post("/v1/creatives", async (request, response) => {
    const creative = await createCreative(deps, request.body, apiKeyOf(request));
    response.location(`/v1/creatives/${creative.creativeId}`);
    sendEntity(response, creative, 201);
  });

  router.get("/v1/creatives", async (request, response) => {
    const { page, ids } = parseListQuery(request, { ids: ["campaignId"], words: {} });
    const advertiserIds = visibleAdvertiserIds(apiKeyOf(request));
    const filter = { campaignId: ids.get("campaignId") ?? null, advertiserIds };
    const items = await deps.creatives.list(filter, page);
    sendPage(response, items, page, (creative) => creative.creativeId);
  });

  router.get("/v1/creatives/:creativeId", async (request, response) => {
    const creativeId = parseId(request, "creativeId");
    sendEntity(response, await readCreative(deps, creativeId, apiKeyOf(request)));
  });

  router.patch("/v1/creatives/:creativeId", async (request, response) => {
    const creativeId = parseId(request, "creativeId");
    const body = bodyOfChange(request);
    sendEntity(response, await changeCreative(deps, creativeId, body, apiKeyOf(request)));
  });
  return router;
}
