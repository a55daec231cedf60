import type { Notice } from "../openrtb/readNotice.ts";
import { trackedEventKey } from "./ledgerRow.ts";
import type { EmitEvent } from "./ports.ts";
import type { NoticeClaim } from "./recordNotice.ts";

/** What an exchange has told, unsigned, of what the event stream keeps. Prices in micros of the bid's currency per thousand. */
export interface ToldFacts {
  readonly clearingMicros: number | null;
  readonly minToWinMicros: number | null;
  /** Clearing price over bid price. */
  readonly marketBidRatio: number | null;
  readonly lossReason: number | null;
  /** When the ad was shown, by the exchange's clock. */
  readonly impressionAtMs: number | null;
}

const nothingTold: ToldFacts = {
  clearingMicros: null,
  minToWinMicros: null,
  marketBidRatio: null,
  lossReason: null,
  impressionAtMs: null,
};

export function toldFactsOf(notice: Notice): ToldFacts {
  const { price, minToWinMicros, marketBidRatio, lossReason, impressionAtMs } = notice;
  const clearingMicros = price.kind === "told" ? price.micros : null;
  return { clearingMicros, minToWinMicros, marketBidRatio, lossReason, impressionAtMs };
}

/** The `bid_notice.v1` event of a notice, or pixel, that was counted; a bill is that of this one. */
export function noticeEvent(
  { kind, claims, bill, occurredAtMs, told = nothingTold }: NoticeClaim,
  ssp: string,
): Parameters<EmitEvent>[0] {
  const { decisionId, slot, campaignId, creativeId, advertiserId, priceMicros, currency } = claims;
  return {
    schema: "bid_notice.v1",
    eventId: `${trackedEventKey(claims)}.${kind}_notice`,
    occurredAtMs,
    payload: {
      kind,
      ssp,
      decisionId,
      slot,
      campaignId,
      creativeId,
      advertiserId,
      bidMicros: priceMicros,
      currency,
      ...told,
      costMicros: bill?.costMicros ?? null,
    },
  };
}
