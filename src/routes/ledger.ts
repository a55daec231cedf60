import { type Request, type RequestHandler, Router } from "express";
import { isPlatformAdmin, notFound, requireVisible } from "../campaigns/access.ts";
import { type GiveCreditDeps, giveCredit } from "../campaigns/giveCredit.ts";
import type { LedgerBooks, SpendingSums } from "../campaigns/ledgerBooks.ts";
import { apiKeyOf } from "./authenticate.ts";
import { ledgerList, spendingList } from "./openapi/schemas/ledger.ts";
import { parseId, parseList, sendList, toldPage } from "./resource.ts";

export interface LedgerRouterDeps extends GiveCreditDeps {
  readonly authenticate: RequestHandler;
  readonly books: LedgerBooks;
}

/**
 * A campaign's money: `POST …/credits` (admins) gives back what was charged, `GET …/ledger` lists the entries, newest
 * first, `GET …/spending` sums them, in all and by day. Whoever may read the campaign may read these, but what the places
 * cost (entries of the kind "media" and the media of others), and so the margin, is for admins alone. To be mounted before the router of campaigns, which reads the body of all
 * that begins like it.
 */
export function ledgerRouter(deps: LedgerRouterDeps): Router {
  const router = Router();
  const { authenticate } = deps;

  router.post("/v1/campaigns/:campaignId/credits", authenticate, async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    const { entry, isNew } = await giveCredit(deps, campaignId, request.body, apiKeyOf(request));
    response.status(isNew ? 201 : 200).json(entry);
  });

  router.get("/v1/campaigns/:campaignId/ledger", authenticate, async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    const list = parseList(request, ledgerList);
    await requireCampaign(deps, request, campaignId);
    const withMedia = seesMedia(request);
    const filter = { campaignId, ...list.filters, withMedia };
    const { items, next } = await deps.books.readEntries(filter, list);
    const shown = withMedia ? items : items.map((entry) => ({ ...entry, media: null }));
    sendList(response, list, { items: shown, next });
  });

  router.get("/v1/campaigns/:campaignId/spending", authenticate, async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    const list = parseList(request, spendingList);
    await requireCampaign(deps, request, campaignId);
    const [totals, { items, next }] = await Promise.all([
      deps.books.readTotals(campaignId),
      deps.books.readDays(campaignId, list),
    ]);
    const told = seesMedia(request) ? (sums: SpendingSums) => sums : withoutMedia;
    const { items: days, nextCursor } = toldPage(list, { items: items.map(told), next });
    response.json({ totals: told(totals), days, nextCursor });
  });
  return router;
}

function seesMedia(request: Request): boolean {
  return isPlatformAdmin(apiKeyOf(request));
}

function withoutMedia<Sums extends SpendingSums>(sums: Sums): Omit<Sums, "mediaCostMicros"> {
  const { mediaCostMicros: _hidden, ...rest } = sums;
  return rest;
}

/** Throws PublicError `not_found` for a campaign that is not there or not the caller's to see. */
async function requireCampaign(
  deps: LedgerRouterDeps,
  request: Request,
  campaignId: number,
): Promise<void> {
  const campaign = await deps.campaigns.read(campaignId);
  if (campaign === null) throw notFound();
  requireVisible(apiKeyOf(request), campaign.advertiserId);
}
