import { type RequestHandler, Router } from "express";
import { listedAdvertiserIds } from "../campaigns/access.ts";
import { dealList, type ListDeals } from "../campaigns/deals.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseList, sendList } from "./resource.ts";

export interface DealsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly listDeals: ListDeals;
}

/** `GET /v1/deals`: by which deals of exchanges which campaigns bid. They are written with their campaigns. */
export function dealsRouter({ authenticate, listDeals }: DealsRouterDeps): Router {
  const router = Router();
  router.get("/v1/deals", authenticate, async (request, response) => {
    const list = parseList(request, dealList);
    const { advertiserId, ...filters } = list.filters;
    const advertiserIds = listedAdvertiserIds(apiKeyOf(request), advertiserId);
    sendList(response, list, await listDeals({ ...filters, advertiserIds }, list));
  });
  return router;
}
