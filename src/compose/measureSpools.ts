import type { Metrics } from "../metrics/metrics.ts";
import type { EventSpool } from "../stores/files/eventSpool.ts";

/** Events that no longer fit on the disk are lost: somebody must hear of it. */
export function measureSpools(
  metrics: Metrics,
  spools: readonly Pick<EventSpool, "counts">[],
): void {
  const sum = (what: "waitingBytes" | "lost") =>
    spools.reduce((total, spool) => total + spool.counts()[what], 0);
  metrics.gauge(
    "atelier_spool_waiting_bytes",
    "Events and conversions on this node's disk that wait for the stores",
    () => sum("waitingBytes"),
  );
  metrics.gauge(
    "atelier_spool_lost",
    "Events and conversions that did not fit there any more, since this node began",
    () => sum("lost"),
  );
}
