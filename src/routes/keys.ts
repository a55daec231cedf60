import { type RequestHandler, type Response, Router } from "express";
import { keyList } from "../accounts/lists.ts";
import type { StoredKey } from "../accounts/repository.ts";
import {
  createKey,
  type MadeKey,
  readKey,
  revokeKey,
  rotateKey,
  type SaveKeyDeps,
} from "../accounts/saveKey.ts";
import { listedOrganizationId, requirePermission } from "../campaigns/access.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId, parseList, sendEntity, sendList, sendRead } from "./resource.ts";

export interface KeysRouterDeps extends SaveKeyDeps {
  readonly authenticate: RequestHandler;
}

const toldKey = ({ keyHash: _hash, previousKeyHash: _previous, ...key }: StoredKey) => key;

/** `/v1/keys`: make, list, read, rotate, revoke. The secret is in the answer that makes it and nowhere else. */
export function keysRouter(deps: KeysRouterDeps): Router {
  const router = Router();
  const { authenticate, keys } = deps;
  router.use("/v1/keys", authenticate);

  router.post("/v1/keys", async (request, response) => {
    const made = await createKey(deps, request.body, apiKeyOf(request));
    response.location(`/v1/keys/${made.stored.apiKeyId}`);
    sendMade(response, made, 201);
  });

  router.get("/v1/keys", async (request, response) => {
    requirePermission(apiKeyOf(request), "accounts");
    const list = parseList(request, keyList);
    const organizationId = listedOrganizationId(apiKeyOf(request), list.filters.organizationId);
    const { items, next } = await keys.page({ ...list.filters, organizationId }, list);
    sendList(response, list, { items: items.map(toldKey), next });
  });

  router.get("/v1/keys/:apiKeyId", async (request, response) => {
    const key = await readKey(deps, parseId(request, "apiKeyId"), apiKeyOf(request));
    sendRead(request, response, keyList, toldKey(key));
  });

  router.post("/v1/keys/:apiKeyId/rotate", async (request, response) => {
    const apiKeyId = parseId(request, "apiKeyId");
    sendMade(response, await rotateKey(deps, apiKeyId, request.body, apiKeyOf(request)), 200);
  });

  router.delete("/v1/keys/:apiKeyId", async (request, response) => {
    await revokeKey(deps, parseId(request, "apiKeyId"), apiKeyOf(request));
    response.status(204).end();
  });
  return router;
}

function sendMade(response: Response, { stored, key }: MadeKey, status: number): void {
  const told = { ...toldKey(stored), key };
  sendEntity(response, told, status);
}
