import { type RequestHandler, Router } from "express";
import { createBoundedCache } from "../boundedCache.ts";
import { listedAdvertiserIds, notFound, requireVisible } from "../campaigns/access.ts";
import type { StoredCampaign } from "../campaigns/repository.ts";
import {
  changeCampaign,
  createCampaign,
  type SaveCampaignDeps,
} from "../campaigns/saveCampaign.ts";
import type { Zone } from "../geo/types.ts";
import type { ZoneSummary } from "../geo/zoneSummary.ts";
import type { CampaignStatus } from "../targeting/types.ts";
import { apiKeyOf } from "./authenticate.ts";
import { bodyOfChange, parseId, parseListQuery, sendEntity, sendPage } from "./resource.ts";

export interface CampaignsRouterDeps extends SaveCampaignDeps {
  readonly authenticate: RequestHandler;
  readonly summarizeZone: (zone: Zone) => ZoneSummary;
}

/** Zones of campaigns read lately: a summary costs some milliseconds, and a version's zone never changes. */
const keptSummaries = 1_000;

const statuses: readonly CampaignStatus[] = ["draft", "active", "paused", "ended"];

/**
 * `/v1/campaigns`: create, read, list, change; pausing and resuming is changing `status`. Answers about one campaign say
 * what its zone means (`zoneSummary`); lists leave that out.
 */
export function campaignsRouter(deps: CampaignsRouterDeps): Router {
  const router = Router();
  const summarize = createSummarize(deps.summarizeZone);
  router.use("/v1/campaigns", deps.authenticate);

  router.post("/v1/campaigns", async (request, response) => {
    const campaign = await createCampaign(deps, request.body, apiKeyOf(request));
    response.location(`/v1/campaigns/${campaign.campaignId}`);
    sendEntity(response, summarize(campaign), 201);
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
    sendEntity(response, summarize(campaign));
  });

  router.patch("/v1/campaigns/:campaignId", async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    const body = bodyOfChange(request);
    const changed = await changeCampaign(deps, campaignId, body, apiKeyOf(request));
    sendEntity(response, summarize(changed));
  });
  return router;
}

/** Adds `zoneSummary` to a campaign. */
function createSummarize(summarizeZone: CampaignsRouterDeps["summarizeZone"]) {
  const known = createBoundedCache<ZoneSummary>(keptSummaries);
  return (campaign: StoredCampaign): StoredCampaign & { readonly zoneSummary: ZoneSummary } => {
    const key = `${campaign.campaignId}.${campaign.version}`;
    const zoneSummary = known.get(key) ?? summarizeZone(campaign.zone);
    known.set(key, zoneSummary);
    return { ...campaign, zoneSummary };
  };
}
