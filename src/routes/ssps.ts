import { type Request, type RequestHandler, type Response, Router } from "express";
import { requireAdmin } from "../campaigns/access.ts";
import { sspList } from "../campaigns/lists.ts";
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
import {
  bodyOfChange,
  parseList,
  sendCreated,
  sendEntity,
  sendList,
  sendRead,
} from "./resource.ts";

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
    response.setHeader("cache-control", "no-store");
    sendCreated(response, sspList, saved.ssp.name, toldOf(saved));
  });

  router.get("/v1/ssps", authenticate, async (request, response) => {
    requireAdmin(apiKeyOf(request));
    const list = parseList(request, sspList);
    const { items, next } = await ssps.page({ ...list.filters, name: null }, list);
    sendList(response, list, { items: items.map(withoutSecrets), next });
  });

  router.get("/v1/ssps/:name", authenticate, async (request, response) => {
    const ssp = await readSsp(ssps, nameOf(request), apiKeyOf(request));
    sendRead(request, response, sspList, withoutSecrets(ssp));
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

function sendSaved(response: Response, saved: SavedSsp): void {
  response.setHeader("cache-control", "no-store");
  sendEntity(response, toldOf(saved));
}

const toldOf = ({ ssp, key }: SavedSsp) => ({
  ...withoutSecrets(ssp),
  ...(key === null ? {} : { key }),
});

/** What is no name of an SSP is not found. */
function nameOf(request: Request): string {
  const { name } = request.params;
  return typeof name === "string" ? name : "";
}
