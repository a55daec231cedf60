import { type Request, type RequestHandler, Router } from "express";
import { createBoundedCache } from "../boundedCache.ts";
import { listedAdvertiserIds, notFound, requireVisible } from "../campaigns/access.ts";
import { campaignList } from "../campaigns/lists.ts";
import { removeCampaign } from "../campaigns/removeDraft.ts";
import type { ResolvedAudienceRule, StoredCampaign } from "../campaigns/repository.ts";
import {
  changeCampaign,
  createCampaign,
  type SaveCampaignDeps,
} from "../campaigns/saveCampaign.ts";
import type { Zone } from "../geo/types.ts";
import type { ZoneSummary } from "../geo/zoneSummary.ts";
import type { Forecast } from "../reports/forecast/forecastTypes.ts";
import { apiKeyOf } from "./authenticate.ts";
import { isDryRun, tellForecast } from "./dryRun.ts";
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

export interface CampaignsRouterDeps extends SaveCampaignDeps {
  readonly authenticate: RequestHandler;
  readonly summarizeZone: (zone: Zone) => ZoneSummary;
  /** What a campaign may expect, told by dry runs; absent = nothing is forecast. */
  readonly forecastCampaign?: ForecastCampaign;
}

/** The fields of a campaign that decide what it may expect. */
export type ForecastableCampaign = Pick<
  StoredCampaign,
  | "priority"
  | "zone"
  | "placeIntention"
  | "categories"
  | "devices"
  | "dayparts"
  | "frequencyCaps"
  | "pricing"
  | "bidMicros"
  | "dailyBudgetMicros"
  | "totalBudgetMicros"
  | "startsOn"
  | "endsOn"
> & { readonly audience: readonly ResolvedAudienceRule[] };

/** What a campaign may expect as it would be stored; null = nothing can be said. */
export type ForecastCampaign = (campaign: ForecastableCampaign) => Promise<Forecast | null>;

/** Zones of campaigns read lately: a summary costs some milliseconds, and a version's zone never changes. */
const keptSummaries = 1_000;

/**
 * `/v1/campaigns`: create, read, list, change, delete drafts; pausing and resuming is changing `status`. Answers about one campaign say
 * what its zone means (`zoneSummary`); lists leave that out.
 */
export function campaignsRouter(deps: CampaignsRouterDeps): Router {
  const router = Router();
  const summarize = createSummarize(deps.summarizeZone);
  // A write may yet be undone, and its version be another's: nothing is remembered of it.
  const summarized = (campaign: StoredCampaign) => ({
    ...campaign,
    zoneSummary: deps.summarizeZone(campaign.zone),
  });
  const { forecastCampaign } = deps;
  const forecast = (request: Request, campaign: StoredCampaign): void => {
    if (forecastCampaign === undefined || !isDryRun(request)) return;
    tellForecast(request, () => forecastCampaign(campaign));
  };
  router.use("/v1/campaigns", deps.authenticate);

  router.post("/v1/campaigns", async (request, response) => {
    const campaign = await createCampaign(deps, request.body, apiKeyOf(request));
    forecast(request, campaign);
    sendCreated(response, campaignList, campaign.campaignId, summarized(campaign));
  });

  router.get("/v1/campaigns", async (request, response) => {
    const list = parseList(request, campaignList);
    const { advertiserId, status = null, ...filters } = list.filters;
    const advertiserIds = listedAdvertiserIds(apiKeyOf(request), advertiserId);
    const filter = { ...filters, advertiserIds, status };
    sendList(response, list, await deps.campaigns.page(filter, list));
  });

  router.get("/v1/campaigns/:campaignId", async (request, response) => {
    const campaign = await deps.campaigns.read(parseId(request, "campaignId"));
    if (campaign === null) throw notFound();
    requireVisible(apiKeyOf(request), campaign.advertiserId);
    sendRead(request, response, summarizedCampaign, summarize(campaign));
  });

  router.patch("/v1/campaigns/:campaignId", async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    const body = bodyOfChange(request);
    const changed = await changeCampaign(deps, campaignId, body, apiKeyOf(request));
    forecast(request, changed);
    sendEntity(response, summarized(changed));
  });

  router.delete("/v1/campaigns/:campaignId", async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    await removeCampaign(deps, campaignId, demandOfDeletion(request), apiKeyOf(request));
    response.status(204).end();
  });
  return router;
}

/** One campaign has a field more than those of lists. */
const summarizedCampaign = { ...campaignList, fields: [...campaignList.fields, "zoneSummary"] };

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
