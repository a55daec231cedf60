import type { PacedCampaign } from "./pacedCampaign.ts";

/**
 * What a campaign would spend at throttle 1, learnt from what it spends at any throttle: a gamma-Poisson estimate in
 * billable events (for CPC: clicks to be expected of the impressions) per average day of traffic. Evidence fades with the
 * traffic that has passed since; what it fades to is the long-run estimate `usual`.
 */
export interface Supply {
  /** Events seen, faded. */
  readonly events: number;
  /** Traffic taken: throttle × forecast traffic, in average days, faded like the events. */
  readonly taken: number;
  /** Events per average day of traffic, in the long run. */
  readonly usual: number;
  /** For CPC: clicks charged and clicks expected, faded slowly. Their ratio corrects the predicted click rate. */
  readonly clicks: number;
  readonly expectedClicks: number;
}

export interface SupplyEvidence {
  readonly events: number;
  /** Throttle in force meanwhile. */
  readonly throttle: number;
  /** Forecast traffic that passed meanwhile, in average days. */
  readonly traffic: number;
  /** For CPC: clicks charged meanwhile; null for CPM. */
  readonly clicks: number | null;
}

/** After this much of an average day's traffic evidence has faded to a third: an hour is up to a quarter off its forecast. */
const memoryDays = 0.06;
/** The usual supply follows within about this many days. */
const usualMemoryDays = 1;
/** How many events the usual supply is worth as evidence. */
const usualEvents = 5;
/** The predicted click rate is worth so many clicks against what is counted, and evidence beyond the most fades. */
const predictedClicks = 4;
const mostExpectedClicks = 300;
/** Of the opportunities in its zone a campaign is taken to win this many when nothing is known: too many is the safe side. */
const winShare = 0.5;

/**
 * Before anything was seen: half of the zone's opportunities of an average day; where none have been counted yet either,
 * just enough for the day's plan, which holds nobody back.
 */
export function firstSupply(
  campaign: PacedCampaign,
  opportunitiesPerDay: number,
  neededPerDay: number,
): Supply {
  const rate = campaign.pricing === "cpc" ? campaign.clickRate : 1;
  const usual = opportunitiesPerDay > 0 ? opportunitiesPerDay * winShare * rate : neededPerDay;
  return {
    events: 0,
    taken: 0,
    usual: Math.max(usual, smallestSupply),
    clicks: 0,
    expectedClicks: 0,
  };
}

const smallestSupply = 1e-6;

/** The estimate after another look. */
export function learnSupply(supply: Supply, evidence: SupplyEvidence): Supply {
  const { traffic, throttle } = evidence;
  const fade = Math.exp(-traffic / memoryDays);
  const events = supply.events * fade + evidence.events;
  const taken = supply.taken * fade + throttle * traffic;
  const present = rateOf(events, taken, supply.usual);
  // Hardly anything is learnt about the whole while next to nothing of it is taken.
  const pull = 1 - Math.exp(-(traffic * Math.sqrt(throttle)) / usualMemoryDays);
  return {
    events,
    taken,
    usual: Math.max(smallestSupply, supply.usual + (present - supply.usual) * pull),
    ...learnClicks(supply, evidence),
  };
}

function learnClicks(
  { clicks, expectedClicks }: Supply,
  evidence: SupplyEvidence,
): Pick<Supply, "clicks" | "expectedClicks"> {
  if (evidence.clicks === null) return { clicks, expectedClicks };
  const keep = Math.min(1, mostExpectedClicks / Math.max(1, expectedClicks));
  return {
    clicks: clicks * keep + evidence.clicks,
    expectedClicks: expectedClicks * keep + evidence.events,
  };
}

/** Events per average day of traffic at throttle 1. */
export function supplyPerDay(supply: Supply): number {
  const clickRatio = (supply.clicks + predictedClicks) / (supply.expectedClicks + predictedClicks);
  return rateOf(supply.events, supply.taken, supply.usual) * clickRatio;
}

function rateOf(events: number, taken: number, usual: number): number {
  return Math.max(smallestSupply, (events + usualEvents) / (taken + usualEvents / usual));
}
