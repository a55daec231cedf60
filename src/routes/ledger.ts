import { type Request, type RequestHandler, Router } from "express";
import { isPlatformAdmin, notFound, requireVisible } from "../campaigns/access.ts";
import { type GiveCreditDeps, giveCredit } from "../campaigns/giveCredit.ts";
import { type LedgerBooks, ledgerEntryKinds, type SpendingSums } from "../campaigns/ledgerBooks.ts";
import { apiKeyOf } from "./authenticate.ts";
import { type LedgerQuery, parseLedgerQuery } from "./ledgerQuery.ts";
import { parseId } from "./resource.ts";

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
    const { campaignId, query } = await readQuery(deps, request, ["kind", "day"], "id");
    const { kind, day, limit, beforeId } = query;
    const filter = { campaignId, kind, day, beforeId, withMedia: seesMedia(request) };
    const items = await deps.books.readEntries(filter, limit);
    const last = items.length === limit ? items.at(-1) : undefined;
    const shown = seesMedia(request) ? items : items.map((entry) => ({ ...entry, media: null }));
    response.json({ items: shown, nextCursor: last === undefined ? null : String(last.entryId) });
  });

  router.get("/v1/campaigns/:campaignId/spending", authenticate, async (request, response) => {
    const { campaignId, query } = await readQuery(deps, request, [], "day");
    const [totals, days] = await Promise.all([
      deps.books.readTotals(campaignId),
      deps.books.readDays(campaignId, query.beforeDay, query.limit),
    ]);
    const last = days.length === query.limit ? days.at(-1) : undefined;
    const shown = seesMedia(request)
      ? { totals, days }
      : { totals: withoutMedia(totals), days: days.map(withoutMedia) };
    response.json({ ...shown, nextCursor: last?.day ?? null });
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

/** The campaign and the parameters, once the campaign is known to be there and visible. */
async function readQuery(
  deps: LedgerRouterDeps,
  request: Request,
  filters: readonly ("kind" | "day")[],
  cursor: "id" | "day",
): Promise<{ readonly campaignId: number; readonly query: LedgerQuery }> {
  const campaignId = parseId(request, "campaignId");
  const query = parseLedgerQuery(request.query, { filters, cursor, kinds: ledgerEntryKinds });
  const campaign = await deps.campaigns.read(campaignId);
  if (campaign === null) throw notFound();
  requireVisible(apiKeyOf(request), campaign.advertiserId);
  return { campaignId, query };
}
