import { type Request, type Response, Router } from "express";
import { PublicError } from "../errors.ts";
import type { FindSsp, Ssp } from "../serving/bidPorts.ts";
import { type GivenUid, isSignedUid } from "../serving/signedUid.ts";
import type { SyncAsk, SyncStep } from "../serving/userSync.ts";

export interface UserSyncRouterDeps {
  readonly findSsp: FindSsp;
  readonly plan: (ask: SyncAsk, ssp: Ssp, nowMs: number) => SyncStep;
  /** Keeps the SSP's own id beside ours, or forgets it. Never rejects. */
  readonly link: (ssp: Ssp, uid: string, visitorId: string, nowMs: number) => Promise<void>;
  readonly unlink: (ssp: Ssp, uid: string) => Promise<void>;
  /** Told of each sync, for metrics. */
  readonly onSync: (ssp: Ssp, outcome: SyncStep["kind"] | "unsigned_uid") => void;
  readonly now: () => number;
}

const path = "/openrtb2/sync";
/** Where bid requests of pages bring it, too. */
const cookiePath = "/openrtb2";
const cookieName = "atelier_uid";
const cookieOf = (value: string, seconds: number) =>
  `${cookieName}=${value}; Max-Age=${seconds}; Path=${cookiePath}; Secure; HttpOnly; SameSite=None`;
const maxParameterLength = 8_192;
const maxUidLength = 256;

/**
 * GET /openrtb2/sync/:ssp (a pixel or frame in a page): with consent, 302 to the SSP with our id of the visitor, or 204
 * where there is nothing to tell it; `uid` = the SSP's own id, which is kept beside ours
 * where the SSP has signed it (`uid_exp`, `uid_sig`) and is not looked at otherwise. Without consent 204, nothing is
 * read, and a cookie of before is taken away where the visitor said no. Throws PublicError `not_found` for an unknown SSP,
 * `invalid_parameter` for a redirect to somewhere else.
 */
export function userSyncRouter(deps: UserSyncRouterDeps): Router {
  const router = Router();
  router.get(`${path}/:ssp`, async (request, response) => {
    const ssp = deps.findSsp(request.params.ssp);
    if (ssp === null) throw new PublicError("not_found", "There is no SSP of this name.");
    const nowMs = deps.now();
    const given = askOf(request);
    const isOwn =
      given.uid === null || isSignedUid({ ...signatureOf(request), uid: given.uid }, ssp, nowMs);
    if (!isOwn) deps.onSync(ssp, "unsigned_uid");
    const ask = isOwn ? given : { ...given, uid: null };
    const step = deps.plan(ask, ssp, nowMs);
    deps.onSync(ssp, step.kind);
    response.setHeader("cache-control", "no-store");
    await answer(deps, { ssp, ask, step, nowMs }, request, response);
  });
  return router;
}

interface Sync {
  readonly ssp: Ssp;
  readonly ask: SyncAsk;
  readonly step: SyncStep;
  readonly nowMs: number;
}

async function answer(
  deps: UserSyncRouterDeps,
  { ssp, ask, step, nowMs }: Sync,
  request: Request,
  response: Response,
): Promise<void> {
  switch (step.kind) {
    case "bad_redirect":
      throw new PublicError("invalid_parameter", "A parameter is not valid.", [
        { pointer: "redirect", rule: "must be an https address at the host of the SSP's sync URL" },
      ]);
    case "check":
      response.setHeader("set-cookie", cookieOf(step.visitorId, secondsOf(step.cookieLifeMs)));
      redirect(response, `${path}/${ssp.name}?${queryOf(request)}check=1`);
      return;
    case "known":
      if (ask.uid !== null) await deps.link(ssp, ask.uid, step.visitorId, nowMs);
      if (step.location !== null) redirect(response, step.location);
      else response.status(204).end();
      return;
    case "nothing":
      if (step.forget) {
        response.setHeader("set-cookie", cookieOf("", 0));
        if (ask.uid !== null) await deps.unlink(ssp, ask.uid);
      }
      response.status(204).end();
  }
}

function redirect(response: Response, location: string): void {
  response.setHeader("location", location);
  response.status(302).end();
}

/** As it came: whoever comes back with our mark but without the cookie keeps none. */
function queryOf({ url }: Request): string {
  const query = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
  return query === "" ? "" : `${query}&`;
}

function textOf({ query }: Request, name: string, maxLength = maxParameterLength): string | null {
  const value = query[name];
  const isText = typeof value === "string" && value !== "" && value.length <= maxLength;
  return isText ? value : null;
}

function signatureOf(request: Request): Pick<GivenUid, "expires" | "signature"> {
  return {
    expires: textOf(request, "uid_exp", 16),
    signature: textOf(request, "uid_sig", 64),
  };
}

function askOf(request: Request): SyncAsk {
  const text = (name: string, maxLength?: number) => textOf(request, name, maxLength);
  return {
    gdpr: text("gdpr"),
    gdprConsent: text("gdpr_consent"),
    gpp: text("gpp"),
    gppSections: text("gpp_sid"),
    coppa: text("coppa") === "1",
    gpc: request.get("sec-gpc") === "1",
    uid: text("uid", maxUidLength),
    redirect: text("redirect"),
    cookie: cookieValue(request.get("cookie")),
    // Ours is the last of several: whoever came with another is sent round once, like everybody.
    isCheck: [request.query.check].flat().includes("1"),
  };
}

/** The visitor id in our cookie, as it came; null = there is none. */
export function cookieValue(header: string | undefined): string | null {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  const own = pairs.find((pair) => pair.startsWith(`${cookieName}=`));
  return own === undefined ? null : own.slice(cookieName.length + 1) || null;
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1_000);
}
