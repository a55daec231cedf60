import type { Request, RequestHandler } from "express";

export interface RouteMeasure {
  /** The pattern of the route, not the address; "passed_on" or "none" where no route here answered. */
  readonly route: string;
  readonly method: string;
  /** "2xx". */
  readonly status: string;
}

const methods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);

/** Tells of each answer by which route, how it ended and how long it took, in seconds: rate, errors and duration of all of them. */
export function measureRoutes(
  observe: (measure: RouteMeasure, seconds: number) => void,
): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    response.once("finish", () => {
      const { method } = request;
      const measure = {
        route: routeOf(request),
        // Anybody may send any word.
        method: methods.has(method) ? method : "other",
        status: `${Math.floor(response.statusCode / 100)}xx`,
      };
      observe(measure, (performance.now() - startedMs) / 1_000);
    });
    next();
  };
}

function routeOf(request: Request): string {
  const path: unknown = request.route?.path;
  return typeof path === "string" ? path : "none";
}
