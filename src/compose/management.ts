import { randomBytes } from "node:crypto";
import type { RequestHandler, Router } from "express";
import type { PictureRule } from "../campaigns/creativeSchema.ts";
import type { SaveCampaignDeps } from "../campaigns/saveCampaign.ts";
import type { Config } from "../config.ts";
import { compileZone } from "../geo/compileZone.ts";
import type { Zone } from "../geo/types.ts";
import { validateZone } from "../geo/validateZone.ts";
import { zoneToMapCells } from "../geo/zoneReport.ts";
import { summarizeZone } from "../geo/zoneSummary.ts";
import { advertisersRouter } from "../routes/advertisers.ts";
import { type CampaignsRouterDeps, campaignsRouter } from "../routes/campaigns.ts";
import { dealsRouter } from "../routes/deals.ts";
import { ledgerRouter } from "../routes/ledger.ts";
import { placementsRouter } from "../routes/placements.ts";
import { segmentsRouter } from "../routes/segments.ts";
import { sitesRouter } from "../routes/sites.ts";
import { sspsRouter } from "../routes/ssps.ts";
import { zonesRouter } from "../routes/zones.ts";
import { addressProblem } from "../serving/sspOf.ts";
import { type CampaignStore, createCampaignStore } from "../stores/postgres/campaignStore.ts";
import { createListDeals } from "../stores/postgres/deals.ts";
import type { Access } from "./access.ts";
import { composeAccounts } from "./accounts.ts";
import { composeAudienceLists } from "./audienceLists.ts";
import { composeBilling } from "./billing.ts";
import { composeBulk } from "./bulk.ts";
import { type Creatives, composeCreatives } from "./creatives.ts";
import { composeLedgerBooks } from "./ledger.ts";
import { composeLiveSettings } from "./liveSettings.ts";
import { composeSegmentModels } from "./segmentModels.ts";
import { composeShopCampaigns } from "./shopCampaigns.ts";
import type { Stores } from "./stores.ts";

export interface Management {
  readonly store: CampaignStore;
  readonly creatives: Creatives;
  readonly routers: readonly Router[];
  /** Lets requests with a valid key pass, their bodies read. */
  readonly authenticate: RequestHandler;
}

/** The REST API of campaign managers, on Postgres. */
export function composeManagement(
  config: Config,
  stores: Stores,
  { admission }: Pick<Access, "admission">,
  pictures: PictureRule,
  forecasts: Pick<CampaignsRouterDeps, "forecastCampaign"> = {},
): Management {
  const store = createCampaignStore(stores.db);
  const deps = { ...store, ...admission };
  const creatives = composeCreatives(config, stores, store, admission, pictures);
  const zones = zoneRulesOf(stores);
  const saveCampaign: SaveCampaignDeps = {
    campaigns: store.campaigns,
    readSegments: store.segments.readForCampaigns,
    zones,
  };
  const routers = [
    ...composeAccounts(config, stores, admission),
    // Before those that stand before every path of their collections.
    composeAudienceLists(config, stores, store, admission),
    ...composeBulk(stores, { admission, saveCampaign, saveCreative: creatives.saveCreative }),
    ...creatives.routers,
    ...composeShopCampaigns(config, stores, {
      admission,
      store,
      saveCampaign,
      creatives,
      ...forecasts,
    }),
    ...composeBilling(config, stores, admission),
    advertisersRouter(deps),
    ledgerRouter({ ...deps, books: composeLedgerBooks(stores) }),
    campaignsRouter({ ...deps, ...saveCampaign, ...forecasts, summarizeZone: zones.summarizeZone }),
    dealsRouter({ ...deps, listDeals: createListDeals(stores.db) }),
    placementsRouter(deps),
    segmentsRouter(deps),
    composeSegmentModels(stores, admission),
    composeLiveSettings(stores, admission),
    sitesRouter({ ...deps, randomBytes }),
    sspsRouter({ ...deps, randomBytes, addressProblem }),
    zonesRouter({ ...deps, zones }),
  ];
  return { store, routers, authenticate: admission.authenticate, creatives };
}

/** What geo knows about zones, with the table and the outlines of this server. */
export function zoneRulesOf({ places, contours }: Pick<Stores, "places" | "contours">) {
  return {
    validateZone(zone: unknown) {
      const outcome = validateZone(zone, places);
      return outcome.ok ? [] : outcome.problems;
    },
    compileZone: (zone: Zone) => compileZone(zone, places, contours),
    summarizeZone: (zone: Zone) => summarizeZone(zone, places, contours),
    zoneToMapCells: (zone: Zone, resolution: number, maxCells: number) =>
      zoneToMapCells(zone, places, resolution, contours, maxCells),
  };
}
