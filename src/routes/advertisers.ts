import { type RequestHandler, Router } from "express";
import { notFound, requireVisible, visibleAdvertiserIds } from "../campaigns/access.ts";
import type { AdvertiserRepository } from "../campaigns/repository.ts";
import { changeAdvertiser, createAdvertiser } from "../campaigns/saveAdvertiser.ts";
import { apiKeyOf } from "./authenticate.ts";
import { bodyOfChange, parseId, parseListQuery, sendEntity, sendPage } from "./resource.ts";

export interface AdvertisersRouterDeps {
  readonly authenticate: RequestHandler;
  readonly advertisers: AdvertiserRepository;
}

/** `/v1/advertisers`: create, read, list, change. */
export function advertisersRouter({ authenticate, advertisers }: AdvertisersRouterDeps): Router {
  const router = Router();
  router.use("/v1/advertisers", authenticate);

  router.post("/v1/advertisers", async (request, response) => {
    const advertiser = await createAdvertiser(advertisers, request.body, apiKeyOf(request));
    response.location(`/v1/advertisers/${advertiser.advertiserId}`);
    sendEntity(response, advertiser, 201);
  });

  router.get("/v1/advertisers", async (request, response) => {
    const { page } = parseListQuery(request, { ids: [], words: {} });
    const advertiserIds = visibleAdvertiserIds(apiKeyOf(request));
    const items = await advertisers.list({ advertiserIds }, page);
    sendPage(response, items, page, (advertiser) => advertiser.advertiserId);
  });

  router.get("/v1/advertisers/:advertiserId", async (request, response) => {
    const advertiser = await advertisers.read(parseId(request, "advertiserId"));
    if (advertiser === null) throw notFound();
    requireVisible(apiKeyOf(request), advertiser.advertiserId);
    sendEntity(response, advertiser);
  });

  router.patch("/v1/advertisers/:advertiserId", async (request, response) => {
    const advertiserId = parseId(request, "advertiserId");
    const body = bodyOfChange(request);
    const changed = await changeAdvertiser(advertisers, advertiserId, body, apiKeyOf(request));
    sendEntity(response, changed);
  });
  return router;
}
