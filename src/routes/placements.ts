import { type Request, type RequestHandler, Router } from "express";
import { knownAdvertiserIds, notFound } from "../campaigns/access.ts";
import { placementList } from "../campaigns/lists.ts";
import type { PlacementRepository, StoredPlacement } from "../campaigns/repository.ts";
import { changePlacement, createPlacement } from "../campaigns/saveSite.ts";
import { apiKeyOf } from "./authenticate.ts";
import {
  bodyOfChange,
  parseId,
  parseList,
  sendCreated,
  sendEntity,
  sendList,
  sendRead,
} from "./resource.ts";

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
    sendCreated(response, placementList, placement.placementId, placement);
  });

  router.get("/v1/placements", async (request, response) => {
    const list = parseList(request, placementList);
    const { siteId = null, code } = list.filters;
    const { items, next } = await placements.page({ siteId, code }, list);
    sendList(response, list, { items: items.map((one) => toldTo(request, one)), next });
  });

  router.get("/v1/placements/:placementId", async (request, response) => {
    const placement = await placements.read(parseId(request, "placementId"));
    if (placement === null) throw notFound();
    sendRead(request, response, placementList, toldTo(request, placement));
  });

  router.patch("/v1/placements/:placementId", async (request, response) => {
    const placementId = parseId(request, "placementId");
    const body = bodyOfChange(request);
    sendEntity(response, await changePlacement(placements, placementId, body, apiKeyOf(request)));
  });
  return router;
}

/** Whom a placement blocks is told of a caller's own advertisers: of others it knows nothing. */
function toldTo(request: Request, placement: StoredPlacement): StoredPlacement {
  const blockedAdvertiserIds = knownAdvertiserIds(
    apiKeyOf(request),
    placement.blockedAdvertiserIds,
  );
  return { ...placement, blockedAdvertiserIds };
}
