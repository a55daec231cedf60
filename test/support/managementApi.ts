import { randomBytes } from "node:crypto";
import express from "express";
import request from "supertest";
import { type ApiKeyRole, newApiKey } from "../../src/campaigns/apiKey.ts";
import { composeAdmission } from "../../src/compose/admission.ts";
import { composeBulk } from "../../src/compose/bulk.ts";
import { zoneRulesOf } from "../../src/compose/management.ts";
import { advertisersRouter } from "../../src/routes/advertisers.ts";
import { createAuthenticate, createReadApiKey } from "../../src/routes/authenticate.ts";
import { campaignsRouter } from "../../src/routes/campaigns.ts";
import { creativesRouter } from "../../src/routes/creatives.ts";
import { ledgerRouter } from "../../src/routes/ledger.ts";
import { placementsRouter } from "../../src/routes/placements.ts";
import { createNotFound, createProblemHandler } from "../../src/routes/problem.ts";
import { segmentsRouter } from "../../src/routes/segments.ts";
import { sitesRouter } from "../../src/routes/sites.ts";
import { zonesRouter } from "../../src/routes/zones.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import { createApiKeyStore } from "../../src/stores/postgres/apiKeys.ts";
import { createLedgerBooks } from "../../src/stores/postgres/ledgerBooks.ts";
import { campaignBody } from "./campaignBodies.ts";
import { type OpenStore, openCampaignStore, testActor } from "./campaignStore.ts";

export interface ManagementApi {
  readonly app: express.Express;
  readonly opened: OpenStore;
  /** Keys by label: admin, reader, manager (of `shopId`), and what `giveKey` adds. */
  readonly keys: ReadonlyMap<string, string>;
  readonly shopId: number;
  readonly otherShopId: number;
  readonly otherCampaignId: number;
  giveKey(
    label: string,
    role: ApiKeyRole,
    advertiserIds?: readonly number[],
  ): Promise<{ readonly apiKeyId: number }>;
  /** Asks with the key of that label. */
  as(label: string): Asker;
  close(): Promise<void>;
}

export interface Asker {
  get(path: string): request.Test;
  post(path: string, body: object): request.Test;
  patch(path: string, body: object): request.Test;
  delete(path: string): request.Test;
}

/** The management routes on a database of their own, with two shops; the first has a manager, the second a campaign. */
export async function openManagementApi({ apiRequestsPerMinute = 0 } = {}): Promise<ManagementApi> {
  const opened = await openCampaignStore();
  const app = createApi(opened, apiRequestsPerMinute);
  const keys = new Map<string, string>();
  const giveKey: ManagementApi["giveKey"] = (label, role, advertiserIds = []) => {
    const { key, keyHash } = newApiKey(randomBytes(32));
    keys.set(label, key);
    return createApiKeyStore(opened.db).save({ keyHash, role, advertiserIds, label }, testActor);
  };
  const as = (label: string): Asker => {
    const bearer = `Bearer ${keys.get(label) ?? ""}`;
    const withKey = (test: request.Test) => test.set("authorization", bearer);
    return {
      get: (path) => withKey(request(app).get(path)),
      post: (path, body) => withKey(request(app).post(path)).send(body),
      patch: (path, body) => withKey(request(app).patch(path)).send(body),
      delete: (path) => withKey(request(app).delete(path)),
    };
  };
  await giveKey("admin", "admin");
  await giveKey("reader", "reader");
  const advertiser = { name: "Toits du Limousin", trade: "Couvreur" };
  const shopId: number = (await as("admin").post("/v1/advertisers", advertiser)).body.advertiserId;
  const other = await as("admin").post("/v1/advertisers", advertiser);
  const otherShopId: number = other.body.advertiserId;
  await giveKey("manager", "manager", [shopId]);
  const body = campaignBody({ advertiserId: otherShopId });
  const otherCampaignId: number = (await as("admin").post("/v1/campaigns", body)).body.campaignId;
  return {
    app,
    opened,
    keys,
    shopId,
    otherShopId,
    otherCampaignId,
    giveKey,
    as,
    close: opened.close,
  };
}

const zones = zoneRulesOf({ places: readPlaces(), contours: null });

function createApi(opened: OpenStore, apiRequestsPerMinute: number): express.Express {
  const { store, db } = opened;
  const readApiKey = createReadApiKey({
    findApiKey: createApiKeyStore(db).findByHash,
    monotonicMs: () => performance.now(),
  });
  const limits = { apiRequestsPerMinute };
  const admission = composeAdmission(limits, { db }, createAuthenticate(readApiKey));
  const { authenticate } = admission;
  const { advertisers, campaigns, creatives, placements, segments, sites } = store;
  const readSegments = () => segments.readForCampaigns();
  const saveCampaign = { campaigns, readSegments, zones };
  const routers = [
    ...composeBulk(opened, { admission, saveCampaign, saveCreative: { creatives, campaigns } }),
    advertisersRouter({ authenticate, advertisers }),
    ledgerRouter({
      authenticate,
      campaigns,
      books: createLedgerBooks(db, { moveCounters: async () => true, onError: () => undefined }),
    }),
    campaignsRouter({ authenticate, ...saveCampaign, summarizeZone: zones.summarizeZone }),
    creativesRouter({ authenticate, creatives, campaigns }),
    placementsRouter({ authenticate, placements }),
    segmentsRouter({ authenticate, segments }),
    sitesRouter({ authenticate, sites, randomBytes }),
    zonesRouter({ authenticate, zones }),
  ];
  const app = express();
  app.set("query parser", "simple");
  for (const router of routers) app.use(router);
  app.use(createNotFound(routers));
  app.use(
    createProblemHandler((report) => {
      throw new Error(`a fault: ${report.message}`);
    }),
  );
  return app;
}
