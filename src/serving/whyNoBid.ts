import type { NoBidReason } from "../openrtb/noBid.ts";
import { decide } from "../targeting/decide.ts";
import type { DeliveryState } from "../targeting/deliveryState.ts";
import type { Snapshot } from "../targeting/snapshot.ts";
import type { AdRequest, Candidate, VisitorState } from "../targeting/types.ts";
import type { Quote } from "./bidQuote.ts";

export interface DecisionInputs {
  readonly request: AdRequest;
  readonly snapshot: Snapshot;
  readonly visitor: VisitorState;
  readonly delivery: DeliveryState;
}

/** The one that an exchange can do most about comes first. */
const byUse: readonly NoBidReason[] = [
  "below_floor",
  "no_deal",
  "no_creative",
  "blocked_seat",
  "unknown_currency",
];

/**
 * Why nobody bids: decided once more as if a page of ours asked, what do the best then lack? "no_campaign" when there would
 * be nobody either. It costs what a decision costs. Pure.
 */
export function reasonWithoutConstraints(
  { request, snapshot, visitor, delivery }: DecisionInputs,
  quote: (candidate: Candidate, placementId: string) => Quote | NoBidReason,
): NoBidReason {
  const placements = request.placements.map((placement) => ({ ...placement, bid: null }));
  const decision = decide({ ...request, placements }, snapshot, visitor, delivery);
  const reasons = new Set<Quote | NoBidReason>();
  for (const { placementId, ranked } of decision.placements)
    for (const candidate of ranked) reasons.add(quote(candidate, placementId));
  return byUse.find((reason) => reasons.has(reason)) ?? "no_campaign";
}
