import { type DayPlan, plannedMicrosAt, plannedRateAt, trafficLeft } from "./dayPlan.ts";
import type { PacedCampaign } from "./pacedCampaign.ts";
import { learnSupply, type Supply, supplyMicrosPerDay } from "./supply.ts";

/** What the money counters say of a campaign's budget day, micros. */
export interface DayMoney {
  readonly spentMicros: number;
  /** Reserved for ads that were chosen and whose billable event has not come yet. */
  readonly heldMicros: number;
}

/** What the controller remembers of a campaign between two looks. */
export interface PacingState {
  readonly plan: DayPlan;
  readonly supply: Supply;
  /** Share of opportunities to take, 0–1: in force since `atMs`. */
  readonly throttle: number;
  readonly atMs: number;
  readonly money: DayMoney;
}

/** A deviation is to be gone after this share of the plan's traffic, or after this part of the traffic of one event. */
const correctionShare = 0.01;
const correctionEvents = 0.5;
/** But not within less than this: news of an impression takes seconds, and the next look is as far away. */
const shortestCorrectionMs = 120_000;
/** Behind the plan, at most this many times its pace, or the pace needed to finish: more for few events, which are luck. */
const fastestPace = 2;
const luckPace = 8;
const finishingPace = 1.25;
const luckDeviations = 2;
/** Of so few clicks a day, chance may keep away more than one: they aim ahead of the plan, by what is chance anyway. */
const fewClicks = 4;
/** Holds younger than this will mostly become charges. */
const freshHoldMs = 15_000;
/** For so short a time before the end nothing is left to correct with. */
const shortestEndMs = 15_000;
const dayMs = 86_400_000;

/** The state of a campaign whose plan has just been made. Feed-forward only: nothing has deviated yet. */
export function beginPacing(
  campaign: PacedCampaign,
  plan: DayPlan,
  supply: Supply,
  money: DayMoney,
  nowMs: number,
): PacingState {
  const throttle = throttleFor(campaign, plan, supply, money, nowMs, 0);
  return { plan, supply, throttle, atMs: nowMs, money };
}

/**
 * One look: learns from what was spent since the last one what the campaign would spend unthrottled, and sets the
 * throttle that spends as the plan does, faster when behind and slower when ahead. `holdLifeMs` is how long an
 * unconfirmed hold lives. Pure.
 */
export function stepPacing(
  campaign: PacedCampaign,
  state: PacingState,
  money: DayMoney,
  nowMs: number,
  holdLifeMs: number,
): PacingState {
  if (nowMs <= state.atMs) return { ...state, money };
  const { plan } = state;
  const traffic = trafficLeft(plan, state.atMs).left - trafficLeft(plan, nowMs).left;
  const supply = mayTeach(campaign, state)
    ? learnSupply(state.supply, {
        ...winsBetween(campaign, state, money, nowMs, holdLifeMs),
        throttle: state.throttle,
        traffic,
      })
    : state.supply;
  const throttle = throttleFor(campaign, plan, supply, money, nowMs, state.throttle);
  return { plan, supply, throttle, atMs: nowMs, money };
}

/** Micros by which a campaign is ahead of its plan; negative when behind. */
export function deviationMicros({ plan, money, atMs }: PacingState): number {
  return money.spentMicros - plannedMicrosAt(plan, atMs);
}

/** A campaign that had no money left to hold could not win: that says nothing about its supply. */
function mayTeach(campaign: PacedCampaign, { plan, money, throttle }: PacingState): boolean {
  const { pricing, priceMicros, clickRateUpper } = campaign;
  const free = plan.limitMicros - money.spentMicros - money.heldMicros;
  return throttle > 0 && free >= (pricing === "cpc" ? priceMicros * clickRateUpper : priceMicros);
}

function winsBetween(
  campaign: PacedCampaign,
  state: PacingState,
  money: DayMoney,
  nowMs: number,
  holdLifeMs: number,
): { readonly wins: number; readonly clicks: number | null } {
  const charged = Math.max(0, money.spentMicros - state.money.spentMicros) / campaign.priceMicros;
  if (campaign.pricing !== "cpc") return { wins: charged, clicks: null };
  // Nearly every hold of a CPC impression stays until it lapses: what is held now are the impressions of one hold's life.
  const impressions = money.heldMicros / (campaign.priceMicros * campaign.clickRateUpper);
  const part = Math.min(1, (nowMs - state.atMs) / holdLifeMs);
  return { wins: impressions * part, clicks: charged };
}

function throttleFor(
  campaign: PacedCampaign,
  plan: DayPlan,
  supply: Supply,
  money: DayMoney,
  nowMs: number,
  throttle: number,
): number {
  const { left, total } = trafficLeft(plan, nowMs);
  if (left <= 0) return 1;
  const { priceMicros } = campaign;
  const supplyMicros = supplyMicrosPerDay(campaign, supply);
  const trafficPerMs = trafficLeft(plan, nowMs - 1).left - trafficLeft(plan, nowMs).left;
  const fresh = freshlyHeld(campaign, money, throttle * supplyMicros * trafficPerMs);
  const events = Math.max(1, (plan.targetMicros - plan.fromMicros) / priceMicros);
  if (isAheadByChance(campaign, plan, money, nowMs)) return 0;
  const behind = aimAt(campaign, plan, events, nowMs) - money.spentMicros - fresh;
  const over = correctionTraffic(events, { left, total }, trafficPerMs);
  const pace = plannedRateAt(plan, nowMs);
  const wanted = Math.min(
    pace + behind / over,
    fastest(plan, money, priceMicros, pace, events, left),
  );
  return Math.min(1, Math.max(0, wanted) / supplyMicros);
}

/** What should be spent by now: the plan, and of few clicks one and their deviation more. */
function aimAt(
  { pricing, priceMicros }: PacedCampaign,
  plan: DayPlan,
  events: number,
  nowMs: number,
): number {
  const planned = plannedMicrosAt(plan, nowMs);
  if (pricing !== "cpc") return planned;
  const lead = Math.min(1, fewClicks / events) * (1 + Math.sqrt(planned / priceMicros));
  return Math.min(plan.targetMicros, planned + lead * priceMicros);
}

/** One more click would be farther ahead of the plan than one click and twice its deviation: wait. */
function isAheadByChance(
  { pricing, priceMicros }: PacedCampaign,
  plan: DayPlan,
  { spentMicros }: DayMoney,
  nowMs: number,
): boolean {
  if (pricing !== "cpc") return false;
  const planned = plannedMicrosAt(plan, nowMs) / priceMicros;
  return spentMicros / priceMicros > planned + 2 * Math.sqrt(planned);
}

/** The pace beyond which nobody catches up, micros per average day of traffic. */
function fastest(
  plan: DayPlan,
  { spentMicros }: DayMoney,
  priceMicros: number,
  pace: number,
  events: number,
  left: number,
): number {
  const toSpend = Math.max(0, plan.targetMicros - spentMicros);
  const eventsLeft = Math.max(1, toSpend / priceMicros);
  const finishing = finishingPace + luckDeviations / Math.sqrt(eventsLeft);
  return Math.max(
    pace * (fastestPace + luckPace / Math.sqrt(events)),
    (finishing * toSpend) / left,
  );
}

/** What of the held money will soon be spent. Of a CPC hold hardly anything: its click is unlikely, and comes at once. */
function freshlyHeld(
  { pricing, priceMicros }: PacedCampaign,
  { heldMicros }: DayMoney,
  spentPerMs: number,
): number {
  if (pricing === "cpc") return 0;
  return Math.min(heldMicros, spentPerMs * freshHoldMs + 3 * priceMicros);
}

/**
 * Over how much traffic a deviation is corrected. Few billable events a day are uneven by nature: one of them may take
 * half an event's traffic. Towards the end the correction hastens, so that nothing is left over.
 */
function correctionTraffic(
  events: number,
  { left, total }: { readonly left: number; readonly total: number },
  trafficPerMs: number,
): number {
  const usual = Math.max(
    total * Math.max(correctionShare, correctionEvents / events),
    trafficPerMs * shortestCorrectionMs,
  );
  const shortest = Math.max(trafficPerMs * shortestEndMs, 1 / dayMs);
  return Math.max(shortest, Math.min(usual, left / 2));
}
