import { type RequestHandler, Router } from "express";
import { notFound } from "../campaigns/access.ts";
import { segmentList } from "../campaigns/lists.ts";
import type { PageOfItems, SegmentRepository, StoredSegment } from "../campaigns/repository.ts";
import { changeSegment, createSegment } from "../campaigns/saveSite.ts";
import { apiKeyOf } from "./authenticate.ts";
import {
  bodyOfChange,
  parseId,
  parseList,
  sendCreated,
  sendEntity,
  sendList,
  sendRead,
} from "./resource.ts";

type SegmentListRequest = ReturnType<typeof parseList<(typeof segmentList)["filters"]>>;

export interface SegmentsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly segments: SegmentRepository;
}

/** `/v1/segments`: create, read, list, rename. Every key may read them: campaigns refer to them. */
export function segmentsRouter({ authenticate, segments }: SegmentsRouterDeps): Router {
  const router = Router();
  router.use("/v1/segments", authenticate);

  router.post("/v1/segments", async (request, response) => {
    const segment = await createSegment(segments, request.body, apiKeyOf(request));
    sendCreated(response, segmentList, segment.segmentId, segment);
  });

  router.get("/v1/segments", async (request, response) => {
    const list = parseList(request, segmentList);
    sendList(response, list, pageOf(await segments.readAll(), list));
  });

  router.get("/v1/segments/:segmentId", async (request, response) => {
    const segmentId = parseId(request, "segmentId");
    const segment = (await segments.readAll()).find((one) => one.segmentId === segmentId);
    if (segment === undefined) throw notFound();
    sendRead(request, response, segmentList, segment);
  });

  router.patch("/v1/segments/:segmentId", async (request, response) => {
    const segmentId = parseId(request, "segmentId");
    const body = bodyOfChange(request);
    sendEntity(response, await changeSegment(segments, segmentId, body, apiKeyOf(request)));
  });
  return router;
}

/** They are few, and known whole. */
function pageOf(
  segments: readonly StoredSegment[],
  { filters, order, after, limit }: SegmentListRequest,
): PageOfItems<StoredSegment> {
  const sign = order.descending ? -1 : 1;
  const wanted = segments
    .filter(({ slug }) => filters.slug === undefined || slug === filters.slug)
    .filter(({ segmentId }) => after === null || (segmentId - after.id) * sign > 0)
    .toSorted((a, b) => (a.segmentId - b.segmentId) * sign);
  const items = wanted.slice(0, limit);
  const last = wanted.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : { value: null, id: last.segmentId } };
}
