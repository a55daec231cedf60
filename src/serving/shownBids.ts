import type { SharedBidLearning } from "./bidLearning.ts";
import type { EmitEvent } from "./ports.ts";

/** The placement of an SSP's bids, in tracking tokens and in the ledger. */
const placementPrefix = "ssp/";

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
    if (typeof placementId !== "string" || !placementId.startsWith(placementPrefix)) return;
    const sspId = sspIdOf(placementId.slice(placementPrefix.length));
    if (sspId === null || typeof campaignId !== "number") return;
    learning.noteWin(sspId, campaignId, event.occurredAtMs, { by: "impression" });
  };
}
