import { randomBytes } from "node:crypto";
import type { RequestHandler, Router } from "express";
import type { PictureRule } from "../campaigns/creativeSchema.ts";
import type { SaveCampaignDeps } from "../campaigns/saveCampaign.ts";
import { PublicError } from "../errors.ts";
import { compileZone } from "../geo/compileZone.ts";
import type { Zone } from "../geo/types.ts";
import { validateZone } from "../geo/validateZone.ts";
import { zoneToMapCells } from "../geo/zoneReport.ts";
import { summarizeZone } from "../geo/zoneSummary.ts";
import type { AdsRouteDeps } from "../routes/ads.ts";
import { advertisersRouter } from "../routes/advertisers.ts";
import { createAuthenticate, createReadApiKey, type ReadApiKey } from "../routes/authenticate.ts";
import { campaignsRouter } from "../routes/campaigns.ts";
import { creativesRouter } from "../routes/creatives.ts";
import { ledgerRouter } from "../routes/ledger.ts";
import { placementsRouter } from "../routes/placements.ts";
import { createReadBody, managementBodyLimitBytes } from "../routes/readBody.ts";
import { segmentsRouter } from "../routes/segments.ts";
import { sitesRouter } from "../routes/sites.ts";
import { sspsRouter } from "../routes/ssps.ts";
import { zonesRouter } from "../routes/zones.ts";
import { addressProblem } from "../serving/sspOf.ts";
import { createApiKeyStore } from "../stores/postgres/apiKeys.ts";
import { type CampaignStore, createCampaignStore } from "../stores/postgres/campaignStore.ts";
import { composeLedgerBooks } from "./ledger.ts";
import type { Stores } from "./stores.ts";

export interface Management {
  readonly store: CampaignStore;
  readonly routers: readonly Router[];
  readonly mayExplain: AdsRouteDeps["mayExplain"];
  readonly readApiKey: ReadApiKey;
  /** Lets requests with a valid key pass, their bodies read. */
  readonly authenticate: RequestHandler;
}

/** The REST API of campaign managers, on Postgres. */
export function composeManagement(stores: Stores, pictures: PictureRule): Management {
  const store = createCampaignStore(stores.db);
  const readApiKey = createReadApiKey({
    findApiKey: createApiKeyStore(stores.db).findByHash,
    monotonicMs: () => performance.now(),
  });
  const authenticateOnly = createAuthenticate(readApiKey);
  const deps = { ...store, authenticate: admit(authenticateOnly) };
  const zones = zoneRulesOf(stores);
  const saveCampaign: SaveCampaignDeps = {
    campaigns: store.campaigns,
    readSegments: store.segments.readAll,
    zones,
  };
  const routers = [
    advertisersRouter(deps),
    ledgerRouter({ ...deps, books: composeLedgerBooks(stores) }),
    campaignsRouter({ ...deps, ...saveCampaign, summarizeZone: zones.summarizeZone }),
    creativesRouter({ ...deps, pictures }),
    placementsRouter(deps),
    segmentsRouter(deps),
    sitesRouter({ ...deps, randomBytes }),
    sspsRouter({ ...deps, authenticateOnly, randomBytes, addressProblem }),
    zonesRouter({ ...deps, zones }),
  ];
  const { authenticate } = deps;
  return { store, routers, mayExplain: createMayExplain(readApiKey), readApiKey, authenticate };
}

/** Who has no valid key does not get its body read. */
function admit(authenticate: RequestHandler): RequestHandler {
  const readBody = createReadBody(managementBodyLimitBytes);
  return async (request, response, next) => {
    await authenticate(request, response, () => undefined);
    await readBody(request, response, next);
  };
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
    if (key.role === "reader")
      throw new PublicError("forbidden", "A reader's key may not have ads explained.");
    return { advertiserIds: key.role === "manager" ? key.advertiserIds : null };
  };
}
