import express, { type Router } from "express";
import { type DemoImageRequest, renderDemoImage } from "../demo/demoImages.ts";
import { createDrawDemoPicture } from "../demo/drawDemoPicture.ts";

const oneDaySeconds = 86_400;

/**
 * `GET /demo/images/<trade>.jpg?nom=…&l=300&h=250`: the pictures of the demo's ads, drawn on request; `.svg` is the drawing
 * itself. Unknown trades and odd sizes get a picture all the same; nothing is read from disk.
 */
export function createDemoImagesRouter(): Router {
  const router = express.Router();
  const draw = createDrawDemoPicture();
  router.get("/demo/images/:file", async (request, response, next) => {
    const [, trade, kind] = /^([a-z-]{1,40})\.(jpg|svg)$/.exec(request.params.file) ?? [];
    if (trade === undefined) return next();
    const asked = requestOf(trade, request.url);
    const image = kind === "svg" ? renderDemoImage(asked) : await draw(asked);
    response
      .status(200)
      .set({
        "content-type": kind === "svg" ? "image/svg+xml; charset=utf-8" : "image/jpeg",
        "cache-control": `public, max-age=${oneDaySeconds}`,
        // A picture runs nothing, even when it is opened as a page.
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "x-content-type-options": "nosniff",
      })
      .send(image);
  });
  return router;
}

function requestOf(trade: string, url: string): DemoImageRequest {
  const query = new URL(url, "http://localhost").searchParams;
  return {
    trade,
    shopName: query.get("nom") ?? "",
    width: Number(query.get("l") ?? 300),
    height: Number(query.get("h") ?? 250),
  };
}
