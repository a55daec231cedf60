import type { RequestHandler } from "express";

/** What is going away: a whole route, a parameter of its query, or a field of its body or of what it answers. */
export interface Deprecation {
  /** "route"; `{ parameter: "q" }` is told to those who send it, `{ field: "name" }` in every answer. */
  readonly of: "route" | { readonly parameter: string } | { readonly field: string };
  /** Since when it should not be used any more: an instant of RFC 3339. */
  readonly since: string;
  /** From when on it may be gone; at least six months later (docs/api-versions.md). */
  readonly sunset: string;
  /** What to use instead: the address of a page. */
  readonly moreAt: string;
}

/** What of an operation this room needs to know. */
export interface DeprecatedOperation {
  readonly id: string;
  readonly method: string;
  /** As Express has it. */
  readonly path: string;
  readonly deprecations?: readonly Deprecation[];
}

interface Told {
  readonly method: string;
  readonly pattern: RegExp;
  readonly deprecations: readonly Deprecation[];
}

/**
 * Says in each answer of a route, refusals too, what of it is going away: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and
 * where to read more; of several the earliest dates. Null where nothing is. Throws RangeError for less than six months'
 * notice.
 */
export function createTellDeprecations(
  operations: readonly DeprecatedOperation[],
): RequestHandler | null {
  const told = operations.flatMap(toldOf);
  if (told.length === 0) return null;
  return (request, response, next) => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const found = told.filter((one) => one.method === method && one.pattern.test(request.path));
    const due = found
      .flatMap((one) => one.deprecations)
      .filter((one) => isUsed(one, request.query));
    if (due.length > 0) {
      const sinceMs = Math.min(...due.map(({ since }) => Date.parse(since)));
      const sunsetMs = Math.min(...due.map(({ sunset }) => Date.parse(sunset)));
      response.setHeader("deprecation", `@${Math.floor(sinceMs / 1_000)}`);
      response.setHeader("sunset", new Date(sunsetMs).toUTCString());
      const pages = new Set(due.map(({ moreAt }) => moreAt));
      for (const page of pages)
        response.append("link", `<${page}>; rel="deprecation"; type="text/html"`);
    }
    next();
  };
}

function toldOf({ id, method, path, deprecations = [] }: DeprecatedOperation): readonly Told[] {
  for (const { since, sunset } of deprecations) {
    const noticeMs = Date.parse(sunset) - Date.parse(since);
    if (!(noticeMs >= leastNoticeMs)) throw new RangeError(`${id} has six months' notice`);
  }
  if (deprecations.length === 0) return [];
  const steps = path.replaceAll(".", "\\.").replace(/:[A-Za-z]+/g, "[^/]+");
  return [{ method: method.toUpperCase(), pattern: new RegExp(`^${steps}/?$`, "i"), deprecations }];
}

const isUsed = ({ of }: Deprecation, query: object): boolean =>
  of === "route" || "field" in of || Object.hasOwn(query, of.parameter);

const leastNoticeMs = 182 * 24 * 3_600_000;
