import { hourOfWeek } from "../../targeting/hourOfWeek.ts";
import { type BudgetDay, budgetDayBounds } from "../budgetDay.ts";
import type { PacedCampaign, PacedMode } from "./pacedCampaign.ts";
import type { TrafficCurve } from "./trafficCurve.ts";

/** What a campaign is to have spent at each moment of one budget day. */
export interface DayPlan {
  /** "YYYY-MM-DD" in Europe/Paris. */
  readonly day: string;
  readonly startMs: number;
  /**
   * The traffic forecast for each hour of the day, in average days; 0 where the campaign may not show. 23 values in
   * spring, when an hour is missing, and 25 in autumn, when one comes twice.
   */
  readonly hours: readonly number[];
  readonly mode: PacedMode;
  /** The plan begins here, with what was spent of the day by then. */
  readonly fromMs: number;
  readonly fromMicros: number;
  /** What may be spent on the day, as the budgets say it. */
  readonly limitMicros: number;
  /** What the plan means to have spent at the end of the day: whole prices, and no more than a late start can spread. */
  readonly targetMicros: number;
}

const hourMs = 3_600_000;
/** Who starts, or gets more budget, late in the day is to spend at most this many times as fast as on a whole day. */
const fastestCatchUp = 3;

/** The forecast of the hours of a budget day in which a campaign may show: the clocks of its zone tell which. */
export function forecastHours(
  campaign: Pick<PacedCampaign, "startsAtMs" | "endsAtMs" | "hoursOfWeek" | "timeZone">,
  day: string,
  curve: TrafficCurve,
): readonly number[] {
  const { startMs, hoursOfWeek } = clockOf(day, campaign.timeZone);
  const { startsAtMs, hoursOfWeek: wanted } = campaign;
  const endsAtMs = campaign.endsAtMs ?? Infinity;
  return hoursOfWeek.map((hour, index) => {
    const atMs = startMs + index * hourMs;
    const isWithin = atMs >= startsAtMs && atMs < endsAtMs;
    return isWithin && (wanted === null || wanted.includes(hour)) ? curve[hour]! : 0;
  });
}

interface DayClock extends BudgetDay {
  /** The hour of the week that local clocks show in each hour of the day. */
  readonly hoursOfWeek: readonly number[];
}

/** A memo, not a state: at midnight a hundred thousand campaigns ask for the same few days. */
const knownClocks = new Map<string, DayClock>();
const mostClocks = 200;

function clockOf(day: string, timeZone: string): DayClock {
  const key = `${day} ${timeZone}`;
  let clock = knownClocks.get(key);
  if (clock === undefined) {
    const bounds = budgetDayBounds(day);
    const hoursOfWeek: number[] = [];
    for (let atMs = bounds.startMs; atMs < bounds.endMs; atMs += hourMs)
      hoursOfWeek.push(hourOfWeek(atMs, timeZone));
    clock = { ...bounds, hoursOfWeek };
    if (knownClocks.size >= mostClocks) knownClocks.clear();
    knownClocks.set(key, clock);
  }
  return clock;
}

/** A plan for the rest of a day, from `nowMs` on. `limitMicros` is for the whole day, `spentMicros` of it are spent. */
export function planDay(
  campaign: PacedCampaign,
  curve: TrafficCurve,
  money: { readonly limitMicros: number; readonly spentMicros: number },
  day: string,
  nowMs: number,
): DayPlan {
  const { startMs } = clockOf(day, campaign.timeZone);
  const hours = forecastHours(campaign, day, curve);
  const { limitMicros, spentMicros } = money;
  const open = { startMs, hours };
  const total = forecastUntil(open, Infinity);
  const left = total - forecastUntil(open, nowMs);
  const spreadable = total > 0 ? (fastestCatchUp * limitMicros * left) / total : 0;
  const toSpend = Math.max(0, Math.min(limitMicros - spentMicros, spreadable));
  // A hair more: sums of hours are not exact, and a whole price must not be lost to that.
  const wholePrices = Math.floor(toSpend / campaign.priceMicros + 1e-6) * campaign.priceMicros;
  return {
    day,
    startMs,
    hours,
    mode: campaign.mode,
    fromMs: Math.max(nowMs, startMs),
    fromMicros: spentMicros,
    limitMicros,
    targetMicros: spentMicros + wholePrices,
  };
}

/** Traffic forecast from the day's beginning to `atMs`, in average days. */
export function forecastUntil(
  { startMs, hours }: Pick<DayPlan, "startMs" | "hours">,
  atMs: number,
): number {
  let sum = 0;
  let leftMs = atMs - startMs;
  for (const hour of hours) {
    if (leftMs <= 0) break;
    sum += hour * Math.min(1, leftMs / hourMs);
    leftMs -= hourMs;
  }
  return sum;
}

/** What is to be spent at `atMs`, micros of the day. */
export function plannedMicrosAt(plan: DayPlan, atMs: number): number {
  const { elapsed } = progressAt(plan, atMs);
  return plan.fromMicros + (plan.targetMicros - plan.fromMicros) * spentShare(plan.mode, elapsed);
}

/** How fast the plan spends at `atMs`: micros per average day of traffic; 0 when no traffic is left. */
export function plannedRateAt(plan: DayPlan, atMs: number): number {
  const { elapsed, total } = progressAt(plan, atMs);
  if (total <= 0) return 0;
  return ((plan.targetMicros - plan.fromMicros) * spendingSpeed(plan.mode, elapsed)) / total;
}

/** Traffic of the plan that is still to come at `atMs`, and in all, in average days. */
export function trafficLeft(
  plan: DayPlan,
  atMs: number,
): { readonly left: number; readonly total: number } {
  const { elapsed, total } = progressAt(plan, atMs);
  return { left: total * (1 - elapsed), total };
}

function progressAt(
  plan: DayPlan,
  atMs: number,
): { readonly elapsed: number; readonly total: number } {
  const before = forecastUntil(plan, plan.fromMs);
  const total = forecastUntil(plan, Infinity) - before;
  if (total <= 0) return { elapsed: 0, total: 0 };
  const elapsed = (forecastUntil(plan, atMs) - before) / total;
  return { elapsed: Math.min(1, Math.max(0, elapsed)), total };
}

/**
 * The share of the money that is spent when a share of the traffic has passed. Front-loaded begins at one and a half
 * times the even pace and ends at half of it: three fifths of the way through the money at half of the traffic.
 */
function spentShare(mode: PacedMode, elapsed: number): number {
  return mode === "even" ? elapsed : elapsed * (1.5 - 0.5 * elapsed);
}

function spendingSpeed(mode: PacedMode, elapsed: number): number {
  return mode === "even" ? 1 : 1.5 - elapsed;
}
