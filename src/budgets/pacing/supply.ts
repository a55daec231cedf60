import type { PacedCampaign } from "./pacedCampaign.ts";

/**
 * What a campaign would win at throttle 1, learnt from what it wins at any throttle: a gamma-Poisson estimate in wins
 * (billed impressions; for CPC, impressions shown) per average day of traffic. Evidence fades with the traffic that has
 * passed since; what it fades to is the long-run estimate `usual`.
 */
export interface Supply {
  /** Wins seen, faded. */
  readonly wins: number;
  /** Traffic taken: throttle × forecast traffic, in average days, faded like the wins. */
  readonly taken: number;
  /** Wins per average day of traffic, in the long run. */
  readonly usual: number;
  /** For CPC: clicks charged and the wins that they came from, faded slowly. */
  readonly clicks: number;
  readonly clickWins: number;
}

export interface SupplyEvidence {
  readonly wins: number;
  /** Throttle in force meanwhile. */
  readonly throttle: number;
  /** Forecast traffic that passed meanwhile, in average days. */
  readonly traffic: number;
  /** For CPC: clicks charged meanwhile; else null. */
  readonly clicks: number | null;
}

/** After this much of an average day's traffic evidence has faded to a third: an hour is up to a quarter off its forecast. */
const shortestMemoryDays = 0.06;
/** Who wins little remembers for longer: so many wins, or a day. */
const rememberedWins = 40;
const longestMemoryDays = 1;
/** The usual supply follows within about this many days. */
const usualMemoryDays = 1;
/** How many wins the usual supply is worth as evidence. */
const usualWins = 5;
/** The predicted click rate is worth so many clicks against what is counted, and evidence beyond the most fades. */
const predictedClicks = 4;
const mostClicks = 300;
/** Of the opportunities in its zone a campaign is taken to win this many when nothing is known: too many is the safe side. */
const winShare = 0.5;
const smallestSupply = 1e-6;

/**
 * Before anything was seen: half of the zone's opportunities of an average day; where none have been counted yet either,
 * just enough for the day's plan (`neededMicros`), which holds nobody back.
 */
export function firstSupply(
  campaign: PacedCampaign,
  opportunitiesPerDay: number,
  neededMicros: number,
): Supply {
  const needed = neededMicros / (campaign.priceMicros * firstRate(campaign));
  const usual = opportunitiesPerDay > 0 ? opportunitiesPerDay * winShare : needed;
  return { wins: 0, taken: 0, usual: Math.max(usual, smallestSupply), clicks: 0, clickWins: 0 };
}

/** The estimate after another look. */
export function learnSupply(supply: Supply, evidence: SupplyEvidence): Supply {
  const { traffic, throttle, clicks } = evidence;
  const fade = Math.exp(-traffic / memoryDaysOf(supply, throttle));
  const wins = supply.wins * fade + evidence.wins;
  const taken = supply.taken * fade + throttle * traffic;
  // Hardly anything is learnt about the whole while next to nothing of it is taken.
  const pull = 1 - Math.exp(-(traffic * Math.sqrt(throttle)) / usualMemoryDays);
  const { usual } = supply;
  const keep = Math.min(1, mostClicks / Math.max(1, supply.clicks));
  return {
    wins,
    taken,
    usual: Math.max(smallestSupply, usual + (rateOf(wins, taken, usual) - usual) * pull),
    clicks: clicks === null ? 0 : supply.clicks * keep + clicks,
    clickWins: clicks === null ? 0 : supply.clickWins * keep + evidence.wins,
  };
}

function memoryDaysOf({ wins, taken, usual }: Supply, throttle: number): number {
  const winsPerDay = rateOf(wins, taken, usual) * throttle;
  const needed = rememberedWins / Math.max(winsPerDay, rememberedWins / longestMemoryDays);
  return Math.max(shortestMemoryDays, needed);
}

/** What the campaign would spend at throttle 1, micros per average day of traffic; above 0. */
export function supplyMicrosPerDay(campaign: PacedCampaign, supply: Supply): number {
  const winsPerDay = rateOf(supply.wins, supply.taken, supply.usual);
  return winsPerDay * campaign.priceMicros * eventsPerWin(campaign, supply);
}

/** Billable events of a win: for CPC the click rate, predicted and then counted; never 0. */
function eventsPerWin(campaign: PacedCampaign, { clicks, clickWins }: Supply): number {
  if (campaign.pricing !== "cpc") return 1;
  const predicted = firstRate(campaign);
  return (clicks + predictedClicks) / (clickWins + predictedClicks / predicted);
}

function firstRate({ pricing, clickRate }: PacedCampaign): number {
  return pricing === "cpc" ? Math.max(clickRate, smallestSupply) : 1;
}

function rateOf(wins: number, taken: number, usual: number): number {
  return Math.max(smallestSupply, (wins + usualWins) / (taken + usualWins / usual));
}
