import type { BidOffer } from "../openrtb/bidTypes.ts";
import type { AdRequest } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import { decisionEvent } from "./decisionEvent.ts";
import type { ServingEvent } from "./ports.ts";

/**
 * The `bid_decision.v1` event: what an `ad_decision.v1` says, of ads that were offered and not yet shown, with what was
 * asked for each (micros of `currency` per thousand). What became of it is told by notices and by the ad's own events.
 */
export function bidDecisionEvent(
  asked: AdRequest,
  made: readonly (readonly [BidOffer, Winner])[],
  { ssp, currency }: { readonly ssp: string; readonly currency: string },
  emptySampleEvery: number,
): ServingEvent {
  const winners = made.map(([, winner]) => winner);
  const told = decisionEvent(asked, winners, null, emptySampleEvery);
  const bids = made.map(([{ impId, bidId, priceMicros, dealId }]) => ({
    impId,
    bidId,
    priceMicros,
    dealId,
  }));
  return { ...told, schema: "bid_decision.v1", payload: { ...told.payload, ssp, currency, bids } };
}
