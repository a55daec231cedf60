import { type Request, type RequestHandler, Router } from "express";
import {
  createShopCampaign,
  type PreparedShop,
  prepareShopCampaign,
  type ShopCampaignDeps,
} from "../shops/createShopCampaign.ts";
import { apiKeyOf } from "./authenticate.ts";
import { isDryRun, tellForecast } from "./dryRun.ts";

export interface ShopCampaignsRouterDeps extends ShopCampaignDeps {
  /** Lets requests with a valid key pass, their bodies read; opens no transaction. */
  readonly authenticateFirst: RequestHandler;
  /** Opens it: what follows is written once, or undone. */
  readonly writing: RequestHandler;
}

/**
 * `POST /v1/shop-campaigns`: all that a shop needs to be shown around itself, in one call and one transaction; with
 * `?dryRun=1` a preview of all of it, and nothing is kept. Forecasts and banners are made before the transaction begins.
 */
export function shopCampaignsRouter(deps: ShopCampaignsRouterDeps): Router {
  const router = Router();
  const { authenticateFirst, writing } = deps;
  const preparedOf = new WeakMap<Request, PreparedShop>();
  const prepare: RequestHandler = async (request, _response, next) => {
    preparedOf.set(request, await prepareShopCampaign(deps, request.body, apiKeyOf(request)));
    next();
  };
  router.post(
    "/v1/shop-campaigns",
    authenticateFirst,
    prepare,
    writing,
    async (request, response) => {
      const prepared = preparedOf.get(request);
      if (prepared === undefined) throw new Error("nothing was prepared");
      const isDry = isDryRun(request);
      const made = await createShopCampaign(deps, prepared, apiKeyOf(request), isDry);
      if (isDry) tellForecast(request, async () => made.forecast);
      response
        .status(201)
        .location(`/v1/campaigns/${made.campaign.campaignId ?? ""}`)
        .json(made);
    },
  );
  return router;
}
