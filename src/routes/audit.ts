import { type RequestHandler, Router } from "express";
import {
  type AuditEntry,
  type AuditQuery,
  auditEntryFor,
  type HistoryQuery,
  parseAuditQuery,
  parseHistoryQuery,
} from "../accounts/auditQuery.ts";
import {
  managedOrganizationId,
  notFound,
  requirePermission,
  requireVisible,
} from "../campaigns/access.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId } from "./resource.ts";

export interface AuditRouterDeps {
  readonly authenticate: RequestHandler;
  readonly readAuditLog: (
    query: AuditQuery,
    viewerOrganizationId: number | null,
  ) => Promise<readonly AuditEntry[]>;
  /** Of a campaign and its creatives; null = there is no such campaign. */
  readonly readCampaignHistory: (
    campaignId: number,
    page: HistoryQuery,
    viewerOrganizationId: number | null,
  ) => Promise<{
    readonly advertiserId: number;
    readonly entries: readonly AuditEntry[];
  } | null>;
}

/**
 * `GET /v1/audit`: who wrote what, when, before and after; newest first. Administrators, each of their organisation.
 * `GET /v1/campaigns/{id}/history`: the same of one campaign and its creatives, for whoever may read the campaign.
 */
export function auditRouter({
  authenticate,
  readAuditLog,
  readCampaignHistory,
}: AuditRouterDeps): Router {
  const router = Router();
  router.get("/v1/audit", authenticate, async (request, response) => {
    const caller = apiKeyOf(request);
    requirePermission(caller, "accounts");
    const query = parseAuditQuery(request.query);
    const viewer = managedOrganizationId(caller);
    const entries = await readAuditLog(query, viewer);
    response.json(pageOf(entries, viewer, query.limit));
  });
  router.get("/v1/campaigns/:campaignId/history", authenticate, async (request, response) => {
    const caller = apiKeyOf(request);
    const campaignId = parseId(request, "campaignId");
    const query = parseHistoryQuery(request.query);
    const viewer = caller.isOperator ? null : caller.organizationId;
    const history = await readCampaignHistory(campaignId, query, viewer);
    if (history === null) throw notFound();
    requireVisible(caller, history.advertiserId);
    response.json(pageOf(history.entries, viewer, query.limit));
  });
  return router;
}

function pageOf(entries: readonly AuditEntry[], viewer: number | null, limit: number) {
  const items = viewer === null ? entries : entries.map((one) => auditEntryFor(one, viewer));
  const last = items.length === limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : String(last.auditId) };
}
