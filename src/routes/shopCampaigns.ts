import { type RequestHandler, Router } from "express";
import { createShopCampaign, type ShopCampaignDeps } from "../shops/createShopCampaign.ts";
import { apiKeyOf } from "./authenticate.ts";
import { isDryRun, tellForecast } from "./dryRun.ts";

export interface ShopCampaignsRouterDeps extends ShopCampaignDeps {
  readonly authenticate: RequestHandler;
}

/**
 * `POST /v1/shop-campaigns`: all that a shop needs to be shown around itself, in one call and one transaction; with
 * `?dryRun=1` a preview of all of it, and nothing is kept.
 */
export function shopCampaignsRouter(deps: ShopCampaignsRouterDeps): Router {
  const router = Router();
  router.use("/v1/shop-campaigns", deps.authenticate);
  router.post("/v1/shop-campaigns", async (request, response) => {
    const isDry = isDryRun(request);
    const made = await createShopCampaign(deps, request.body, apiKeyOf(request), isDry);
    if (isDry) tellForecast(request, async () => made.forecast);
    response
      .status(201)
      .location(`/v1/campaigns/${made.campaign.campaignId ?? ""}`)
      .json(made);
  });
  return router;
}
