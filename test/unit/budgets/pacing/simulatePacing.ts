import { addDays, budgetDayBounds } from "../../../../src/budgets/budgetDay.ts";
import {
  beginPacing,
  type PacingState,
  stepPacing,
} from "../../../../src/budgets/pacing/controller.ts";
import { forecastHours, planDay, plannedMicrosAt } from "../../../../src/budgets/pacing/dayPlan.ts";
import { defaultNationalCurve } from "../../../../src/budgets/pacing/nationalCurve.ts";
import type { PacedCampaign, PacedMode } from "../../../../src/budgets/pacing/pacedCampaign.ts";
import { firstSupply } from "../../../../src/budgets/pacing/supply.ts";
import type { TrafficCurve } from "../../../../src/budgets/pacing/trafficCurve.ts";
import { createRandom, type Random } from "../../../../src/demo/random.ts";

/** A campaign and its world, for some days on a virtual clock. */
export interface Scenario {
  readonly seed: number;
  readonly days: number;
  /** In the campaign's zone, on a usual day. */
  readonly opportunitiesPerDay: number;
  readonly pricing: "cpm" | "cpc";
  /** The day's budget in billable events. */
  readonly eventsPerDay: number;
  /** What a usual day would bring unthrottled, as a multiple of the budget. */
  readonly supplyRatio: number;
  readonly mode?: PacedMode;
  readonly clickRate?: number;
  /** What the server believes the click rate to be. */
  readonly predictedClickRate?: number;
  /** What the server believes of the week; the built-in curve is the truth. */
  readonly forecast?: (truth: TrafficCurve, random: Random) => TrafficCurve;
  /** What was counted where the zone lies, on a usual day; 0 = nothing ever. Default: what comes in the zone. */
  readonly countedPerDay?: number;
  readonly from?: string;
  readonly hoursOfWeek?: readonly number[];
}

export interface SimulatedDay {
  /** |spent − plan| as a share of the budget, looked at every five minutes. */
  readonly meanError: number;
  readonly worstError: number;
  /** By how many bids the deviation was ever more than one bid and twice the root of the day's planned events. */
  readonly beyondChance: number;
  readonly delivered: number;
  /** Events that the budget would still have paid for. */
  readonly missingEvents: number;
  readonly throttles: readonly number[];
}

const stepMs = 10_000;
const lookEveryMs = 300_000;
const holdLifeMs = 300_000;
const renderedShare = 0.9;

interface OpenHold {
  readonly atMs: number;
  readonly isCharged: boolean;
}

/**
 * Runs the controller every ten seconds against opportunities that vary by ±20 % from day to day and ±25 % from hour to
 * hour, views that are rendered (or not) seconds later, and clicks up to a minute later. Everything follows from the seed.
 */
export function simulatePacing(scenario: Scenario): readonly SimulatedDay[] {
  const random = createRandom(scenario.seed);
  const world = worldOf(scenario, random);
  const days: SimulatedDay[] = [];
  let state: PacingState | null = null;
  for (let day = 0; day < scenario.days; day++) {
    const run = simulateDay(world, addDays(scenario.from ?? "2026-06-01", day), state, random);
    state = run.state;
    days.push(run.day);
  }
  return days;
}

interface World {
  readonly scenario: Scenario;
  readonly campaign: PacedCampaign;
  readonly truth: TrafficCurve;
  readonly forecast: TrafficCurve;
  readonly budgetMicros: number;
  readonly clickRate: number;
  readonly holdMicros: number;
  /** Chance that an opportunity is won at throttle 1. */
  readonly winShare: number;
}

function worldOf(scenario: Scenario, random: Random): World {
  const { pricing, eventsPerDay, supplyRatio, opportunitiesPerDay } = scenario;
  const truth = defaultNationalCurve();
  const clickRate = scenario.clickRate ?? 0.01;
  const predicted = scenario.predictedClickRate ?? clickRate;
  const priceMicros = pricing === "cpm" ? 5_000 : 300_000;
  const eventsPerWin = pricing === "cpm" ? renderedShare : clickRate;
  const winShare = (eventsPerDay * supplyRatio) / (opportunitiesPerDay * eventsPerWin);
  if (winShare > 1) throw new RangeError("more supply than opportunities");
  const campaign: PacedCampaign = {
    campaignId: 12,
    advertiserId: 7,
    mode: scenario.mode ?? "even",
    pricing,
    priceMicros,
    clickRate: predicted,
    clickRateUpper: 1.5 * predicted,
    totalBudgetMicros: null,
    dailyBudgetMicros: eventsPerDay * priceMicros,
    startsAtMs: 0,
    endsAtMs: null,
    hoursOfWeek: scenario.hoursOfWeek ?? null,
    timeZone: "Europe/Paris",
    trafficCells: null,
  };
  return {
    scenario,
    campaign,
    truth,
    forecast: scenario.forecast?.(truth, random) ?? truth,
    budgetMicros: eventsPerDay * priceMicros,
    clickRate,
    holdMicros: pricing === "cpm" ? priceMicros : Math.ceil(priceMicros * 1.5 * predicted),
    winShare,
  };
}

function simulateDay(world: World, day: string, before: PacingState | null, random: Random) {
  const { campaign, budgetMicros, scenario, winShare } = world;
  const bounds = budgetDayBounds(day);
  const dayNoise = 1 + 0.2 * (2 * random.next() - 1);
  const hours = forecastHours(campaign, day, world.truth).map(
    (share) => share * dayNoise * (1 + 0.25 * (2 * random.next() - 1)),
  );
  const purse: Purse = { spentMicros: 0, open: [] };
  let state = startDay(world, day, before, bounds.startMs);
  const spent: number[] = [];
  const planned: number[] = [];
  const throttles: number[] = [];
  for (let nowMs = bounds.startMs; nowMs < bounds.endMs; nowMs += stepMs) {
    settle(purse, world, nowMs);
    const money = {
      spentMicros: purse.spentMicros,
      heldMicros: purse.open.length * world.holdMicros,
    };
    if (nowMs > bounds.startMs) state = stepPacing(campaign, state, money, nowMs, holdLifeMs);
    if (nowMs % lookEveryMs === 0) {
      spent.push(purse.spentMicros);
      planned.push(plannedMicrosAt(state.plan, nowMs));
      throttles.push(state.throttle);
    }
    const share = hours[Math.floor((nowMs - bounds.startMs) / 3_600_000)] ?? 0;
    const expected = scenario.opportunitiesPerDay * share * (stepMs / 3_600_000);
    serve(purse, world, poisson(expected * winShare * state.throttle, random), nowMs, random);
  }
  settle(purse, world, Infinity);
  const errors = spent.map((micros, index) => Math.abs(micros - planned[index]!));
  const allowed = campaign.priceMicros * (1 + 2 * Math.sqrt(scenario.eventsPerDay));
  const result: SimulatedDay = {
    meanError: errors.reduce((sum, error) => sum + error, 0) / errors.length / budgetMicros,
    worstError: Math.max(...errors) / budgetMicros,
    beyondChance: Math.max(...errors.map((error) => error - allowed)) / campaign.priceMicros,
    delivered: purse.spentMicros / budgetMicros,
    missingEvents: (budgetMicros - purse.spentMicros) / campaign.priceMicros,
    throttles,
  };
  return { state, day: result };
}

interface Purse {
  spentMicros: number;
  open: OpenHold[];
}

function startDay(
  world: World,
  day: string,
  before: PacingState | null,
  nowMs: number,
): PacingState {
  const { campaign, forecast, budgetMicros, scenario } = world;
  const limits = { limitMicros: budgetMicros, spentMicros: 0 };
  const plan = planDay(campaign, forecast, limits, day, nowMs);
  const known = scenario.countedPerDay ?? scenario.opportunitiesPerDay;
  const supply = before?.supply ?? firstSupply(campaign, known, budgetMicros);
  return beginPacing(campaign, plan, supply, { spentMicros: 0, heldMicros: 0 }, nowMs);
}

/** Holds become charges while the budget allows it, or lapse. */
function settle(purse: Purse, { campaign, budgetMicros }: World, nowMs: number): void {
  const due = purse.open.filter(({ atMs }) => atMs <= nowMs);
  if (due.length === 0) return;
  purse.open = purse.open.filter(({ atMs }) => atMs > nowMs);
  for (const { isCharged } of due)
    if (isCharged && purse.spentMicros + campaign.priceMicros <= budgetMicros)
      purse.spentMicros += campaign.priceMicros;
}

function serve(purse: Purse, world: World, wins: number, nowMs: number, random: Random): void {
  const { scenario, budgetMicros, holdMicros, clickRate } = world;
  const isView = scenario.pricing === "cpm";
  for (let win = 0; win < wins; win++) {
    if (purse.spentMicros + (purse.open.length + 1) * holdMicros > budgetMicros) return;
    const isCharged = random.next() < (isView ? renderedShare : clickRate);
    const afterMs = isView ? 2_000 + 15_000 * random.next() : 5_000 + 60_000 * random.next();
    purse.open.push({ isCharged, atMs: nowMs + (isCharged ? afterMs : holdLifeMs) });
  }
}

function poisson(mean: number, random: Random): number {
  let left = mean;
  let count = -1;
  while (left >= 0) {
    left += Math.log(1 - random.next());
    count++;
  }
  return count;
}
