import { type Request, type RequestHandler, type Response, Router } from "express";
import { visitorIdPattern } from "../audience/visitorKey.ts";
import {
  type KeptIdentifiers,
  type VisitorExport,
  type VisitorIdentifiersBody,
  visitorIdentifiersSchema,
  visitorQuerySchema,
} from "../audience/visitorSchemas.ts";
import { requireAdmin } from "../campaigns/access.ts";
import { parseParameters } from "../campaigns/listQuery.ts";
import { parseFields, valueOrThrow } from "../campaigns/problems.ts";
import type { Caller } from "../campaigns/repository.ts";
import { PublicError } from "../errors.ts";
import { acceptedVisitorId, checkSite, type ServingSite } from "../serving/siteAccess.ts";
import { apiKeyOf } from "./authenticate.ts";
import { adsBodyLimitBytes, createReadBody } from "./readBody.ts";

export interface VisitorsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly findSite: (key: string) => Promise<ServingSite | null>;
  /** Forgets a visitor everywhere; answers the proof. The caller is the operator's, null = the visitor asks. */
  readonly erase: (visitorId: string, caller: Caller | null) => Promise<object>;
  /** Everything that is kept of a visitor. */
  readonly exportVisitor: (visitorId: string) => Promise<VisitorExport>;
  /** From now on the visitor belongs to no account. */
  readonly logOut: (visitorId: string) => Promise<void>;
  /** Keeps what the site knows the visitor by, where the visitor's choice allows it. */
  readonly giveIdentifiers: (
    visitorId: string,
    body: VisitorIdentifiersBody,
  ) => Promise<KeptIdentifiers>;
}

const readBody = createReadBody(adsBodyLimitBytes);

/** `/v1/visitors/ID`: export, erase, log out, tell identifiers. For whoever shows the site's signature over the id, and the operator's administrators. */
export function visitorsRouter(deps: VisitorsRouterDeps): Router {
  const router = Router();
  router.use("/v1/visitors", (request, response, next) => {
    const isSigned = request.query.signature !== undefined || request.query.site !== undefined;
    // A log-out says all in its path.
    if (isSigned && request.path.endsWith("/log-out")) return next();
    if (isSigned) return readBody(request, response, next);
    return deps.authenticate(request, response, next);
  });
  router.get("/v1/visitors/:visitorId", async (request, response) => {
    const { visitorId } = await authorize(request, deps);
    sendPrivately(response, await deps.exportVisitor(visitorId));
  });
  router.delete("/v1/visitors/:visitorId", async (request, response) => {
    const { visitorId, caller } = await authorize(request, deps);
    sendPrivately(response, await deps.erase(visitorId, caller));
  });
  router.post("/v1/visitors/:visitorId/log-out", async (request, response) => {
    const { visitorId } = await authorize(request, deps);
    await deps.logOut(visitorId);
    response.status(204).end();
  });
  router.post("/v1/visitors/:visitorId/identifiers", async (request, response) => {
    const { visitorId } = await authorize(request, deps);
    const body = valueOrThrow(parseFields(visitorIdentifiersSchema, request.body));
    sendPrivately(response, await deps.giveIdentifiers(visitorId, body));
  });
  return router;
}

/** Throws PublicError `forbidden`, `invalid_site` or `invalid_parameter`. */
async function authorize(
  request: Request<{ visitorId: string }>,
  { findSite }: VisitorsRouterDeps,
): Promise<{ readonly visitorId: string; readonly caller: Caller | null }> {
  const parsed = parseParameters(visitorQuerySchema, request.query);
  if (!parsed.ok)
    throw new PublicError("invalid_parameter", "A parameter is not valid.", parsed.problems);
  const { site: siteKey, signature } = parsed.value;
  const isByKey = siteKey === undefined && signature === undefined;
  const caller = isByKey ? apiKeyOf(request) : null;
  if (caller !== null) requireAdmin(caller);
  const { visitorId } = request.params;
  if (!visitorIdPattern.test(visitorId))
    throw new PublicError("invalid_parameter", "A parameter is not valid.", [
      { pointer: "visitorId", rule: "must have 1 to 128 visible ASCII characters" },
    ]);
  const site = siteKey === undefined ? null : await findSite(siteKey);
  if (caller === null && !isSignedId(visitorId, siteKey, signature, site))
    throw new PublicError("invalid_site", "The signature is not the site's over this id.", [
      { pointer: "signature", rule: "must be the HMAC-SHA256 of the id under the site's secret" },
    ]);
  return { visitorId, caller };
}

const onlySigned = { requireSiteKey: true, requireSignedVisitors: true };

function isSignedId(
  id: string,
  siteKey: string | undefined,
  signature: string | undefined,
  known: ServingSite | null,
): boolean {
  const site = checkSite(siteKey ?? null, null, () => known, onlySigned);
  const visitor = { id, ...(signature === undefined ? {} : { signature }) };
  return acceptedVisitorId(visitor, site, onlySigned) !== null;
}

function sendPrivately(response: Response, body: object): void {
  response.setHeader("cache-control", "no-store");
  response.json(body);
}
