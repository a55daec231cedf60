import type { Metrics } from "../metrics/metrics.ts";
import type { ToldNotice } from "../serving/recordNotice.ts";
import type { Log } from "./log.ts";

/** Of one SSP and reason, one line in so long tells of all since. */
const logEveryMs = 10_000;
/** What an engineer of either side must look at; duplicates, tests and audits are everyday. */
const worthTelling: ReadonlySet<ToldNotice["outcome"]> = new Set([
  "above_bid",
  "multiplier",
  "currency",
  "no_price",
  "unreadable_price",
  "late",
  "unseen",
  "lost",
  "loss_after_bill",
  "unknown_ssp",
]);

/** Counts what SSPs tell and logs what was refused, both within bounds: anybody may call a notice's address. */
export function noticeReport(
  metrics: Metrics,
  log: Log,
  monotonicMs: () => number,
): (told: ToldNotice) => void {
  const notices = metrics.counter(
    "atelier_bid_notices_total",
    "Notices of bids, by SSP, kind (win, billing, loss; impression = our pixel) and what became of them",
    ["ssp", "kind", "outcome"],
  );
  const losses = metrics.counter(
    "atelier_bid_losses_total",
    "Bids of which an SSP told that they lost, by the group of its reason",
    ["ssp", "reason"],
  );
  const billed = metrics.counter(
    "atelier_bid_billed_micros_total",
    "What SSPs have billed to this node, micros of a euro",
    ["ssp"],
  );
  const unlogged = new Map<string, { since: number; notices: number }>();
  return (told) => {
    const { kind, outcome, claims, notice, bill } = told;
    const ssp = told.ssp?.name ?? "";
    notices.add(1, { ssp, kind, outcome });
    if (kind === "loss" && outcome === "counted")
      losses.add(1, { ssp, reason: lossGroup(notice?.lossReason ?? null) });
    if (bill !== null) billed.add(bill.costMicros, { ssp });
    if (!worthTelling.has(outcome)) return;
    const key = `${ssp} ${outcome}`;
    const nowMs = monotonicMs();
    const waiting = unlogged.get(key) ?? { since: nowMs - logEveryMs, notices: 0 };
    waiting.notices += 1;
    unlogged.set(key, waiting);
    if (nowMs - waiting.since < logEveryMs) return;
    unlogged.set(key, { since: nowMs, notices: 0 });
    const { decisionId, slot, campaignId, priceMicros, currency } = claims ?? {};
    const bid = { decisionId, slot, campaignId, priceMicros, currency };
    log.warn(
      { ssp, kind, outcome, notices: waiting.notices, bid, price: notice?.price },
      "a notice of a bid was refused",
    );
  };
}

/** OpenRTB 3.0 loss reason codes in groups: an exchange may send any number. */
function lossGroup(code: number | null): string {
  if (code === null) return "not_told";
  if (code === 100 || code === 101) return "floor";
  if (code === 102 || code === 103) return "outbid";
  if (code >= 200 && code < 300) return "creative";
  if (code === 2) return "expired";
  return code < 100 ? "technical" : "other";
}
