import { budgetDayOf } from "../budgets/budgetDay.ts";
import { holdAmountMicros, priceMicros } from "../budgets/price.ts";
import { type Allocation, allocate } from "../targeting/allocate.ts";
import type { CampaignView, Candidate, Decision, ValueBreakdown } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import type { HoldBudgets, HoldContext, HoldOutcome, HoldRequest, ReleaseHolds } from "./ports.ts";

/** First trip and at most two more for those next in rank. */
const maxTrips = 3;

export interface ReserveDeps {
  readonly holdBudgets: HoldBudgets;
  readonly releaseHolds: ReleaseHolds;
  /** What is held for an ad of a campaign, micros; absent = `holdAmountMicros`. */
  readonly holdAmountOf?: (campaign: CampaignView) => number;
  /** Whether any campaign of the advertiser has a cap over all of them; absent = nobody knows. */
  readonly isAdvertiserCapped?: (advertiserId: number) => boolean;
  readonly onOutcome: (campaignId: number, outcome: HoldOutcome) => void;
  /** Decides again for the slots that `kept` leave free, without the refused campaigns. */
  readonly decideAgain: (kept: readonly Winner[], refused: ReadonlySet<number>) => Decision;
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

/**
 * Reserves budget for the winners of a decision: all at once in one trip; those refused give way to the next in rank,
 * while their siblings keep what they hold. What is held too late is given back. Never rejects if the ports do not.
 */
export async function reserveWinners(
  first: Decision,
  options: ReserveOptions,
  deps: ReserveDeps,
): Promise<readonly Winner[]> {
  const state: Reserving = {
    kept: [],
    refused: new Set(options.mayPay ? [] : paidCampaigns(first)),
    slots: 0,
  };
  const needsHold = (candidate: Candidate): boolean => !options.test && mustHold(candidate);
  let decision = first;
  for (let trip = 0; options.mayHold && trip < maxTrips && !options.isLate(); trip += 1) {
    const wanted = allocate(decision, state.refused).filter((it) => needsHold(it.candidate));
    if (wanted.length === 0) break;
    const requests = wanted.map(({ candidate }) =>
      holdRequestOf(candidate, options.decisionId, state.slots++, deps),
    );
    const outcomes = await deps.holdBudgets(requests, options.holdContext());
    const outcome = takeOutcomes(wanted, requests, outcomes, { state, deps });
    if (outcome === "all held" || outcome === "away") break;
    decision = deps.decideAgain(state.kept, state.refused);
  }
  if (options.isLate()) {
    giveBack(state.kept, options, deps);
    return [];
  }
  return [...state.kept, ...withoutHold(decision, state, needsHold, options.nowMs)];
}

interface Reserving {
  readonly kept: Winner[];
  readonly refused: Set<number>;
  /** Slots are numbered through all trips: they make holds unique. */
  slots: number;
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

function holdRequestOf(
  { campaign, value }: Candidate,
  decisionId: string,
  slot: number,
  { holdAmountOf = holdAmountMicros, isAdvertiserCapped = () => true }: ReserveDeps,
): HoldRequest {
  const { advertiserId, frequencyCaps } = campaign;
  return {
    decisionId,
    slot,
    campaignId: campaign.campaignId,
    advertiserId,
    amountMicros: holdAmountOf(withLikelierClick(campaign, value)),
    priceMicros: priceMicros(campaign),
    totalBudgetMicros: campaign.totalBudgetMicros,
    dailyBudgetMicros: campaign.dailyBudgetMicros,
    balanceMicros: campaign.balanceMicros,
    frequencyCaps,
    isUncounted: frequencyCaps.length === 0 && !isAdvertiserCapped(advertiserId),
  };
}

/** Where a click is likelier than on average, more is held for it. */
function withLikelierClick(
  campaign: CampaignView,
  { clickFactor = 1 }: ValueBreakdown,
): CampaignView {
  if (clickFactor <= 1) return campaign;
  return { ...campaign, clickRateUpper: Math.min(1, campaign.clickRateUpper * clickFactor) };
}

/** What one trip brought. "away" = the store did not answer, so that another trip would only cost time. */
function takeOutcomes(
  wanted: readonly Allocation[],
  requests: readonly HoldRequest[],
  outcomes: readonly HoldOutcome[],
  { state, deps }: { readonly state: Reserving; readonly deps: ReserveDeps },
): "all held" | "some refused" | "away" {
  let result: "all held" | "some refused" | "away" = "all held";
  for (const [index, { placementId, candidate }] of wanted.entries()) {
    const outcome = outcomes[index] ?? { held: false, reason: "unavailable" };
    const { campaignId } = candidate.campaign;
    deps.onOutcome(campaignId, outcome);
    if (outcome.held) {
      const { holdId, budgetDay } = outcome;
      state.kept.push({ placementId, candidate, slot: requests[index]!.slot, holdId, budgetDay });
      continue;
    }
    state.refused.add(campaignId);
    if (outcome.reason === "unavailable") result = "away";
    else if (result === "all held") result = "some refused";
  }
  return result;
}

function winnersOf({ placements }: Decision): number {
  return placements.reduce((sum, { winners }) => sum + winners.length, 0);
}

/** Those who need no reservation fill the slots that are left: house ads, and everybody in a test decision. */
function withoutHold(
  decision: Decision,
  { kept, refused, slots }: Reserving,
  needsHold: (candidate: Candidate) => boolean,
  nowMs: number,
): readonly Winner[] {
  const isFull = refused.size === 0 && kept.length === winnersOf(decision);
  if (isFull) return [];
  const keptIds = new Set(kept.map(({ candidate }) => candidate.campaign.campaignId));
  const out = new Set(refused);
  for (;;) {
    const chosen = allocate(decision, out).filter(
      ({ candidate }) => !keptIds.has(candidate.campaign.campaignId),
    );
    const barred = chosen.filter(({ candidate }) => needsHold(candidate));
    if (barred.length === 0) {
      const budgetDay = budgetDayOf(nowMs);
      return chosen.map(({ placementId, candidate }, index) => ({
        placementId,
        candidate,
        slot: slots + index,
        holdId: null,
        budgetDay,
      }));
    }
    for (const { candidate } of barred) out.add(candidate.campaign.campaignId);
  }
}

/** What is not given back now lapses by itself; the page need not wait for it. */
function giveBack(
  kept: readonly Winner[],
  { nowMs, holdContext }: ReserveOptions,
  { releaseHolds }: ReserveDeps,
): void {
  const holdIds = kept.flatMap(({ holdId }) => holdId ?? []);
  if (holdIds.length === 0) return;
  void releaseHolds(holdIds, nowMs, holdContext().pageViewKey).catch(() => {});
}
