import type { Router } from "express";
import { explainRouter } from "../routes/explain.ts";
import type { CampaignStore } from "../stores/postgres/campaignStore.ts";
import type { Access } from "./access.ts";
import type { Serving } from "./serving.ts";

/** Supposed visits, decided by the hot path's own function. */
export function composeExplain(
  { explaining, shared }: Pick<Serving, "explaining" | "shared">,
  { admission }: Pick<Access, "admission">,
  readSegments: CampaignStore["segments"]["readAll"],
): Router {
  const { visitorKeyOf, newDecisionId, nowMs } = shared;
  const deps = { ...explaining, visitorKeyOf, newDecisionId, nowMs };
  return explainRouter({ ...deps, authenticate: admission.authenticateStream, readSegments });
}
