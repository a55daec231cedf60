import type { IncomingMessage, ServerResponse } from "node:http";
import { requestIdOf } from "./requestId.ts";

/** One line: nothing of who asked, nor of what was asked for but the pattern of its route. */
export interface AccessLine {
  readonly requestId: string;
  readonly method: string;
  /** "none" where no route answered, or another process did. */
  readonly route: string;
  readonly status: number;
  readonly tookMs: number;
}

/** Looks at one request; `route` where it is known already. */
export type LogAccess = (
  request: IncomingMessage,
  response: ServerResponse,
  route?: string,
) => void;

const methods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);

/** Tells of every `every`th request when it has been answered; 0 = of none. */
export function createAccessLog(every: number, write: (line: AccessLine) => void): LogAccess {
  let count = 0;
  return (request, response, route) => {
    if (every === 0 || ++count % every !== 0) return;
    const startedMs = performance.now();
    response.once("finish", () => {
      const { method = "" } = request;
      write({
        requestId: requestIdOf(request),
        // Anybody may send any word.
        method: methods.has(method) ? method : "other",
        route: route ?? routeOf(request),
        status: response.statusCode,
        tookMs: Math.round((performance.now() - startedMs) * 10) / 10,
      });
    });
  };
}

/** Express leaves the route that has answered on the request. */
function routeOf(request: IncomingMessage): string {
  const route: unknown = "route" in request ? request.route : null;
  if (typeof route !== "object" || route === null || !("path" in route)) return "none";
  return typeof route.path === "string" ? route.path : "none";
}
