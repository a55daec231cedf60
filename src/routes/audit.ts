import { type RequestHandler, Router } from "express";
import {
  type AuditEntry,
  type AuditQuery,
  auditEntryFor,
  parseAuditQuery,
} from "../accounts/auditQuery.ts";
import { managedOrganizationId, requirePermission } from "../campaigns/access.ts";
import { apiKeyOf } from "./authenticate.ts";

export interface AuditRouterDeps {
  readonly authenticate: RequestHandler;
  readonly readAuditLog: (
    query: AuditQuery,
    viewerOrganizationId: number | null,
  ) => Promise<readonly AuditEntry[]>;
}

/** `GET /v1/audit`: who wrote what, when, before and after; newest first. Administrators, each of their organisation. */
export function auditRouter({ authenticate, readAuditLog }: AuditRouterDeps): Router {
  const router = Router();
  router.get("/v1/audit", authenticate, async (request, response) => {
    const caller = apiKeyOf(request);
    requirePermission(caller, "accounts");
    const query = parseAuditQuery(request.query);
    const viewer = managedOrganizationId(caller);
    const entries = await readAuditLog(query, viewer);
    const items = viewer === null ? entries : entries.map((one) => auditEntryFor(one, viewer));
    const last = items.length === query.limit ? items.at(-1) : undefined;
    response.json({ items, nextCursor: last === undefined ? null : String(last.auditId) });
  });
  return router;
}
