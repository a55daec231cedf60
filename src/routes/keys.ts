import { type RequestHandler, type Response, Router } from "express";
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
import { parseId, parseListQuery, sendEntity, sendPage } from "./resource.ts";

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
    const { page, ids } = parseListQuery(request, { ids: ["organizationId", "userId"], words: {} });
    const organizationId = listedOrganizationId(apiKeyOf(request), ids.get("organizationId"));
    const items = await keys.list({ organizationId, userId: ids.get("userId") ?? null }, page);
    sendPage(response, items.map(toldKey), page, (key) => key.apiKeyId);
  });

  router.get("/v1/keys/:apiKeyId", async (request, response) => {
    const key = await readKey(deps, parseId(request, "apiKeyId"), apiKeyOf(request));
    sendEntity(response, toldKey(key));
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
