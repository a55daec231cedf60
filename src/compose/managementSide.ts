import type { Router } from "express";
import type { PictureRule } from "../campaigns/creativeSchema.ts";
import type { Repeating } from "../jobs/repeat.ts";
import { rememberBriefly } from "../rememberBriefly.ts";
import { openApiRouter } from "../routes/openapi.ts";
import { createReadSwaggerUi } from "../stores/files/swaggerUi.ts";
import { createCampaignFeed } from "../stores/postgres/campaignFeed.ts";
import type { SideParts } from "./adsSide.ts";
import { composeConversionSettings } from "./conversions.ts";
import { composeInsights } from "./insights.ts";
import { composeManagement } from "./management.ts";
import type { Reports } from "./reports.ts";
import { indexSites } from "./siteIndex.ts";
import { composeSspAccounts } from "./sspAccounts.ts";
import type { Stores } from "./stores.ts";

/** What people and programs that manage campaigns ask for. */
export interface ManagementSide {
  readonly routers: readonly Router[];
  /** What runs beside requests, from now on until it is stopped. */
  readonly start: () => readonly Repeating[];
}

export function composeManagementSide(
  { config, stores, jobs, access, metrics, log }: SideParts,
  reports: Pick<Reports, "router">,
  pictures: PictureRule,
): ManagementSide {
  const management = composeManagement(config, stores, access, pictures, {
    forecastCampaign: jobs.forecasts.forecastCampaign,
  });
  const known = readKnown(stores);
  const insights = composeInsights(config, stores, management, log);
  const sspAccounts = composeSspAccounts(stores, access, known.hasSsp, metrics, log);
  return {
    routers: [
      openApiRouter({ readDocsFile: createReadSwaggerUi() }),
      composeConversionSettings(config, stores, management),
      sspAccounts.router,
      ...jobs.diagnosis.routers(management),
      jobs.pacing.router(management),
      jobs.forecasts.router(management),
      jobs.webhooks.router(access.admission),
      ...jobs.privacy.routers(management, known.findSite),
      reports.router(management),
      insights.router,
      ...management.routers,
    ],
    start: () => [
      insights.start(),
      sspAccounts.startLooking(),
      ...management.creatives.start(metrics, log),
    ],
  };
}

const rememberMs = 1_000;

/** Sites and SSPs as Postgres has them: what serves ads follows them, and may be another process. */
function readKnown({ db }: Pick<Stores, "db">) {
  const feed = createCampaignFeed(db);
  const options = {
    lifeMsOf: () => rememberMs,
    longestMs: rememberMs,
    most: 1,
    monotonicMs: () => performance.now(),
  };
  const sites = rememberBriefly(async () => indexSites(await feed.loadSites()), options);
  const ssps = rememberBriefly(() => feed.loadSsps(), options);
  return {
    findSite: async (key: string) => (await sites("")).site(key),
    // One that was made a moment ago is not among those remembered.
    hasSsp: async (name: string) =>
      isAmong(await ssps(""), name) || isAmong(await feed.loadSsps(), name),
  };
}

function isAmong(ssps: readonly { readonly name: string }[], name: string): boolean {
  return ssps.some((ssp) => ssp.name === name);
}
