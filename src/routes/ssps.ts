import { type Request, type RequestHandler, type Response, Router } from "express";
import { requireAdmin } from "../campaigns/access.ts";
import type { StoredSsp } from "../campaigns/repository.ts";
import {
  changeSsp,
  createSsp,
  readSsp,
  renewSspKey,
  type SavedSsp,
  type SaveSspDeps,
} from "../campaigns/saveSsp.ts";
import { apiKeyOf } from "./authenticate.ts";
import { bodyOfChange, parseListQuery, sendEntity, sendPage } from "./resource.ts";

export interface SspsRouterDeps extends SaveSspDeps {
  readonly authenticate: RequestHandler;
  /** The same without reading a body. */
  readonly authenticateOnly: RequestHandler;
}

const withoutSecrets = ({ keyHash: _hash, priceKeys: _keys, ...ssp }: StoredSsp) => ssp;

/**
 * `/v1/ssps`: create, list, read, change, renew the key; for administrators. The key is in the answer that makes it and
 * nowhere else; the keys of encrypted prices are in no answer.
 */
export function sspsRouter(deps: SspsRouterDeps): Router {
  const router = Router();
  const { authenticate, authenticateOnly, ssps } = deps;

  router.post("/v1/ssps", authenticate, async (request, response) => {
    const saved = await createSsp(deps, request.body, apiKeyOf(request));
    response.location(`/v1/ssps/${saved.ssp.name}`);
    sendSaved(response, saved, 201);
  });

  router.get("/v1/ssps", authenticate, async (request, response) => {
    requireAdmin(apiKeyOf(request));
    const { page } = parseListQuery(request, { ids: [], words: {} });
    const items = (await ssps.list({ name: null }, page)).map(withoutSecrets);
    sendPage(response, items, page, ({ sspId }) => sspId);
  });

  router.get("/v1/ssps/:name", authenticate, async (request, response) => {
    const ssp = await readSsp(ssps, nameOf(request), apiKeyOf(request));
    sendEntity(response, withoutSecrets(ssp));
  });

  router.patch("/v1/ssps/:name", authenticate, async (request, response) => {
    const body = bodyOfChange(request);
    sendSaved(response, await changeSsp(deps, nameOf(request), body, apiKeyOf(request)));
  });

  router.post("/v1/ssps/:name/key", authenticateOnly, async (request, response) => {
    sendSaved(response, await renewSspKey(deps, nameOf(request), apiKeyOf(request)));
  });
  return router;
}

function sendSaved(response: Response, { ssp, key }: SavedSsp, status = 200): void {
  response.setHeader("cache-control", "no-store");
  const told = { ...withoutSecrets(ssp), ...(key === null ? {} : { key }) };
  sendEntity(response, told, status);
}

/** What is no name of an SSP is not found. */
function nameOf(request: Request): string {
  const { name } = request.params;
  return typeof name === "string" ? name : "";
}
