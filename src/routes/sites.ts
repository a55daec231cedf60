import { type RequestHandler, Router } from "express";
import { notFound } from "../campaigns/access.ts";
import { siteList } from "../campaigns/lists.ts";
import type { SiteRepository, StoredSite } from "../campaigns/repository.ts";
import { changeSite, createSite, type RandomBytes } from "../campaigns/saveSite.ts";
import { apiKeyOf } from "./authenticate.ts";
import {
  bodyOfChange,
  parseId,
  parseList,
  sendCreated,
  sendEntity,
  sendList,
  sendRead,
} from "./resource.ts";

export interface SitesRouterDeps {
  readonly authenticate: RequestHandler;
  readonly sites: SiteRepository;
  readonly randomBytes: RandomBytes;
}

const withoutSecret = ({ signingSecret: _secret, ...site }: StoredSite) => site;

/** `/v1/sites`: create, read, list, change. The signing secret is in the answer to the creation and nowhere else. */
export function sitesRouter({ authenticate, sites, randomBytes }: SitesRouterDeps): Router {
  const router = Router();
  router.use("/v1/sites", authenticate);

  router.post("/v1/sites", async (request, response) => {
    const site = await createSite(sites, request.body, apiKeyOf(request), randomBytes);
    response.setHeader("cache-control", "no-store");
    sendCreated(response, siteList, site.siteId, site);
  });

  router.get("/v1/sites", async (request, response) => {
    const list = parseList(request, siteList);
    const { items, next } = await sites.page({}, list);
    sendList(response, list, { items: items.map(withoutSecret), next });
  });

  router.get("/v1/sites/:siteId", async (request, response) => {
    const site = await sites.read(parseId(request, "siteId"));
    if (site === null) throw notFound();
    sendRead(request, response, siteList, withoutSecret(site));
  });

  router.patch("/v1/sites/:siteId", async (request, response) => {
    const siteId = parseId(request, "siteId");
    const body = bodyOfChange(request);
    sendEntity(response, withoutSecret(await changeSite(sites, siteId, body, apiKeyOf(request))));
  });
  return router;
}
