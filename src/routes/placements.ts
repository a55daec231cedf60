import { type RequestHandler, Router } from "express";
import { notFound } from "../campaigns/access.ts";
import type { PlacementRepository } from "../campaigns/repository.ts";
import { changePlacement, createPlacement } from "../campaigns/saveSite.ts";
import { apiKeyOf } from "./authenticate.ts";
import { bodyOfChange, parseId, parseListQuery, sendEntity, sendPage } from "./resource.ts";

export interface PlacementsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly placements: PlacementRepository;
}

/** `/v1/placements`: create, read, list, change. Every key may read them, so that shops know the sizes that are asked for. */
export function placementsRouter({ authenticate, placements }: PlacementsRouterDeps): Router {
  const router = Router();
  router.use("/v1/placements", authenticate);

  router.post("/v1/placements", async (request, response) => {
    const placement = await createPlacement(placements, request.body, apiKeyOf(request));
    response.location(`/v1/placements/${placement.placementId}`);
    sendEntity(response, placement, 201);
  });

  router.get("/v1/placements", async (request, response) => {
    const { page, ids } = parseListQuery(request, { ids: ["siteId"], words: {} });
    const items = await placements.list({ siteId: ids.get("siteId") ?? null }, page);
    sendPage(response, items, page, (placement) => placement.placementId);
  });

  router.get("/v1/placements/:placementId", async (request, response) => {
    const placement = await placements.read(parseId(request, "placementId"));
    if (placement === null) throw notFound();
    sendEntity(response, placement);
  });

  router.patch("/v1/placements/:placementId", async (request, response) => {
    const placementId = parseId(request, "placementId");
    const body = bodyOfChange(request);
    sendEntity(response, await changePlacement(placements, placementId, body, apiKeyOf(request)));
  });
  return router;
}
