import { randomBytes } from "node:crypto";
import type { RequestHandler, Router } from "express";
import { may, visibleAdvertiserIds } from "../campaigns/access.ts";
import type { PictureRule } from "../campaigns/creativeSchema.ts";
import type { SaveCampaignDeps } from "../campaigns/saveCampaign.ts";
import type { Config } from "../config.ts";
import { PublicError } from "../errors.ts";
import { compileZone } from "../geo/compileZone.ts";
import type { Zone } from "../geo/types.ts";
import { validateZone } from "../geo/validateZone.ts";
import { zoneToMapCells } from "../geo/zoneReport.ts";
import { summarizeZone } from "../geo/zoneSummary.ts";
import type { AdsRouteDeps } from "../routes/ads.ts";
import { advertisersRouter } from "../routes/advertisers.ts";
import { createAuthenticate, type ReadApiKey } from "../routes/authenticate.ts";
import { type CampaignsRouterDeps, campaignsRouter } from "../routes/campaigns.ts";
import { ledgerRouter } from "../routes/ledger.ts";
import { placementsRouter } from "../routes/placements.ts";
import { segmentsRouter } from "../routes/segments.ts";
import { sitesRouter } from "../routes/sites.ts";
import { sspsRouter } from "../routes/ssps.ts";
import { zonesRouter } from "../routes/zones.ts";
import { addressProblem } from "../serving/sspOf.ts";
import { type CampaignStore, createCampaignStore } from "../stores/postgres/campaignStore.ts";
import { composeAccounts } from "./accounts.ts";
import { composeAdmission } from "./admission.ts";
import { composeBilling } from "./billing.ts";
import { composeBulk } from "./bulk.ts";
import { type Creatives, composeCreatives } from "./creatives.ts";
import { composeLedgerBooks } from "./ledger.ts";
import { composeShopCampaigns } from "./shopCampaigns.ts";
import type { Stores } from "./stores.ts";

export interface Management {
  readonly store: CampaignStore;
  readonly creatives: Creatives;
  readonly routers: readonly Router[];
  readonly mayExplain: AdsRouteDeps["mayExplain"];
  readonly readApiKey: ReadApiKey;
  /** Lets requests with a valid key pass, their bodies read. */
  readonly authenticate: RequestHandler;
}

/** The REST API of campaign managers, on Postgres. */
export function composeManagement(
  config: Config,
  stores: Stores,
  pictures: PictureRule,
  forecasts: Pick<CampaignsRouterDeps, "forecastCampaign"> = {},
): Management {
  const store = createCampaignStore(stores.db);
  const accounts = composeAccounts(config, stores);
  const { readApiKey } = accounts;
  const admission = composeAdmission(config, stores, createAuthenticate(readApiKey));
  const deps = { ...store, ...admission };
  const creatives = composeCreatives(config, stores, store, admission, pictures);
  const zones = zoneRulesOf(stores);
  const saveCampaign: SaveCampaignDeps = {
    campaigns: store.campaigns,
    readSegments: store.segments.readAll,
    zones,
  };
  const routers = [
    ...accounts.routers(admission),
    // Before those that stand before every path of their collections.
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
    placementsRouter(deps),
    segmentsRouter(deps),
    sitesRouter({ ...deps, randomBytes }),
    sspsRouter({ ...deps, randomBytes, addressProblem }),
    zonesRouter({ ...deps, zones }),
  ];
  const { authenticate } = deps;
  const mayExplain = createMayExplain(readApiKey);
  return { store, routers, mayExplain, readApiKey, authenticate, creatives };
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

/** Explanations are for people who manage campaigns: admins see all, managers their own advertisers'. */
function createMayExplain(readApiKey: ReadApiKey): AdsRouteDeps["mayExplain"] {
  return async (request) => {
    const key = await readApiKey(request);
    if (key === null) throw new PublicError("unauthenticated", "Explanations need an API key.");
    if (!may(key, "campaigns:write"))
      throw new PublicError("forbidden", "A reader's key may not have ads explained.");
    return { advertiserIds: visibleAdvertiserIds(key) };
  };
}
