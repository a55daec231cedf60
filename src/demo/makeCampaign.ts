import { parisDateAfter } from "./calendar.ts";
import type { DemoCampaign } from "./demoTypes.ts";
import type { Opening } from "./openShops.ts";
import type { Random } from "./random.ts";
import { buildingTrades } from "./trades/building.ts";
import type { Trade } from "./tradeType.ts";

const microsPerEuro = 1_000_000;

/**
 * The running campaign of a shop that opens; the caller adds name and creatives. Started in the last 40 days, it runs
 * for a year at least.
 */
export function makeCampaign(opening: Opening, nowMs: number, random: Random): DemoCampaign {
  const { trade } = opening;
  const money = drawMoney(trade, random);
  const startedDaysAgo = random.integer(1, 40);
  const runsForDays = random.integer(370, 540);
  const open = opening.unconditional;
  return {
    name: trade.name,
    status: "active",
    startsOn: parisDateAfter(nowMs, -startedDaysAgo),
    endsOn: random.chance(0.3) ? null : parisDateAfter(nowMs, runsForDays),
    dayparts: open
      ? []
      : trade.hours.map(([weekdays, fromHour, toHour]) => ({ weekdays, fromHour, toHour })),
    pricing: trade.pricing,
    ...money,
    pacing: random.pick(["even", "even", "even", "asap", "front_loaded"]),
    priority: "paid",
    frequencyCaps: open ? [] : drawCaps(random),
    zone: drawZone(opening, random),
    placeIntention: open ? "any" : drawIntention(trade, random),
    categories: { include: open ? [] : trade.wants, exclude: trade.avoids },
    keywords: { include: open ? [] : trade.keywords, exclude: trade.unwantedKeywords },
    audience: Object.entries(trade.boosts).map(([segment, multiplier]) => ({
      segment,
      minScore: null,
      multiplier,
    })),
    deals: sharesDeal(trade) ? [demoDeal] : [],
    devices: !open && random.chance(0.06) ? ["mobile", "tablet"] : [],
    creatives: [],
    spentMicros: 0,
    refusedBy: null,
  };
}

/** A deal that integrators can ask the demo for: craftsmen who build, repair and decorate homes. */
export const demoDeal = { ssp: "demo", id: "artisans-2026" } as const;

function sharesDeal({ slug }: Trade): boolean {
  return buildingTrades.some((it) => it.slug === slug);
}

/** Totals of 20 to 500 €, days of 1 to 30 €, bids in the trade's range (CPM and vCPM in steps of 0.10 €, CPC of 0.01 €). */
function drawMoney(trade: Trade, random: Random) {
  const [low, high] = trade.bidEuros;
  const step = trade.pricing === "cpc" ? 0.01 : 0.1;
  const bidEuros = Math.round((low + random.next() * (high - low)) / step) * step;
  const totalEuros = random.pick([20, 30, 50, 50, 80, 100, 100, 150, 200, 300, 500]);
  const dailyEuros = Math.max(1, Math.min(30, Math.round(totalEuros / random.integer(8, 30))));
  return {
    bidMicros: Math.round(bidEuros * microsPerEuro),
    totalBudgetMicros: totalEuros * microsPerEuro,
    dailyBudgetMicros: random.chance(0.9) ? dailyEuros * microsPerEuro : null,
  };
}

function drawCaps(random: Random): DemoCampaign["frequencyCaps"] {
  if (!random.chance(0.25)) return [];
  const daily = {
    per: "campaign",
    maxImpressions: random.integer(3, 8),
    windowSeconds: 86_400,
  } as const;
  if (!random.chance(0.3)) return [daily];
  return [daily, { per: "advertiser", maxImpressions: 20, windowSeconds: 604_800 }];
}

function drawIntention(trade: Trade, random: Random): DemoCampaign["placeIntention"] {
  if (random.chance(0.88)) return "any";
  if (trade.hours.length > 0) return random.pick(["is_here", "searches_here"]);
  return random.pick(["searches_here", "searches_here", "lives_here"]);
}

/** Mostly one circle; now and then the shop's commune or postal code by name. */
function drawZone(opening: Opening, random: Random): DemoCampaign["zone"] {
  const { lat, lon, radiusMeters } = opening;
  const circle = { type: "circle", lat, lon, radiusMeters } as const;
  if (opening.unconditional || !random.chance(0.04)) return { include: [circle], exclude: [] };
  const commune = { type: "commune", inseeCode: opening.place.inseeCode } as const;
  const [postalCode] = opening.place.postalCodes;
  if (postalCode === undefined || random.chance(0.5)) {
    return { include: [circle, commune], exclude: [] };
  }
  return { include: [{ type: "postalCode", postalCode }, commune], exclude: [] };
}
