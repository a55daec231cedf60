import type { Router } from "express";
import { insightsRouter } from "../routes/insights.ts";
import { createInsightReads } from "../stores/postgres/insights.ts";
import type { Management } from "./management.ts";
import type { Stores } from "./stores.ts";

/** What was worked out about the site, for whoever is known. */
export function composeInsights(
  { db }: Pick<Stores, "db">,
  { authenticate }: Pick<Management, "authenticate">,
): Router {
  return insightsRouter({ authenticate, reads: createInsightReads(db) });
}
