import { type Request, type RequestHandler, Router } from "express";
import {
  changePassword,
  type LogInDeps,
  type LoginOrigin,
  logIn,
  logOut,
  logOutEverywhere,
} from "../accounts/logIn.ts";
import type { OrganizationRepository } from "../accounts/repository.ts";
import { crossSiteProblem, type SessionCookie, setCookie } from "../accounts/sessionCookie.ts";
import { sessionLimits } from "../accounts/sessionLimits.ts";
import { permissionsOf, visibleAdvertiserIds } from "../campaigns/access.ts";
import type { Caller } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import { apiKeyOf } from "./authenticate.ts";
import { requestIdOf } from "./requestId.ts";
import { toldUser } from "./users.ts";

export interface SessionsRouterDeps extends LogInDeps {
  readonly authenticate: RequestHandler;
  /** The same without reading a body. */
  readonly authenticateOnly: RequestHandler;
  /** Reads the body of somebody who is not known yet. */
  readonly readBody: RequestHandler;
  readonly organizations: Pick<OrganizationRepository, "read">;
  readonly cookie: SessionCookie;
  /** The caller's shortened address, or "unknown". */
  readonly networkOf: (request: Request) => string;
}

/**
 * `/v1/sessions`: log in, log out (`/current`), log out everywhere; `/v1/me`: who asks and what that may;
 * `POST /v1/me/password`. The session travels in a cookie that scripts cannot read.
 */
export function sessionsRouter(deps: SessionsRouterDeps): Router {
  const router = Router();
  const { authenticate, authenticateOnly, cookie } = deps;

  router.post("/v1/sessions", deps.readBody, async (request, response) => {
    refuseOtherSites(request, cookie);
    const { user, token } = await logIn(deps, request.body, originOf(request, deps)).catch(
      (error: unknown) => {
        if (error instanceof PublicError && error.code === "too_many_requests")
          response.setHeader("retry-after", String(sessionLimits.attemptWindowSeconds));
        throw error;
      },
    );
    response.setHeader("set-cookie", setCookie(cookie, token));
    response.setHeader("cache-control", "no-store");
    response.status(201).json({ user: toldUser(user) });
  });

  router.delete("/v1/sessions/current", authenticateOnly, async (request, response) => {
    await logOut(deps, apiKeyOf(request));
    response.setHeader("set-cookie", setCookie(cookie, "")).status(204).end();
  });

  router.delete("/v1/sessions", authenticateOnly, async (request, response) => {
    await logOutEverywhere(deps, apiKeyOf(request));
    response.setHeader("set-cookie", setCookie(cookie, "")).status(204).end();
  });

  router.get("/v1/me", authenticateOnly, async (request, response) => {
    response.json(await describeCaller(deps, apiKeyOf(request)));
  });

  router.post("/v1/me/password", authenticate, async (request, response) => {
    const caller = apiKeyOf(request);
    await changePassword(deps, request.body, caller, deps.networkOf(request));
    response.status(204).end();
  });
  return router;
}

/** Nobody is to be logged in by another site, as somebody else. A program has no site. */
function refuseOtherSites(request: Request, cookie: SessionCookie): void {
  const { origin, "sec-fetch-site": site } = request.headers;
  if (origin === undefined && site === undefined) return;
  const problem = crossSiteProblem("POST", { ...request.headers, "x-atelier-console": "" }, cookie);
  if (problem !== null)
    throw new PublicError("forbidden", "This must be asked by the console itself.", [problem]);
}

function originOf(request: Request, { networkOf }: SessionsRouterDeps): LoginOrigin {
  return { network: networkOf(request), requestId: requestIdOf(request) };
}

async function describeCaller(deps: SessionsRouterDeps, caller: Caller) {
  const { userId, apiKeyId, organizationId, label } = caller;
  const [organization, user] = await Promise.all([
    deps.organizations.read(organizationId),
    userId === null ? null : deps.users.read(userId),
  ]);
  return {
    organization: organization && {
      organizationId,
      name: organization.name,
      kind: organization.kind,
    },
    role: caller.role,
    permissions: permissionsOf(caller),
    advertiserIds: visibleAdvertiserIds(caller),
    user: user && { userId: user.userId, name: user.name, email: user.email },
    apiKey: apiKeyId === null ? null : { apiKeyId, label },
  };
}
