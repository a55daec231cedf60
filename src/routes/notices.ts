import { type Request, type Response, Router } from "express";
import type { NoticeKind } from "../openrtb/noticeMacros.ts";
import type { RecordNotice } from "../serving/recordNotice.ts";

export interface NoticesRouterDeps {
  readonly notices: Pick<RecordNotice, "tell">;
  readonly now: () => number;
}

/**
 * GET /openrtb2/n/w/:token (won), /b/ (billable), /l/ (lost): 204 for an address that we signed, whatever becomes of what it
 * tells, so that nobody tells it for ever; 503 while this node does not know the SSP; 404 for any other address. Without
 * content. HEAD is a 204 and tells nothing.
 */
export function noticesRouter(deps: NoticesRouterDeps): Router {
  const router = Router();
  router.get("/openrtb2/n/w/:token", (request, response) => answer(deps, "win", request, response));
  router.get("/openrtb2/n/b/:token", (request, response) =>
    answer(deps, "billing", request, response),
  );
  router.get("/openrtb2/n/l/:token", (request, response) =>
    answer(deps, "loss", request, response),
  );
  return router;
}

const statuses = { told: 204, not_ours: 404, later: 503 } as const;

async function answer(
  { notices, now }: NoticesRouterDeps,
  kind: NoticeKind,
  request: Request<{ token: string }>,
  response: Response,
): Promise<void> {
  response.setHeader("cache-control", "no-store");
  const { token } = request.params;
  const outcome =
    request.method === "GET"
      ? await notices.tell(kind, token, queryOf(request.url), now())
      : "told";
  if (outcome === "later") response.setHeader("retry-after", "5");
  response.status(statuses[outcome]).end();
}

/** As it came: what is no UTF-8 in it stands for itself, and never fails. */
function queryOf(url: string): URLSearchParams {
  const at = url.indexOf("?");
  return new URLSearchParams(at === -1 ? "" : url.slice(at + 1));
}
