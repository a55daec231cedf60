import type { SharedBidLearning } from "./bidLearning.ts";
import type { EmitEvent } from "./ports.ts";
import { sspOfPlacement } from "./sspPlacement.ts";

/**
 * Lets what is learnt of bids hear of their impressions, on their way to the event stream: the only witness of a win at an
 * SSP that sends no notices. Nobody's impressions count as well, for they held the same money.
 */
export function tellOfShownBids(
  emit: EmitEvent,
  sspIdOf: (name: string) => number | null,
  learning: Pick<SharedBidLearning, "noteWin">,
): EmitEvent {
  return (event) => {
    emit(event);
    const { kind, placementId, campaignId } = event.payload;
    if (event.schema !== "ad_event.v1" || kind !== "impression") return;
    const name = typeof placementId === "string" ? sspOfPlacement(placementId) : null;
    const sspId = name === null ? null : sspIdOf(name);
    if (sspId === null || typeof campaignId !== "number") return;
    learning.noteWin(sspId, campaignId, event.occurredAtMs, { by: "impression" });
  };
}
