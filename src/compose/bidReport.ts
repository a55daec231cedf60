import type { Metrics } from "../metrics/metrics.ts";
import type { BidAdmission } from "../serving/bidAdmission.ts";
import type { BodyRoom } from "../serving/bidBodies.ts";
import type { BidOutcome } from "../serving/bidOutcome.ts";
import type { Ssp } from "../serving/bidPorts.ts";

/** Counts what becomes of bid requests, by SSP. */
export function bidReport(
  metrics: Metrics,
  door: {
    readonly admission: Pick<BidAdmission, "inFlight">;
    readonly bodies: Pick<BodyRoom, "counts">;
  },
): (ssp: Ssp, outcome: BidOutcome) => void {
  const requests = metrics.counter("atelier_bid_requests_total", "Bid requests, by SSP", ["ssp"]);
  const bids = metrics.counter("atelier_bids_total", "Bids that were offered, by SSP", ["ssp"]);
  const noBids = metrics.counter(
    "atelier_no_bids_total",
    "Bid requests without a bid, by SSP and reason (no_time = late)",
    ["ssp", "reason"],
  );
  const shed = metrics.counter(
    "atelier_bids_shed_total",
    "Bid requests that were not looked at, by SSP and reason (over_quota, overloaded, slow_body, no_room)",
    ["ssp", "reason"],
  );
  const refused = metrics.counter(
    "atelier_bids_refused_total",
    "Bid requests that were not let in or could not be read, by SSP and status",
    ["ssp", "status"],
  );
  metrics.gauge("atelier_bids_in_flight", "Bid requests that are being answered", () =>
    door.admission.inFlight(),
  );
  metrics.gauge(
    "atelier_bid_body_bytes",
    "Bytes kept for bodies of bid requests that are being read, with those that they have declared",
    () => door.bodies.counts().bytes,
  );
  return ({ name: ssp }, outcome) => {
    requests.add(1, { ssp });
    if (outcome.kind === "bid") bids.add(outcome.bids, { ssp });
    else if (outcome.kind === "no_bid") noBids.add(1, { ssp, reason: outcome.reason });
    else if (outcome.kind === "shed") shed.add(1, { ssp, reason: outcome.reason });
    else refused.add(1, { ssp, status: String(outcome.status) });
  };
}
