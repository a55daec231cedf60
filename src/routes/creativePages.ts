import { type RequestHandler, type Response, Router } from "express";
import { notFound } from "../campaigns/access.ts";
import { framePage, framePolicy } from "../campaigns/framePage.ts";
import { type PreviewDeps, previewSaved, previewUnsaved } from "../campaigns/previewCreative.ts";
import type { PreviewPage } from "../campaigns/previewPage.ts";
import type { ShownCreative } from "../campaigns/shownCreative.ts";
import { mentionTexts } from "../targeting/mentions.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId } from "./resource.ts";

export interface CreativePagesDeps extends PreviewDeps {
  readonly authenticate: RequestHandler;
  /** What of a creative is shown to visitors; null = nothing. */
  readonly readShown: (creativeId: number) => Promise<ShownCreative | null>;
  readonly publicUrl: string;
}

/**
 * Ads as pages: previews for who manages them, and the document of a shop's own code for the frames of visitors' pages
 * (which needs no key, and shows only what is approved).
 */
export function creativePagesRouter(deps: CreativePagesDeps): Router {
  const router = Router();
  const { authenticate } = deps;
  router.get("/v1/creatives/:creativeId/preview", authenticate, async (request, response) => {
    const creativeId = parseId(request, "creativeId");
    const { format } = request.query;
    sendPreview(response, await previewSaved(deps, creativeId, format, apiKeyOf(request)));
  });

  router.post("/v1/creative-previews", authenticate, async (request, response) => {
    const { format } = request.query;
    sendPreview(response, await previewUnsaved(deps, request.body, format, apiKeyOf(request)));
  });

  router.get("/creatives/:creativeId/frame", async (request, response) => {
    const shown = await deps.readShown(parseId(request, "creativeId"));
    if (shown === null || !("html" in shown.content)) throw notFound();
    const { token } = request.query;
    const isToken = typeof token === "string" && /^[\w.~-]{1,1000}$/.test(token);
    const clickUrl = isToken ? `${deps.publicUrl}/t/c/${token}` : null;
    const mentions = mentionTexts(shown.mentions, shown.creativeId);
    sendHtml(response, framePage(shown.content.html, clickUrl, mentions), framePolicy);
  });
  return router;
}

const sendPreview = (response: Response, page: PreviewPage): void =>
  sendHtml(response, page.html, page.contentSecurityPolicy);

/** Never kept: what is stopped must stop everywhere, and what is reviewed must be what is there. */
function sendHtml(response: Response, html: string, policy: string): void {
  response.set({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
  });
  response.status(200).send(html);
}
