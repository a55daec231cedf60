import { type RequestHandler, Router } from "express";
import { listedAdvertiserIds } from "../campaigns/access.ts";
import { parseFields, valueOrThrow } from "../campaigns/problems.ts";
import { PublicError } from "../errors.ts";
import { mediaList, uploadQuerySchema } from "../media/mediaSchema.ts";
import { mediaLimits } from "../media/pictureSizes.ts";
import {
  deleteMedia,
  mediaToAnswer,
  readOwnMedia,
  type SaveMediaDeps,
  saveMedia,
} from "../media/saveMedia.ts";
import { apiKeyOf } from "./authenticate.ts";
import { readBytes } from "./readBody.ts";
import { parseId, parseList, sendEntity, sendList, sendRead } from "./resource.ts";

export interface MediaRouterDeps extends SaveMediaDeps {
  readonly authenticateOnly: RequestHandler;
  /** For uploads: the body is a file and is read here, and the same file is the same picture without a key of writes. */
  readonly authenticateStream: RequestHandler;
  readonly publicUrl: string;
  readonly onUpload?: (outcome: "made" | "known" | "refused") => void;
}

/** `/v1/media`: upload (the body is the file), read, list, delete. */
export function mediaRouter(deps: MediaRouterDeps): Router {
  const { authenticateOnly, authenticateStream } = deps;
  const router = Router();

  router.post("/v1/media", authenticateStream, async (request, response) => {
    try {
      const query = readQuery(request.query);
      const bytes = await readBytes(request, mediaLimits.uploadBytes);
      const { media, isNew } = await saveMedia(deps, { ...query, bytes }, apiKeyOf(request));
      deps.onUpload?.(isNew ? "made" : "known");
      response.location(`/v1/media/${media.mediaId}`);
      sendEntity(response, mediaToAnswer(media, deps.publicUrl), isNew ? 201 : 200);
    } catch (error) {
      deps.onUpload?.("refused");
      throw error;
    }
  });

  router.get("/v1/media", authenticateOnly, async (request, response) => {
    const list = parseList(request, mediaList);
    const { advertiserId, q } = list.filters;
    const advertiserIds = listedAdvertiserIds(apiKeyOf(request), advertiserId);
    const { items, next } = await deps.media.page({ advertiserIds, q }, list);
    const told = items.map((media) => mediaToAnswer(media, deps.publicUrl));
    sendList(response, list, { items: told, next });
  });

  router.get("/v1/media/:mediaId", authenticateOnly, async (request, response) => {
    const media = await readOwnMedia(deps, parseId(request, "mediaId"), apiKeyOf(request));
    sendRead(request, response, mediaList, mediaToAnswer(media, deps.publicUrl));
  });

  router.delete("/v1/media/:mediaId", authenticateOnly, async (request, response) => {
    await deleteMedia(deps, parseId(request, "mediaId"), apiKeyOf(request));
    response.status(204).end();
  });
  return router;
}

function readQuery(query: Readonly<Record<string, unknown>>): {
  readonly advertiserId: number;
  readonly name: string;
} {
  const { advertiserId, ...others } = query;
  const isDigits = typeof advertiserId === "string" && /^[1-9]\d{0,9}$/.test(advertiserId);
  const given = isDigits ? { advertiserId: Number(advertiserId) } : { advertiserId };
  try {
    return valueOrThrow(parseFields(uploadQuerySchema, { ...others, ...given }));
  } catch (error) {
    if (!(error instanceof PublicError)) throw error;
    // A problem of a parameter is named without the pointer's slash.
    const problems = error.problems.map(({ pointer, rule }) => ({
      pointer: pointer.replace("/", ""),
      rule,
    }));
    throw new PublicError("invalid_parameter", "A parameter is not valid.", problems);
  }
}
