import { type RequestHandler, type Response, Router } from "express";
import { userList } from "../accounts/lists.ts";
import type { StoredUser } from "../accounts/repository.ts";
import {
  acceptInvitation,
  changeUser,
  type InvitedUser,
  inviteUser,
  readUser,
  renewInvitation,
  type SaveUserDeps,
} from "../accounts/saveUser.ts";
import { listedOrganizationId, requirePermission } from "../campaigns/access.ts";
import { apiKeyOf } from "./authenticate.ts";
import { requestIdOf } from "./requestId.ts";
import { bodyOfChange, parseId, parseList, sendEntity, sendList, sendRead } from "./resource.ts";

export interface UsersRouterDeps extends SaveUserDeps {
  readonly authenticate: RequestHandler;
  /** The same without reading a body. */
  readonly authenticateOnly: RequestHandler;
  /** Reads the body of somebody who is not known yet. */
  readonly readBody: RequestHandler;
}

/** Never the hashes. */
export const toldUser = ({ passwordHash, invitationHash: _hash, ...user }: StoredUser) => ({
  ...user,
  hasPassword: passwordHash !== null,
});

/**
 * `/v1/users`: invite, list, read, change, renew an invitation; `POST /v1/invitations/accept`, for whoever has its token,
 * sets the password.
 */
export function usersRouter(deps: UsersRouterDeps): Router {
  const router = Router();
  const { authenticate, authenticateOnly, users } = deps;

  router.post("/v1/users", authenticate, async (request, response) => {
    const invited = await inviteUser(deps, request.body, apiKeyOf(request));
    response.location(`/v1/users/${invited.user.userId}`);
    sendInvited(response, invited);
  });

  router.get("/v1/users", authenticate, async (request, response) => {
    requirePermission(apiKeyOf(request), "accounts");
    const list = parseList(request, userList);
    const organizationId = listedOrganizationId(apiKeyOf(request), list.filters.organizationId);
    const { items, next } = await users.page({ ...list.filters, organizationId }, list);
    sendList(response, list, { items: items.map(toldUser), next });
  });

  router.get("/v1/users/:userId", authenticate, async (request, response) => {
    const user = await readUser(deps, parseId(request, "userId"), apiKeyOf(request));
    sendRead(request, response, userList, toldUser(user));
  });

  router.patch("/v1/users/:userId", authenticate, async (request, response) => {
    const userId = parseId(request, "userId");
    const user = await changeUser(deps, userId, bodyOfChange(request), apiKeyOf(request));
    sendEntity(response, toldUser(user));
  });

  router.post("/v1/users/:userId/invitation", authenticateOnly, async (request, response) => {
    const userId = parseId(request, "userId");
    sendInvited(response, await renewInvitation(deps, userId, apiKeyOf(request)));
  });

  router.post("/v1/invitations/accept", deps.readBody, async (request, response) => {
    await acceptInvitation(deps, request.body, requestIdOf(request));
    response.status(204).end();
  });
  return router;
}

function sendInvited(response: Response, { user, invitationToken }: InvitedUser): void {
  const told = { ...toldUser(user), invitationToken };
  sendEntity(response, told, 201);
}
