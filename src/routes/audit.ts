import { type RequestHandler, Router } from "express";
import {
  type AuditEntry,
  type AuditFilter,
  auditEntryFor,
  auditList,
  historyList,
} from "../accounts/auditQuery.ts";
import {
  managedOrganizationId,
  notFound,
  requirePermission,
  requireVisible,
} from "../campaigns/access.ts";
import type { OrderedPage, PageOfItems } from "../campaigns/repository.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId, parseList, sendList } from "./resource.ts";

export interface AuditRouterDeps {
  readonly authenticate: RequestHandler;
  readonly readAuditLog: (
    filter: AuditFilter,
    page: OrderedPage,
    viewerOrganizationId: number | null,
  ) => Promise<PageOfItems<AuditEntry>>;
  /** Of a campaign and its creatives; null = there is no such campaign. */
  readonly readCampaignHistory: (
    campaignId: number,
    page: OrderedPage,
    viewerOrganizationId: number | null,
  ) => Promise<{
    readonly advertiserId: number;
    readonly entries: PageOfItems<AuditEntry>;
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
    const list = parseList(request, auditList);
    const viewer = managedOrganizationId(caller);
    const entries = await readAuditLog(list.filters, list, viewer);
    sendList(response, list, told(entries, viewer));
  });
  router.get("/v1/campaigns/:campaignId/history", authenticate, async (request, response) => {
    const caller = apiKeyOf(request);
    const campaignId = parseId(request, "campaignId");
    const list = parseList(request, historyList);
    const viewer = caller.isOperator ? null : caller.organizationId;
    const history = await readCampaignHistory(campaignId, list, viewer);
    if (history === null) throw notFound();
    requireVisible(caller, history.advertiserId);
    sendList(response, list, told(history.entries, viewer));
  });
  return router;
}

function told({ items, next }: PageOfItems<AuditEntry>, viewer: number | null) {
  return {
    items: viewer === null ? items : items.map((one) => auditEntryFor(one, viewer)),
    next,
  };
}
