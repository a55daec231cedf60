import type { DeliveryState } from "../targeting/deliveryState.ts";
import type { AdRequest } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";

/**
 * The request for the slots that the kept winners leave free, in which their advertisers and trades are already on the
 * page: deciding it gives exactly the next in rank, as if those refused did not exist. Pure.
 */
export function requestStillFree(request: AdRequest, kept: readonly Winner[]): AdRequest {
  const advertiserIds = kept.map(({ candidate }) => candidate.campaign.advertiserId);
  const trades = kept.map(({ candidate }) => candidate.campaign.trade).filter((it) => it !== "");
  const placements = request.placements.map((placement) => ({
    ...placement,
    count: placement.count - kept.filter((it) => it.placementId === placement.id).length,
    blockedAdvertiserIds: [...placement.blockedAdvertiserIds, ...advertiserIds],
    blockedTrades: [...placement.blockedTrades, ...trades],
  }));
  return { ...request, placements: placements.filter(({ count }) => count > 0) };
}

/** What is known of delivery, and that these campaigns were refused a moment ago. Pure. */
export function deliveryWithout(
  delivery: DeliveryState,
  refused: Iterable<number>,
  { nowMs }: Pick<AdRequest, "nowMs">,
): DeliveryState {
  const exhaustedUntilMs = new Map(delivery.exhaustedUntilMs);
  for (const campaignId of refused) {
    // Only for this request: from the next on, what the refusal memory says counts.
    exhaustedUntilMs.set(campaignId, {
      untilMs: (delivery.nowMs ?? nowMs) + 1,
      reason: "open_holds",
    });
  }
  return { ...delivery, exhaustedUntilMs };
}
