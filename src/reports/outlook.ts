import { budgetDayOf } from "../budgets/budgetDay.ts";
import { dayLimitMicros, shareOfDay } from "../budgets/pacing/dayLimit.ts";
import {
  type DayPlan,
  forecastHours,
  forecastUntil,
  planDay,
  plannedMicrosAt,
} from "../budgets/pacing/dayPlan.ts";
import { type PacedCampaign, toPacedCampaign } from "../budgets/pacing/pacedCampaign.ts";
import { type CounterName, outcomeNames } from "./counters.ts";
import type { DeliveryFacts } from "./diagnosisTypes.ts";
import {
  type Estimate,
  poissonBounds,
  projectCount,
  scaleEstimate,
  usualWeightOf,
  weightOf,
} from "./interval.ts";

/** What a campaign's day looks like from what has been seen of it. */
export interface Outlook {
  readonly paced: PacedCampaign;
  readonly plan: DayPlan;
  readonly plannedSoFarMicros: number;
  /** Shares of the traffic of the whole day in which it may show: since the figures begin, and still to come. */
  readonly seenShare: number;
  readonly leftShare: number;
  /** Days that a figure of the seen time is to be multiplied by; for hours outside its schedule the other. */
  readonly parts: number;
  readonly partsOfAllHours: number;
  /** What a request stood for when it was sampled. */
  readonly usualWeight: number;
  /** Micros that a won opportunity spends on average. */
  readonly microsPerWin: number;
  readonly expectedMicros: Estimate;
}

/** Null for a campaign without a price or a budget. */
export function outlookOf(facts: DeliveryFacts): Outlook | null {
  const { campaign, nowMs, sinceMs, curve } = facts;
  // As fast as possible is no slower than evenly: who does not keep up with the even plan lags either way.
  const pacing = campaign.pacing === "asap" ? "even" : campaign.pacing;
  const paced = toPacedCampaign({ ...campaign, pacing });
  if (paced === null) return null;
  const day = budgetDayOf(nowMs);
  const spent = facts.spentTodayMicros;
  const spentSoFar = { totalMicros: facts.spentBeforeMicros + spent, todayMicros: spent };
  const limitMicros = dayLimitMicros(paced, spentSoFar, shareOfDay(paced, curve, day));
  const spentAtStart = Math.max(0, spent - spentSinceMicros(facts, paced));
  const money = { limitMicros, spentMicros: spentAtStart };
  const plan = planDay(paced, curve, money, day, sinceMs);
  const shares = sharesOf(plan, sinceMs, nowMs);
  const allHours = forecastHours({ ...paced, hoursOfWeek: null }, day, curve);
  const sharesOfAll = sharesOf({ startMs: plan.startMs, hours: allHours }, sinceMs, nowMs);
  const before = {
    paced,
    plan,
    plannedSoFarMicros: plannedMicrosAt(plan, nowMs),
    seenShare: shares.seen,
    leftShare: shares.left,
    parts: 1 / Math.max(shares.seen, leastShare),
    partsOfAllHours: 1 / Math.max(sharesOfAll.seen, leastShare),
    usualWeight: usualWeightOf(facts.requests),
    microsPerWin: paced.priceMicros * billablePerWin(facts),
  };
  return { ...before, expectedMicros: expectedMicros(facts, before) };
}

const leastShare = 1e-4;

function sharesOf(day: Pick<DayPlan, "startMs" | "hours">, sinceMs: number, nowMs: number) {
  const total = forecastUntil(day, Infinity);
  if (total === 0) return { seen: 0, left: 0 };
  const now = forecastUntil(day, nowMs);
  return { seen: (now - forecastUntil(day, sinceMs)) / total, left: (total - now) / total };
}

/** How many billable events came since the figures begin. */
function billedEvents(
  { campaign, events, spentTodayMicros }: DeliveryFacts,
  priceMicros: number,
): number {
  const counted = { cpm: events.impressions, vcpm: events.viewables, cpc: events.clicks };
  // Some are counted and not charged.
  return Math.min(counted[campaign.pricing], Math.ceil(spentTodayMicros / priceMicros));
}

function spentSinceMicros(facts: DeliveryFacts, { priceMicros }: PacedCampaign): number {
  return billedEvents(facts, priceMicros) * priceMicros;
}

function billablePerWin({ campaign }: DeliveryFacts): number {
  return { cpm: 1, vcpm: campaign.viewRate, cpc: campaign.clickRate }[campaign.pricing];
}

/** What it could win a day if neither pacing nor its own budget held it back. */
const winnable: readonly CounterName[] = ["won", "pacing", "budget", "held_budget"];

/**
 * The day's spend at its end: what is spent, and what the rest of the traffic brings at the rate seen. A campaign that
 * pacing holds back could do more than that: then what the funnel says it could win counts.
 */
function expectedMicros(facts: DeliveryFacts, outlook: Omit<Outlook, "expectedMicros">): Estimate {
  const { leftShare, seenShare, plan, microsPerWin, paced } = outlook;
  const { counts, spentTodayMicros: spent } = facts;
  const limit = plan.limitMicros;
  const ratio = leftShare / Math.max(seenShare, leastShare);
  const withRest = (estimate: Estimate): Estimate => ({
    value: Math.min(limit, spent + estimate.value),
    low: Math.min(limit, spent + estimate.low),
    high: Math.min(limit, spent + estimate.high),
  });
  if (counts !== null && isHeldBack(facts)) {
    const wins = projectCount(counts, winnable, outlook.usualWeight, ratio);
    return withRest(scaleEstimate(wins, microsPerWin));
  }
  const events = billedEvents(facts, paced.priceMicros);
  const seen = { value: events, ...poissonBounds(events) };
  const rest = scaleEstimate(seen, ratio * paced.priceMicros);
  return withRest(paced.pricing === "cpm" ? rest : narrowed(rest, facts, ratio, paced));
}

/** Clicks and views are few beside impressions, which with their rates say more of what is to come. */
function narrowed(
  rest: Estimate,
  { campaign, events }: DeliveryFacts,
  ratio: number,
  { priceMicros, pricing }: PacedCampaign,
): Estimate {
  const isClicks = pricing === "cpc";
  const rate = isClicks ? campaign.clickRate : campaign.viewRate;
  const rateUpper = isClicks ? campaign.clickRateUpper : Math.min(1, 1.5 * campaign.viewRate);
  const { high } = poissonBounds(events.impressions);
  const highest = Math.min(rest.high, high * rateUpper * priceMicros * ratio);
  const value = Math.min(highest, events.impressions * rate * priceMicros * ratio);
  return { value, low: Math.min(rest.low, value), high: highest };
}

function isHeldBack({ counts }: DeliveryFacts): boolean {
  if (counts === null) return false;
  const held = weightOf(counts, ["pacing", "budget", "held_budget"]);
  return held > 0.1 * (held + weightOf(counts, ["won"]));
}

/** Requests in the campaign's zone a day, whatever became of them. */
export function opportunitiesPerDay(facts: DeliveryFacts, outlook: Outlook): Estimate {
  const { counts } = facts;
  if (counts === null) {
    return { value: 0, low: 0, high: 3.689 * outlook.usualWeight * outlook.parts };
  }
  const inHours = outcomeNames.filter((name) => name !== "daypart");
  return projectCount(counts, inHours, outlook.usualWeight, outlook.parts);
}
