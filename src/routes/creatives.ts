import { type RequestHandler, Router } from "express";
import { listedAdvertiserIds } from "../campaigns/access.ts";
import { creativeList } from "../campaigns/lists.ts";
import { removeCreative } from "../campaigns/removeDraft.ts";
import {
  changeCreative,
  createCreative,
  readCreative,
  type SaveCreativeDeps,
} from "../campaigns/saveCreative.ts";
import { apiKeyOf } from "./authenticate.ts";
import {
  bodyOfChange,
  demandOfDeletion,
  parseId,
  parseList,
  sendCreated,
  sendEntity,
  sendList,
  sendRead,
} from "./resource.ts";

export interface CreativesRouterDeps extends SaveCreativeDeps {
  readonly authenticate: RequestHandler;
}

/** `/v1/creatives`: create, read, list, change, delete those of drafts; taking one out of service is changing `active`. */
export function creativesRouter(deps: CreativesRouterDeps): Router {
  const router = Router();
  router.use("/v1/creatives", deps.authenticate);

  router.post("/v1/creatives", async (request, response) => {
    const creative = await createCreative(deps, request.body, apiKeyOf(request));
    sendCreated(response, creativeList, creative.creativeId, creative);
  });

  router.get("/v1/creatives", async (request, response) => {
    const list = parseList(request, creativeList);
    const { campaignId = null, advertiserId, ...filters } = list.filters;
    const advertiserIds = listedAdvertiserIds(apiKeyOf(request), advertiserId);
    const filter = { ...filters, campaignId, advertiserIds };
    sendList(response, list, await deps.creatives.page(filter, list));
  });

  router.get("/v1/creatives/:creativeId", async (request, response) => {
    const creativeId = parseId(request, "creativeId");
    const creative = await readCreative(deps, creativeId, apiKeyOf(request));
    sendRead(request, response, creativeList, creative);
  });

  router.patch("/v1/creatives/:creativeId", async (request, response) => {
    const creativeId = parseId(request, "creativeId");
    const body = bodyOfChange(request);
    sendEntity(response, await changeCreative(deps, creativeId, body, apiKeyOf(request)));
  });

  router.delete("/v1/creatives/:creativeId", async (request, response) => {
    const creativeId = parseId(request, "creativeId");
    await removeCreative(deps, creativeId, demandOfDeletion(request), apiKeyOf(request));
    response.status(204).end();
  });
  return router;
}
