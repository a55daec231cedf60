import { createHash, timingSafeEqual } from "node:crypto";
import { type Request, Router } from "express";
import { PublicError } from "../errors.ts";

export interface MetricsRouterDeps {
  readonly page: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** What `Authorization: Bearer` must say; null = only this very machine may read, without a proxy between. */
  readonly token: string | null;
}

/** `GET /metrics`, in Prometheus' text format. It asks no store, so that it answers when they are away. */
export function metricsRouter(deps: MetricsRouterDeps): Router {
  const router = Router();
  router.get("/metrics", async (request, response) => {
    requireReader(request, deps.token);
    const { contentType, text } = await deps.page();
    response.set("Content-Type", contentType).set("Cache-Control", "no-store").end(text);
  });
  return router;
}

function requireReader(request: Request, token: string | null): void {
  if (token === null ? isOfThisMachine(request) : hasToken(request, token)) return;
  throw new PublicError("unauthenticated", "Metrics need the token of METRICS_TOKEN.", [
    { pointer: "authorization", rule: "must be Bearer and the token of METRICS_TOKEN" },
  ]);
}

function hasToken(request: Request, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** A proxy on this machine would let everybody in: what it forwards does not count. */
function isOfThisMachine(request: Request): boolean {
  const { headers, socket } = request;
  if (headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined) return false;
  return /^(::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? "");
}
