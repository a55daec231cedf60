import { type DayPlan, plannedMicrosAt, plannedRateAt, trafficLeft } from "./dayPlan.ts";
import type { PacedCampaign } from "./pacedCampaign.ts";
import { learnSupply, type Supply, supplyPerDay } from "./supply.ts";

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

/** A deviation is to be gone after this share of the plan's traffic. */
const correctionShare = 0.01;
/** But not within less than this: news of an impression takes seconds, and the next look is as far away. */
const shortestCorrectionMs = 120_000;
/** Behind the plan, at most this many times its pace, or the pace needed to finish. */
const fastestPace = 2;
const finishingPace = 1.25;
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
        ...eventsBetween(campaign, state, money, nowMs, holdLifeMs),
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
function mayTeach({ priceMicros }: PacedCampaign, { plan, money, throttle }: PacingState): boolean {
  const free = plan.limitMicros - money.spentMicros - money.heldMicros;
  return throttle > 0 && free >= priceMicros;
}

function eventsBetween(
  campaign: PacedCampaign,
  state: PacingState,
  money: DayMoney,
  nowMs: number,
  holdLifeMs: number,
): { readonly events: number; readonly clicks: number | null } {
  const charged = Math.max(0, money.spentMicros - state.money.spentMicros) / campaign.priceMicros;
  if (campaign.pricing !== "cpc") return { events: charged, clicks: null };
  // Nearly every hold of a CPC impression stays until it lapses: what is held now are the impressions of one hold's life.
  const impressions = money.heldMicros / (campaign.priceMicros * campaign.clickRateUpper);
  const part = Math.min(1, (nowMs - state.atMs) / holdLifeMs);
  return { events: impressions * campaign.clickRate * part, clicks: charged };
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
  const supplyMicros = supplyPerDay(supply) * campaign.priceMicros;
  const trafficPerMs = trafficLeft(plan, nowMs - 1).left - trafficLeft(plan, nowMs + 1).left;
  const fresh = freshlyHeld(campaign, money, (throttle * supplyMicros * trafficPerMs) / 2);
  const behind = plannedMicrosAt(plan, nowMs) - money.spentMicros - fresh;
  const pace = plannedRateAt(plan, nowMs);
  const over = correctionTraffic(campaign, plan, { left, total }, trafficPerMs / 2);
  const toFinish = (plan.targetMicros - money.spentMicros - fresh) / left;
  const fastest = Math.max(fastestPace * pace, finishingPace * toFinish);
  const wanted = Math.min(Math.max(0, pace + behind / over), fastest);
  return Math.min(1, wanted / supplyMicros);
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
 * Over how much traffic a deviation is corrected. Few billable events a day are uneven by nature: one of them may take a
 * whole event's traffic. Towards the end the correction hastens, so that nothing is left over.
 */
function correctionTraffic(
  { priceMicros }: PacedCampaign,
  plan: DayPlan,
  { left, total }: { readonly left: number; readonly total: number },
  trafficPerMs: number,
): number {
  const perEvent = priceMicros / Math.max(priceMicros, plan.targetMicros - plan.fromMicros);
  const usual = Math.max(
    total * Math.max(correctionShare, perEvent),
    trafficPerMs * shortestCorrectionMs,
  );
  const shortest = Math.max(trafficPerMs * shortestEndMs, 1 / dayMs);
  return Math.max(shortest, Math.min(usual, left / 2));
}
