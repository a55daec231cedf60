import { createHash } from "node:crypto";
import { type Request, type Response, Router } from "express";
import { PublicError } from "../errors.ts";
import { docsHtml, docsPolicy, docsScript, docsStyle } from "./openapi/docsPage.ts";
import { buildOpenApi } from "./openapi/document.ts";
import { operations } from "./openapi/operations.ts";

export interface OpenApiRouterDeps {
  /** A file of Swagger UI; null = it has no such file. */
  readonly readDocsFile: (name: string) => Promise<DocsFile | null>;
}

interface DocsFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The same in gzip. */
  readonly packed?: Buffer;
  readonly etag: string;
}

/**
 * `GET /openapi.json`, the description of every public route, and `GET /docs`, where it can be read and tried with an API
 * key. Works without any other server. The description is made when it is first asked for.
 */
export function openApiRouter({ readDocsFile }: OpenApiRouterDeps): Router {
  const router = Router();
  const own: ReadonlyMap<string, DocsFile> = new Map([
    ["page.js", fileOf(docsScript, "text/javascript; charset=utf-8")],
    ["page.css", fileOf(docsStyle, "text/css; charset=utf-8")],
  ]);
  let description: DocsFile | null = null;

  router.get("/openapi.json", (request, response) => {
    description ??= fileOf(JSON.stringify(buildOpenApi(operations)), "application/json");
    // A public document: tools of other origins may read it.
    response.setHeader("access-control-allow-origin", "*");
    sendFile(request, response, description);
  });
  router.get("/docs", (_request, response) => {
    response.setHeader("content-security-policy", docsPolicy);
    response.setHeader("cache-control", "no-cache");
    response.type("html").send(docsHtml);
  });
  router.get("/docs/:file", async (request, response) => {
    const name = request.params.file;
    const file = own.get(name) ?? (await readDocsFile(name));
    if (file === null) throw new PublicError("not_found", "The documentation has no such file.");
    sendFile(request, response, file);
  });
  return router;
}

function fileOf(text: string, contentType: string): DocsFile {
  const hash = createHash("sha256").update(text).digest("base64url").slice(0, 22);
  return { contentType, bytes: Buffer.from(text), etag: `"${hash}"` };
}

/** Asked for again each time, and sent again only when it has changed. */
function sendFile(request: Request, response: Response, file: DocsFile): void {
  response.setHeader("cache-control", "no-cache");
  response.setHeader("etag", file.etag);
  response.setHeader("vary", "accept-encoding");
  const known = (request.get("if-none-match") ?? "").split(",").map((one) => one.trim());
  if (known.includes(file.etag)) {
    response.status(304).end();
    return;
  }
  const isPacked = file.packed !== undefined && request.acceptsEncodings("gzip") === "gzip";
  if (isPacked) response.setHeader("content-encoding", "gzip");
  response.setHeader("content-type", file.contentType);
  response.status(200).end(isPacked ? file.packed : file.bytes);
}
