import { type RequestHandler, Router } from "express";
import { notFound } from "../campaigns/access.ts";
import type { SegmentRepository } from "../campaigns/repository.ts";
import { createSegment } from "../campaigns/saveSite.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId, parseListQuery, sendPage } from "./resource.ts";

export interface SegmentsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly segments: SegmentRepository;
}

/** `/v1/segments`: create, read, list. Every key may read them: campaigns refer to them. */
export function segmentsRouter({ authenticate, segments }: SegmentsRouterDeps): Router {
  const router = Router();
  router.use("/v1/segments", authenticate);

  router.post("/v1/segments", async (request, response) => {
    const segment = await createSegment(segments, request.body, apiKeyOf(request));
    response.location(`/v1/segments/${segment.segmentId}`).status(201).json(segment);
  });

  router.get("/v1/segments", async (request, response) => {
    const { page } = parseListQuery(request, { ids: [], words: {} });
    const later = (await segments.readAll()).filter(({ segmentId }) => segmentId > page.afterId);
    sendPage(response, later.slice(0, page.limit), page, (segment) => segment.segmentId);
  });

  router.get("/v1/segments/:segmentId", async (request, response) => {
    const segmentId = parseId(request, "segmentId");
    const segment = (await segments.readAll()).find((one) => one.segmentId === segmentId);
    if (segment === undefined) throw notFound();
    response.json(segment);
  });
  return router;
}
