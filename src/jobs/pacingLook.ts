import {
  beginPacing,
  type DayMoney,
  type PacingState,
  stepPacing,
} from "../budgets/pacing/controller.ts";
import { dayLimitMicros, shareOfDay } from "../budgets/pacing/dayLimit.ts";
import { planDay } from "../budgets/pacing/dayPlan.ts";
import type { PacedCampaign } from "../budgets/pacing/pacedCampaign.ts";
import { firstSupply } from "../budgets/pacing/supply.ts";
import type { TrafficHistory } from "../budgets/pacing/trafficHistory.ts";
import type { CampaignCounters } from "../stores/redis/spending.ts";

/** What the controller knows of a campaign after a look. */
export interface LookedAt {
  readonly campaignId: number;
  /** As it was at this look; null when the knowledge comes from another leader. */
  readonly campaign: PacedCampaign | null;
  /** The part of a lone total budget that the day may have; 1 with a daily budget. */
  readonly dayShare: number;
  readonly state: PacingState;
}

export interface Look {
  readonly campaign: PacedCampaign;
  readonly known: LookedAt | null;
  readonly counters: CampaignCounters;
  readonly history: TrafficHistory;
  readonly day: string;
  readonly nowMs: number;
  readonly holdLifeMs: number;
}

/** After so long without a look (nobody led, or the campaign was paused) the day's rest is planned anew. */
const forgottenAfterMs = 300_000;

/** Looks at one campaign: follows its plan, or makes a new one from now on when the day, the budget or the schedule is new. Pure. */
export function lookAt(look: Look): LookedAt {
  const { campaign, known, counters, nowMs, holdLifeMs } = look;
  const money: DayMoney = {
    spentMicros: Math.max(0, counters.spentTodayMicros),
    heldMicros: Math.max(0, counters.heldTodayMicros),
  };
  if (known !== null && followsPlan(look, known)) {
    const state = stepPacing(campaign, known.state, money, nowMs, holdLifeMs);
    return { campaignId: campaign.campaignId, campaign, dayShare: known.dayShare, state };
  }
  return planAnew(look, money);
}

function planAnew(look: Look, money: DayMoney): LookedAt {
  const { campaign, known, counters, history, day, nowMs } = look;
  const forecast = history.forecastOf(campaign.trafficCells, campaign.timeZone);
  const dayShare = shareOfDay(campaign, forecast.curve, day);
  const limitMicros = limitOf(campaign, counters, dayShare);
  const { spentMicros } = money;
  const plan = planDay(campaign, forecast.curve, { limitMicros, spentMicros }, day, nowMs);
  const supply =
    known?.state.supply ?? firstSupply(campaign, forecast.opportunitiesPerDay, limitMicros);
  const state = beginPacing(campaign, plan, supply, money, nowMs);
  return { campaignId: campaign.campaignId, campaign, dayShare, state };
}

function followsPlan({ campaign, counters, day, nowMs }: Look, known: LookedAt): boolean {
  const { plan, atMs } = known.state;
  if (plan.day !== day || plan.mode !== campaign.mode || nowMs - atMs > forgottenAfterMs)
    return false;
  if (known.campaign !== null && !hasSameSchedule(known.campaign, campaign)) return false;
  return plan.limitMicros === limitOf(campaign, counters, known.dayShare);
}

function limitOf(campaign: PacedCampaign, counters: CampaignCounters, dayShare: number): number {
  const spent = { totalMicros: counters.spentMicros, todayMicros: counters.spentTodayMicros };
  return dayLimitMicros(campaign, spent, dayShare);
}

function hasSameSchedule(one: PacedCampaign, other: PacedCampaign): boolean {
  if (one === other) return true;
  return (
    one.startsAtMs === other.startsAtMs &&
    one.endsAtMs === other.endsAtMs &&
    one.timeZone === other.timeZone &&
    one.priceMicros === other.priceMicros &&
    one.dailyBudgetMicros === other.dailyBudgetMicros &&
    one.totalBudgetMicros === other.totalBudgetMicros &&
    one.hoursOfWeek?.join() === other.hoursOfWeek?.join()
  );
}
