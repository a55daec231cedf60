import { Router } from "express";
import { notFound } from "../campaigns/access.ts";
import type { MediaStore } from "../media/mediaStore.ts";
import { contentTypes, formatOfFileName } from "../media/pictureSizes.ts";

const oneYearSeconds = 31_536_000;

/**
 * `GET /media/{hash}-{w}x{h}.jpg|webp`: a picture that never changes under its name, for browsers and caches to keep. Needs
 * no key: these are the ads.
 */
export function mediaFilesRouter({ get }: Pick<MediaStore, "get">): Router {
  const router = Router();
  router.get("/media/:file", async (request, response) => {
    const { file } = request.params;
    const format = formatOfFileName(file);
    if (format === null) throw notFound();
    const etag = `"${file}"`;
    const known = request.headers["if-none-match"]?.split(",").map((it) => it.trim());
    const bytes = await get(file);
    if (bytes === null) throw notFound();
    response.set({
      etag,
      "cache-control": `public, max-age=${oneYearSeconds}, immutable`,
      "content-security-policy": "default-src 'none'; sandbox",
    });
    if (known?.some((it) => it === etag || it === `W/${etag}` || it === "*") === true) {
      response.status(304).end();
      return;
    }
    response.setHeader("content-type", contentTypes[format]);
    response.status(200).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
  return router;
}
