import { type Request, type RequestHandler, Router } from "express";
import { requireAdmin } from "../campaigns/access.ts";
import { PublicError } from "../errors.ts";
import type { SspHealth, SystemReport } from "../metrics/systemReport.ts";
import { apiKeyOf } from "./authenticate.ts";

export interface SystemRouterDeps {
  /** Lets requests with a valid key pass; reads no body. */
  readonly authenticate: RequestHandler;
  readonly readSystem: () => Promise<SystemReport>;
  /** Null = no such SSP serves here. */
  readonly readSspHealth: (name: string) => SspHealth | null;
}

/**
 * `GET /v1/system` and `GET /v1/ssps/:name/health`, for the operator's administrators: what this node has answered lately,
 * how fast, and what it knows of its stores. No query is taken. Throws PublicError `forbidden`, `not_found` or
 * `invalid_parameter`.
 */
export function systemRouter(deps: SystemRouterDeps): Router {
  const router = Router();
  router.get("/v1/system", deps.authenticate, async (request, response) => {
    requireOperator(request);
    response.setHeader("cache-control", "no-store").json(await deps.readSystem());
  });

  router.get("/v1/ssps/:name/health", deps.authenticate, (request, response) => {
    requireOperator(request);
    const { name } = request.params;
    const health = typeof name === "string" ? deps.readSspHealth(name) : null;
    if (health === null) throw new PublicError("not_found", "There is no SSP of this name.");
    response.setHeader("cache-control", "no-store").json(health);
  });
  return router;
}

function requireOperator(request: Request): void {
  requireAdmin(apiKeyOf(request));
  const [unknown] = Object.keys(request.query);
  if (unknown === undefined) return;
  const problem = { pointer: unknown.slice(0, 64), rule: "is not a known parameter" };
  throw new PublicError("invalid_parameter", "A parameter is not valid.", [problem]);
}
