import { type Request, type Response, Router } from "express";
import { PublicError } from "../errors.ts";

export interface PageTagDeps {
  /** What was built; null = nothing. */
  readonly readPageTag: () => Promise<PageTag | null>;
}

interface PageTag {
  readonly version: string;
  readonly loader: Script;
  readonly tag: Script;
}

interface Script {
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  readonly br: Buffer;
  readonly etag: string;
}

/** So long pages may still bring the tag of before. */
const loaderCache = "public, max-age=600, stale-while-revalidate=86400";
const ofThisVersion = "public, max-age=31536000, immutable";
/** While nodes are being replaced, a page may ask the one for what the other told of. */
const ofAnotherVersion = "public, max-age=60";
const versionShape = /^\d{1,3}\.\d{1,3}\.[0-9a-f]{8}$/;

/**
 * `GET /tag/atelier.js`, the script that pages name, and `GET /tag/VERSION/atelier.js`, the tag that it brings. A version that is
 * not this node's is answered with this node's, for a minute: better another tag than none.
 */
export function pageTagRouter({ readPageTag }: PageTagDeps): Router {
  const router = Router();
  router.get("/tag/atelier.js", async (request, response) => {
    sendScript(request, response, (await readBuilt(readPageTag)).loader, loaderCache);
  });
  router.get("/tag/:version/atelier.js", async (request, response) => {
    const { version } = request.params;
    if (!versionShape.test(version))
      throw new PublicError("not_found", "There is no such version of the page tag.");
    const built = await readBuilt(readPageTag);
    const cache = built.version === version ? ofThisVersion : ofAnotherVersion;
    sendScript(request, response, built.tag, cache);
  });
  return router;
}

async function readBuilt(readPageTag: PageTagDeps["readPageTag"]): Promise<PageTag> {
  const built = await readPageTag();
  if (built !== null) return built;
  throw new PublicError(
    "unavailable",
    "The page tag was not built: `npm start` and `npm run web:build` build it, and the image holds it.",
  );
}

function sendScript(request: Request, response: Response, script: Script, cache: string): void {
  response.set({
    "cache-control": cache,
    etag: script.etag,
    vary: "accept-encoding",
    // Pages may name it with `crossorigin`.
    "access-control-allow-origin": "*",
  });
  const known = (request.get("if-none-match") ?? "").split(",").map((one) => one.trim());
  if (known.some((one) => one === script.etag || one === `W/${script.etag}`)) {
    response.status(304).end();
    return;
  }
  const encoding = request.acceptsEncodings("br", "gzip", "identity");
  const packed = encoding === "br" ? script.br : encoding === "gzip" ? script.gzip : null;
  if (packed !== null) response.setHeader("content-encoding", String(encoding));
  response.setHeader("content-type", "text/javascript; charset=utf-8");
  response.status(200).end(packed ?? script.bytes);
}
