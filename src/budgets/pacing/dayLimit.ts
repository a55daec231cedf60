import { addDays, budgetDayBounds, budgetDayOf } from "../budgetDay.ts";
import { forecastHours } from "./dayPlan.ts";
import type { PacedCampaign } from "./pacedCampaign.ts";
import type { TrafficCurve } from "./trafficCurve.ts";

/** What the counters say of a campaign, micros. */
export interface SpentSoFar {
  readonly totalMicros: number;
  readonly todayMicros: number;
}

const dayMs = 86_400_000;
/** A total budget without a last day is spread over this many days from its first. */
const openEndedDays = 30;
/** And once they are over, what is left over the coming week, again and again. */
const shortestHorizonDays = 7;

/**
 * What a campaign may spend on a budget day in all, micros: its daily budget, or what is left of its total when that is
 * less. With a total alone, the day's share (see {@link shareOfDay}) of what was left when the day began.
 */
export function dayLimitMicros(
  { totalBudgetMicros: total, dailyBudgetMicros: daily }: PacedCampaign,
  spent: SpentSoFar,
  share: number,
): number {
  const left =
    total === null ? Infinity : Math.max(0, total - (spent.totalMicros - spent.todayMicros));
  if (daily !== null) return Math.min(daily, left);
  return left === Infinity ? 0 : Math.floor(left * share);
}

/**
 * The part of what is left that a day may have when a campaign has a total budget alone: the day's forecast traffic in
 * that of all days left; 1 on the last day. 1 too where a daily budget says it all.
 */
export function shareOfDay(campaign: PacedCampaign, curve: TrafficCurve, day: string): number {
  if (campaign.dailyBudgetMicros !== null) return 1;
  const today = trafficOf(campaign, curve, day);
  if (today === 0) return 0;
  const { startMs } = budgetDayBounds(day);
  const daysLeft = Math.max(1, Math.round((horizonMs(campaign, startMs) - startMs) / dayMs));
  // A week from now on stands for every later one.
  const week = Array.from({ length: Math.min(7, daysLeft) }, (_, index) =>
    index === 0 ? today : trafficOf(campaign, curve, addDays(day, index)),
  );
  const wholeWeeks = Math.floor(daysLeft / 7);
  const sumOf = (days: number) => week.slice(0, days).reduce((sum, one) => sum + one, 0);
  return today / (wholeWeeks * sumOf(7) + sumOf(daysLeft % 7));
}

function horizonMs(campaign: PacedCampaign, todayMs: number): number {
  if (campaign.endsAtMs !== null) return campaign.endsAtMs;
  const first = budgetDayOf(campaign.startsAtMs);
  const planned = budgetDayBounds(addDays(first, openEndedDays)).startMs;
  return Math.max(planned, todayMs + shortestHorizonDays * dayMs);
}

function trafficOf(campaign: PacedCampaign, curve: TrafficCurve, day: string): number {
  const within = { ...campaign, endsAtMs: null };
  return forecastHours(within, day, curve).reduce((sum, hour) => sum + hour, 0);
}
