import type { Metrics } from "../metrics/metrics.ts";
import type { Jobs } from "./jobs.ts";
import { type ServerRole, servesAds } from "./role.ts";

/** What is asked of every process: how busy its event loop is, what it uses; where ads are served, from how old a picture. */
export function measureNode(
  metrics: Metrics,
  { refresh }: Pick<Jobs, "refresh">,
  role: ServerRole,
): void {
  metrics.watchProcess(servesAds(role) ? "atelier_" : "atelier_management_");
  if (!servesAds(role)) return;
  metrics.gauge(
    "atelier_snapshot_age_seconds",
    "Since the campaigns that this node serves were last confirmed",
    () => (refresh.ageMs() ?? Number.NaN) / 1_000,
  );
}
