import express, { type Router } from "express";
import { renderDemoImage } from "../demo/demoImages.ts";

const oneDaySeconds = 86_400;

/**
 * `GET /demo/images/<trade>.svg?nom=…&l=300&h=250`: the pictures of the demo's ads, drawn on request. Unknown trades and
 * odd sizes get a picture all the same; nothing is read from disk.
 */
export function createDemoImagesRouter(): Router {
  const router = express.Router();
  router.get("/demo/images/:file", (request, response, next) => {
    const match = /^([a-z-]{1,40})\.svg$/.exec(request.params.file);
    if (match === null) return next();
    const query = new URL(request.url, "http://localhost").searchParams;
    const image = renderDemoImage({
      trade: match[1] ?? "",
      shopName: query.get("nom") ?? "",
      width: Number(query.get("l") ?? 300),
      height: Number(query.get("h") ?? 250),
    });
    response
      .status(200)
      .set({
        "content-type": "image/svg+xml; charset=utf-8",
        "cache-control": `public, max-age=${oneDaySeconds}`,
        // A picture runs nothing, even when it is opened as a page.
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "x-content-type-options": "nosniff",
      })
      .send(image);
  });
  return router;
}
