import type { IncomingMessage, RequestListener } from "node:http";
import type { Tracing } from "../stores/telemetry/tracing.ts";

const untraced = new Set(["/healthz", "/readyz", "/startupz", "/metrics"]);
const methods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);

/**
 * A span for each request, from its head to the end of its answer, named by its route's pattern: addresses may say who asks.
 * It lies below the caller's, and what the request is passed on to lies below it.
 */
export function traceRequests(app: RequestListener, tracing: Tracing | null): RequestListener {
  if (tracing === null) return app;
  return (request, response) => {
    if (untraced.has(request.url ?? "")) {
      app(request, response);
      return;
    }
    const method = methods.has(request.method ?? "") ? `${request.method}` : "other";
    tracing.receive(method, { traceparent: request.headers.traceparent }, (span) => {
      const own = tracing.traceparent();
      if (own !== null) request.headers.traceparent = own;
      delete request.headers.tracestate;
      response.once("close", () => {
        const route = routeOf(request);
        span.rename(`${method} ${route}`);
        span.note({
          "http.request.method": method,
          "http.route": route,
          "http.response.status_code": response.statusCode,
          "atelier.answered": response.writableFinished,
        });
        if (response.statusCode >= 500) span.fail(new Error("answered as a fault"));
        span.end();
      });
      app(request, response);
    });
  };
}

/** The hottest routes are answered before Express, which alone knows patterns. */
function routeOf(
  request: IncomingMessage & { readonly route?: { readonly path?: unknown } },
): string {
  const path = request.route?.path;
  if (typeof path === "string") return path;
  const url = request.url ?? "";
  if (url === "/v1/ads") return url;
  return url.startsWith("/openrtb2/bid/") ? "/openrtb2/bid/:ssp" : "other";
}
