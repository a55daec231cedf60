import { holdAmountMicros, type PricedCampaign } from "../budgets/price.ts";
import type { BidRequest } from "../openrtb/types.ts";
import type { DeliveryState } from "../targeting/deliveryState.ts";
import type { AdRequest } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import type { BidCaller, BidLearning, Ssp } from "./bidPorts.ts";
import type { Fitting } from "./fittingDecision.ts";
import type { HoldBudgets, ReleaseHolds } from "./ports.ts";
import type { RefusalMemory } from "./refusals.ts";
import { reserveWinners } from "./reserve.ts";
import { deliveryWithout, requestStillFree } from "./stillFree.ts";

/**
 * What is held for a bid, in micros: what a shown ad would hold, times the upper bound of the share of bids that win,
 * rounded up, at least 1. Full holds would freeze a small budget: 20 bids a second for minutes, of which few are shown.
 */
export function bidHoldMicros(campaign: PricedCampaign, winRateUpper: number): number {
  const full = holdAmountMicros(campaign);
  return full === 0 ? 0 : Math.min(full, Math.max(1, Math.ceil(full * winRateUpper)));
}

/** One bid request on its way, as far as reserving needs it. */
export interface HeldBidding {
  readonly request: BidRequest;
  readonly ssp: Ssp;
  readonly caller: BidCaller;
  readonly asked: AdRequest;
  readonly visitorKey: string | null;
  readonly refusals: RefusalMemory;
  readonly isLate: () => boolean;
  readonly deps: HoldBidsDeps;
}

export interface HoldBidsDeps {
  readonly holdBudgets: HoldBudgets;
  readonly releaseHolds: ReleaseHolds;
  readonly learning: BidLearning;
  readonly addressKeyOf: (address: string | null) => string;
}

/**
 * Decides, and reserves budget for the winners in one trip, as for a page's ads; who is refused gives way to the next in rank.
 * In a test everybody wins and nothing is held. What is held too late is given back.
 */
export function holdBids(
  bidding: HeldBidding,
  fitting: Fitting,
  delivery: DeliveryState,
): Promise<readonly Winner[]> {
  const { asked, request, ssp, visitorKey, deps, refusals, isLate } = bidding;
  const { nowMs, decisionId } = asked;
  return reserveWinners(
    fitting.decide(asked, delivery),
    {
      decisionId,
      nowMs,
      holdContext: () => ({
        visitorKey: asked.hasStableVisitor ? visitorKey : null,
        pageViewKey: null,
        addressKey: addressKeyOf(bidding),
        nowMs,
        timeToLiveMs: deps.learning.holdLifeMs(ssp.sspId, ssp.answer.holdSeconds * 1_000),
      }),
      mayHold: !request.test,
      mayPay: true,
      test: request.test,
      isLate,
    },
    {
      holdBudgets: deps.holdBudgets,
      releaseHolds: deps.releaseHolds,
      holdAmountOf: (campaign) =>
        bidHoldMicros(campaign, deps.learning.winRateUpper(ssp.sspId, campaign.campaignId)),
      onOutcome(campaignId, outcome) {
        if (outcome.held) refusals.forget(campaignId);
        else refusals.remember(campaignId, outcome.reason, nowMs);
      },
      decideAgain: (kept, refused) =>
        fitting.decide(requestStillFree(asked, kept), deliveryWithout(delivery, refused, asked)),
    },
  );
}

/**
 * No address may keep more than a part of a budget reserved. A page that was let in unasked stands for its connection's
 * network whatever it says, also of a child: whoever could name himself anew with each request would freeze small budgets.
 * The key ends with the hold and is kept beside no visitor. A server of the SSP answers for its requests: they stand for the
 * device's network, as pages do; where it tells none, or of a child, each for itself, or all together would soon be refused.
 */
function addressKeyOf({ request, asked, caller, deps }: HeldBidding): string {
  if (caller.kind === "page") return deps.addressKeyOf(caller.address);
  const { ip } = request.device;
  if (ip === null || request.regs.coppa) return asked.decisionId;
  return deps.addressKeyOf(ip);
}
