import type { Router } from "express";
import type { PacingSummary } from "../jobs/pacing.ts";
import type { NodeThrottles } from "../jobs/pacingThrottles.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { pacingRouter } from "../routes/pacing.ts";
import { createPacingRows } from "../stores/postgres/pacingRows.ts";
import type { Management } from "./management.ts";
import type { Stores } from "./stores.ts";

type PacingState = PacingSummary & { readonly throttlesAgeMs: number | null };

/** The route that shows a campaign's plan, on Postgres, with the throttle that this node serves by. */
export function composePacingRouter(
  { db, clock }: Stores,
  throttles: NodeThrottles,
  { authenticate, store }: Pick<Management, "authenticate" | "store">,
): Router {
  const rows = createPacingRows(db);
  return pacingRouter({
    authenticate,
    readCampaign: store.campaigns.read,
    async readPlan(campaignId) {
      const record = await rows.load(campaignId);
      return record === null ? null : { plan: record.state.plan, lookedAtMs: record.state.atMs };
    },
    spentByHour: rows.spentByHour,
    throttleOf: (campaignId) => throttles.current().get(campaignId),
    nowMs: clock.nowMs,
  });
}

/** Tells of pacing on the page of metrics. */
export function measurePacing(
  metrics: Metrics,
  { state }: { readonly state: () => PacingState },
): void {
  const { gauge } = metrics;
  gauge("atelier_pacing_leading", "1 on the node that paces all campaigns", () =>
    state().leading ? 1 : 0,
  );
  gauge(
    "atelier_pacing_campaigns",
    "Paced campaigns; 0 on nodes that do not lead",
    () => state().paced,
  );
  gauge(
    "atelier_pacing_throttled_campaigns",
    "Of them, those that are held back",
    () => state().throttled,
  );
  gauge(
    "atelier_pacing_deviation_mean",
    "Mean of |spent - planned| as a share of the day's money",
    () => state().meanDeviation,
  );
  gauge(
    "atelier_pacing_throttles_age_seconds",
    "Since this node last took throttles; NaN before the first",
    () => (state().throttlesAgeMs ?? Number.NaN) / 1_000,
  );
  gauge(
    "atelier_pacing_pass_seconds",
    "How long the last look at all campaigns took; 0 on nodes that do not lead",
    () => (state().pass?.tookMs ?? 0) / 1_000,
  );
}
