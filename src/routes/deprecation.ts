import type { RequestHandler } from "express";

export interface Deprecation {
  /** Since when the route should not be used any more, milliseconds since 1970. */
  readonly sinceMs: number;
  /** From when on it may answer no more; at least six months later (docs/api-versions.md). */
  readonly sunsetMs: number;
  /** What to use instead: a page of the documentation. */
  readonly moreAt: string;
}

/**
 * Says in each answer of a route that it is going away: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and where to read
 * more. Throws RangeError for less than six months' notice.
 */
export function deprecated({ sinceMs, sunsetMs, moreAt }: Deprecation): RequestHandler {
  if (sunsetMs - sinceMs < leastNoticeMs) throw new RangeError("a route has six months' notice");
  const headers = [
    ["deprecation", `@${Math.floor(sinceMs / 1_000)}`],
    ["sunset", new Date(sunsetMs).toUTCString()],
  ] as const;
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    response.append("link", `<${moreAt}>; rel="deprecation"; type="text/html"`);
    next();
  };
}

const leastNoticeMs = 182 * 24 * 3_600_000;
