import { budgetDayOf } from "../budgets/budgetDay.ts";
import { holdAmountMicros } from "../budgets/price.ts";
import { allocate } from "../targeting/allocate.ts";
import type { Candidate, Decision } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import type { HoldBudgets, HoldContext, HoldOutcome, HoldRequest, ReleaseHolds } from "./ports.ts";

/** First trip and at most two more for those next in rank. */
const maxTrips = 3;

export interface ReserveDeps {
  readonly holdBudgets: HoldBudgets;
  readonly releaseHolds: ReleaseHolds;
  readonly onOutcome: (campaignId: number, outcome: HoldOutcome) => void;
}

export interface ReserveOptions {
  readonly decisionId: string;
  readonly nowMs: number;
  /** Asked for only when something is held. */
  readonly holdContext: () => HoldContext;
  /** False = the store is away: nothing that needs a hold may win. */
  readonly mayHold: boolean;
  /** False = paid ads are paused: house ads only. */
  readonly mayPay: boolean;
  /** True = everything wins without a hold (a test decision). */
  readonly test: boolean;
  /** True once the answer is due: no further trip begins, and what was held is given back. */
  readonly isLate: () => boolean;
}

interface Held {
  readonly slot: number;
  readonly holdId: string;
  readonly budgetDay: string;
}

/**
 * Reserves budget for the winners of a decision: all at once in one trip; those refused give way to the next in rank,
 * while their siblings keep what they hold. What is held in vain is given back. Never rejects if the ports do not.
 */
export async function reserveWinners(
  decision: Decision,
  options: ReserveOptions,
  deps: ReserveDeps,
): Promise<readonly Winner[]> {
  const held = new Map<number, Held>();
  const refused = new Set(options.mayPay ? [] : paidCampaigns(decision));
  const needsHold = (candidate: Candidate): boolean => !options.test && mustHold(candidate);
  let slots = 0;
  if (options.mayHold) {
    for (let trip = 0; trip < maxTrips && !options.isLate(); trip += 1) {
      const wanted = allocate(decision, refused).filter(
        ({ candidate }) => needsHold(candidate) && !held.has(candidate.campaign.campaignId),
      );
      if (wanted.length === 0) break;
      const requests = wanted.map(({ candidate }) =>
        holdRequestOf(candidate, options.decisionId, slots++),
      );
      const outcomes = await deps.holdBudgets(requests, options.holdContext());
      const isAway = settleTrip(requests, outcomes, { held, refused }, deps);
      if (isAway) break;
    }
  }
  const isLate = options.isLate();
  const chosen = isLate ? [] : settled(decision, refused, held, needsHold);
  releaseUnused(chosen, held, options.nowMs, deps);
  return chosen.map(({ placementId, candidate }) => {
    const hold = held.get(candidate.campaign.campaignId);
    return {
      placementId,
      candidate,
      slot: hold?.slot ?? slots++,
      holdId: hold?.holdId ?? null,
      budgetDay: hold?.budgetDay ?? budgetDayOf(options.nowMs),
    };
  });
}

function paidCampaigns(decision: Decision): readonly number[] {
  const ranked = decision.placements.flatMap((placement) => placement.ranked);
  const paid = ranked.filter(({ campaign }) => campaign.priority !== "house");
  return paid.map(({ campaign }) => campaign.campaignId);
}

/** House ads hold no money; only their caps, where they have some, need a reservation. */
function mustHold({ campaign }: Candidate): boolean {
  return campaign.priority !== "house" || campaign.frequencyCaps.length > 0;
}

function holdRequestOf({ campaign }: Candidate, decisionId: string, slot: number): HoldRequest {
  return {
    decisionId,
    slot,
    campaignId: campaign.campaignId,
    advertiserId: campaign.advertiserId,
    amountMicros: holdAmountMicros(campaign),
    totalBudgetMicros: campaign.totalBudgetMicros,
    dailyBudgetMicros: campaign.dailyBudgetMicros,
    balanceMicros: campaign.balanceMicros,
    frequencyCaps: campaign.frequencyCaps,
  };
}

/** Notes the outcomes of one trip. True when a store was away, so that another trip would only cost time. */
function settleTrip(
  requests: readonly HoldRequest[],
  outcomes: readonly HoldOutcome[],
  known: { readonly held: Map<number, Held>; readonly refused: Set<number> },
  deps: ReserveDeps,
): boolean {
  let isAway = false;
  for (const [index, { campaignId, slot }] of requests.entries()) {
    const outcome = outcomes[index] ?? { held: false, reason: "unavailable" };
    deps.onOutcome(campaignId, outcome);
    if (outcome.held) {
      known.held.set(campaignId, { slot, holdId: outcome.holdId, budgetDay: outcome.budgetDay });
    } else {
      known.refused.add(campaignId);
      if (outcome.reason === "unavailable") isAway = true;
    }
  }
  return isAway;
}

/** The allocation in which everybody who needs a hold has one; house ads step in for the rest. */
function settled(
  decision: Decision,
  refused: Set<number>,
  held: ReadonlyMap<number, Held>,
  needsHold: (candidate: Candidate) => boolean,
): ReturnType<typeof allocate> {
  for (;;) {
    const chosen = allocate(decision, refused);
    const without = chosen.filter(
      ({ candidate }) => needsHold(candidate) && !held.has(candidate.campaign.campaignId),
    );
    if (without.length === 0) return chosen;
    for (const { candidate } of without) refused.add(candidate.campaign.campaignId);
  }
}

function releaseUnused(
  chosen: ReturnType<typeof allocate>,
  held: ReadonlyMap<number, Held>,
  nowMs: number,
  deps: ReserveDeps,
): void {
  if (held.size === 0) return;
  const used = new Set(chosen.map(({ candidate }) => candidate.campaign.campaignId));
  const unused = [...held].filter(([campaignId]) => !used.has(campaignId));
  if (unused.length === 0) return;
  const holdIds = unused.map(([, hold]) => hold.holdId);
  // What is not given back now lapses by itself; the page need not wait for it.
  void deps.releaseHolds(holdIds, nowMs).catch(() => {});
}
