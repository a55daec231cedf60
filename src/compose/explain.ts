import type { Router } from "express";
import { explainRouter } from "../routes/explain.ts";
import type { Management } from "./management.ts";
import type { Serving } from "./serving.ts";

/** Supposed visits, decided by the hot path's own function. */
export function composeExplain(
  { explaining, shared }: Pick<Serving, "explaining" | "shared">,
  { authenticate, store }: Pick<Management, "authenticate" | "store">,
): Router {
  const { visitorKeyOf, newDecisionId, nowMs } = shared;
  const deps = { ...explaining, visitorKeyOf, newDecisionId, nowMs };
  return explainRouter({ ...deps, authenticate, readSegments: store.segments.readAll });
}
