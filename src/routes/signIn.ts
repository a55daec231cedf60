import { type Request, Router } from "express";
import { crossSiteProblem, type SessionCookie, setCookie } from "../accounts/sessionCookie.ts";
import { sessionLimits } from "../accounts/sessionLimits.ts";
import { finishSignIn, type SignInDeps, startSignIn } from "../accounts/signIn.ts";
import { setSignInCookie, signInUnderWay } from "../accounts/signInCookie.ts";
import { PublicError } from "../errors.ts";
import { requestIdOf } from "./requestId.ts";

export interface SignInRouterDeps extends SignInDeps {
  readonly cookie: SessionCookie;
  /** The caller's shortened address, or "unknown". */
  readonly networkOf: (request: Request) => string;
}

/** `/v1/sessions/oidc/start` sends browsers to the OpenID provider, `…/callback` takes them back: both are navigations. */
export function signInRouter(deps: SignInRouterDeps): Router {
  const router = Router();
  const { cookie, sign } = deps;
  const { secure } = cookie;

  router.get("/v1/sessions/oidc/start", async (request, response) => {
    response.setHeader("cache-control", "no-store");
    // A link of somebody else's page begins no sign-in; the console's own, or the address bar, does.
    const problem = crossSiteProblem("GET", request.headers, cookie);
    if (problem !== null)
      throw new PublicError("forbidden", "This must be asked by the console itself.", [problem]);
    const { url, underWay } = await startSignIn(deps, queryOf(request).get("returnTo"));
    response.setHeader("set-cookie", setSignInCookie(underWay, secure, sign));
    response.status(303).setHeader("location", url).end();
  });

  router.get("/v1/sessions/oidc/callback", async (request, response) => {
    response.setHeader("cache-control", "no-store");
    const underWay = signInUnderWay(request.headers.cookie, secure, sign, deps.nowMs());
    const origin = { network: deps.networkOf(request), requestId: requestIdOf(request) };
    const ended = setSignInCookie(null, secure, sign);
    response.setHeader("set-cookie", ended);
    const { token } = await finishSignIn(deps, queryOf(request), underWay, origin).catch(
      (error: unknown) => {
        if (error instanceof PublicError && error.code === "too_many_requests")
          response.setHeader("retry-after", String(sessionLimits.attemptWindowSeconds));
        throw error;
      },
    );
    response.setHeader("set-cookie", [ended, setCookie(cookie, token)]);
    response
      .status(303)
      .setHeader("location", underWay?.returnTo ?? "/")
      .end();
  });
  return router;
}

/** As it was sent: what is given twice stays so, and is refused. */
function queryOf(request: Request): URLSearchParams {
  return new URL(request.originalUrl, "http://host").searchParams;
}
