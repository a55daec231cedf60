import { type Request, type Response, Router } from "express";
import { PublicError } from "../errors.ts";

export interface ConsoleRouterDeps {
  readonly files: ConsoleFiles;
  readonly settings: ConsoleSettings;
  /** A number that is used once: base64 of 128 random bits. */
  readonly newNonce: () => string;
}

/** What the page is told: read by `console/src/app/settings.ts`. */
export interface ConsoleSettings {
  /** Whether people may sign in at an OpenID provider. */
  readonly oidc: boolean;
  /** People to try the console as, with their passwords; only the embedded start has some. */
  readonly demo: readonly DemoPerson[];
  /** Raster tiles of the map; null = the outline that comes with the console. */
  readonly mapTiles: { readonly url: string; readonly attribution: string } | null;
}

export interface DemoPerson {
  /** In a few words of English, by which the console has its own. */
  readonly who: string;
  readonly email: string;
  readonly password: string;
}

interface ConsoleFiles {
  readonly readPage: () => Promise<string | null>;
  readonly readFile: (name: string) => Promise<ConsoleFile | null>;
}

interface ConsoleFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer | null;
  readonly br: Buffer | null;
}

const oneYearSeconds = 31_536_000;
const oneHourSeconds = 3_600;

/**
 * `/console/…`: the files of the built console for everybody; what they show, they ask the API for. Names with a hash of
 * their content are kept for a year; every other path is a page of the console and answers the one HTML file, never kept,
 * with what this server offers written into it and a policy that runs no other script and asks no other host.
 */
export function consoleRouter({ files, settings, newNonce }: ConsoleRouterDeps): Router {
  const router = Router();
  router.use("/console", async (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    // As it was asked for: `/console` itself has no slash, and relative addresses would lead beside it.
    if (request.originalUrl.split("?", 1)[0] === "/console") return response.redirect("/console/");
    const name = request.path.slice(1);
    if (name.startsWith("assets/") || name.includes("."))
      return sendFile(files, name, request, response);
    await sendPage(files, settings, newNonce(), response);
  });
  return router;
}

/** `GET /`: for people who have opened the address of an embedded start. */
export function frontPageRouter(): Router {
  const router = Router();
  router.use((request, response, next) => {
    if (request.path !== "/" || request.method !== "GET") return next();
    response.redirect("/console/");
  });
  return router;
}

async function sendFile(
  files: ConsoleFiles,
  name: string,
  request: Request,
  response: Response,
): Promise<void> {
  const file = await files.readFile(name);
  if (file === null) throw new PublicError("not_found", "The console has no such file.");
  const isHashed = name.startsWith("assets/");
  response.setHeader(
    "cache-control",
    isHashed ? `public, max-age=${oneYearSeconds}, immutable` : `public, max-age=${oneHourSeconds}`,
  );
  response.setHeader("content-type", file.contentType);
  response.setHeader("vary", "accept-encoding");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  const packed = packedFor(file, request);
  if (packed !== null) response.setHeader("content-encoding", packed.encoding);
  response.status(200).end(packed?.bytes ?? file.bytes);
}

/** The smaller one of those that the browser takes, in whatever order it names them; null = as it is. */
function packedFor({ br, gzip }: ConsoleFile, request: Request) {
  const kinds = [
    { encoding: "br", bytes: br },
    { encoding: "gzip", bytes: gzip },
  ] as const;
  for (const { encoding, bytes } of kinds) {
    if (bytes !== null && request.acceptsEncodings(encoding) === encoding)
      return { encoding, bytes };
  }
  return null;
}

async function sendPage(
  files: ConsoleFiles,
  settings: ConsoleSettings,
  nonce: string,
  response: Response,
): Promise<void> {
  const page = await files.readPage();
  if (page === null) {
    throw new PublicError(
      "unavailable",
      "The console's files were not built: `npm start` builds them, and the image holds them.",
    );
  }
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-security-policy", policyOf(settings, nonce));
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  response.setHeader("referrer-policy", "same-origin");
  response.type("html").send(fillPage(page, settings, nonce));
}

const place = '<meta name="atelier-settings" content="{}" />';

/** Writes what this server offers into the built page. Pure. */
export function fillPage(page: string, settings: ConsoleSettings, nonce: string): string {
  const content = JSON.stringify({ ...settings, nonce })
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;");
  return page.replace(place, () => `<meta name="atelier-settings" content="${content}" />`);
}

/**
 * What the page may do: run the console's own files, ask this host (and that of the map's tiles), show the pictures of
 * ads, wherever they lie. Style sheets that are made in the browser carry the nonce. Pure.
 */
export function policyOf({ mapTiles }: Pick<ConsoleSettings, "mapTiles">, nonce: string): string {
  const tiles = mapTiles === null ? "" : ` ${new URL(mapTiles.url).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob: https:${tiles}`,
    "font-src 'self'",
    `connect-src 'self'${tiles}`,
    // The map's workers; ads are previewed in frames that may do nothing.
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
