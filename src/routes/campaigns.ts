import { type RequestHandler, Router } from "express";
import { listedAdvertiserIds, notFound, requireVisible } from "../campaigns/access.ts";
import {
  changeCampaign,
  createCampaign,
  type SaveCampaignDeps,
} from "../campaigns/saveCampaign.ts";
import type { CampaignStatus } from "../targeting/types.ts";
import { apiKeyOf } from "./authenticate.ts";
import { bodyOfChange, parseId, parseListQuery, sendEntity, sendPage } from "./resource.ts";

export interface CampaignsRouterDeps extends SaveCampaignDeps {
  readonly authenticate: RequestHandler;
}

const statuses: readonly CampaignStatus[] = ["draft", "active", "paused", "ended"];

/** `/v1/campaigns`: create, read, list, change; pausing and resuming is changing `status`. */
export function campaignsRouter(deps: CampaignsRouterDeps): Router {
  const router = Router();
  router.use("/v1/campaigns", deps.authenticate);

  router.post("/v1/campaigns", async (request, response) => {
    const campaign = await createCampaign(deps, request.body, apiKeyOf(request));
    response.location(`/v1/campaigns/${campaign.campaignId}`);
    sendEntity(response, campaign, 201);
  });

  router.get("/v1/campaigns", async (request, response) => {
    const { page, ids, words } = parseListQuery(request, {
      ids: ["advertiserId"],
      words: { status: statuses },
    });
    const wanted = listedAdvertiserIds(apiKeyOf(request), ids.get("advertiserId"));
    const status = statuses.find((one) => one === words.get("status")) ?? null;
    const items = await deps.campaigns.list({ advertiserIds: wanted, status }, page);
    sendPage(response, items, page, (campaign) => campaign.campaignId);
  });

  router.get("/v1/campaigns/:campaignId", async (request, response) => {
    const campaign = await deps.campaigns.read(parseId(request, "campaignId"));
    if (campaign === null) throw notFound();
    requireVisible(apiKeyOf(request), campaign.advertiserId);
    sendEntity(response, campaign);
  });

  router.patch("/v1/campaigns/:campaignId", async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    const body = bodyOfChange(request);
    const changed = await changeCampaign(deps, campaignId, body, apiKeyOf(request));
    sendEntity(response, changed);
  });
  return router;
}
