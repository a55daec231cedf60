import { type RequestHandler, Router } from "express";
import { notFound, requireVisible, visibleAdvertiserIds } from "../campaigns/access.ts";
import { advertiserList } from "../campaigns/lists.ts";
import type { AdvertiserRepository } from "../campaigns/repository.ts";
import { changeAdvertiser, createAdvertiser } from "../campaigns/saveAdvertiser.ts";
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
    sendCreated(response, advertiserList, advertiser.advertiserId, advertiser);
  });

  router.get("/v1/advertisers", async (request, response) => {
    const list = parseList(request, advertiserList);
    const advertiserIds = visibleAdvertiserIds(apiKeyOf(request));
    sendList(response, list, await advertisers.page({ ...list.filters, advertiserIds }, list));
  });

  router.get("/v1/advertisers/:advertiserId", async (request, response) => {
    const advertiser = await advertisers.read(parseId(request, "advertiserId"));
    if (advertiser === null) throw notFound();
    requireVisible(apiKeyOf(request), advertiser.advertiserId);
    sendRead(request, response, advertiserList, advertiser);
  });

  router.patch("/v1/advertisers/:advertiserId", async (request, response) => {
    const advertiserId = parseId(request, "advertiserId");
    const body = bodyOfChange(request);
    const changed = await changeAdvertiser(advertisers, advertiserId, body, apiKeyOf(request));
    sendEntity(response, changed);
  });
  return router;
}
