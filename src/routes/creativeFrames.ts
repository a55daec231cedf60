import { type Response, Router } from "express";
import { notFound } from "../campaigns/access.ts";
import { framePage, framePolicy } from "../campaigns/framePage.ts";
import type { ShownCreative } from "../campaigns/shownCreative.ts";
import { mentionTexts } from "../targeting/mentions.ts";
import { parseId } from "./resource.ts";

export interface CreativeFramesDeps {
  /** What of a creative is shown to visitors; null = nothing. */
  readonly readShown: (creativeId: number) => Promise<ShownCreative | null>;
  readonly publicUrl: string;
}

/**
 * `GET /creatives/{id}/frame`: the document of a shop's own code for the frames of visitors' pages. It needs no key, and
 * shows only what is approved.
 */
export function creativeFramesRouter({ readShown, publicUrl }: CreativeFramesDeps): Router {
  const router = Router();
  router.get("/creatives/:creativeId/frame", async (request, response) => {
    const shown = await readShown(parseId(request, "creativeId"));
    if (shown === null || !("html" in shown.content)) throw notFound();
    const { token } = request.query;
    const isToken = typeof token === "string" && /^[\w.~-]{1,1000}$/.test(token);
    const clickUrl = isToken ? `${publicUrl}/t/c/${token}` : null;
    const mentions = mentionTexts(shown.mentions, shown.creativeId);
    sendHtml(response, framePage(shown.content.html, clickUrl, mentions), framePolicy);
  });
  return router;
}

/** Never kept: what is stopped must stop everywhere, and what is reviewed must be what is there. */
export function sendHtml(response: Response, html: string, policy: string): void {
  response.set({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
  });
  response.status(200).send(html);
}
