import { type RequestHandler, type Response, Router } from "express";
import { type PreviewDeps, previewSaved, previewUnsaved } from "../campaigns/previewCreative.ts";
import type { PreviewPage } from "../campaigns/previewPage.ts";
import { apiKeyOf } from "./authenticate.ts";
import { sendHtml } from "./creativeFrames.ts";
import { parseId } from "./resource.ts";

export interface CreativePagesDeps extends PreviewDeps {
  readonly authenticate: RequestHandler;
}

/** Ads as pages, for who manages them. What visitors see is `creativeFrames.ts`. */
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
  return router;
}

const sendPreview = (response: Response, page: PreviewPage): void =>
  sendHtml(response, page.html, page.contentSecurityPolicy);
