import type { CampaignStatus, Pacing, Pricing } from "../../targeting/types.ts";
import { createWeightedDraw, type Random } from "../random.ts";
import type { PastDelivery } from "./portfolioTypes.ts";

/** Where a campaign of the agency stands today. */
export type PortfolioState =
  | "on_plan"
  | "behind"
  | "small_zone"
  | "outbid"
  | "spent"
  | "spent_today"
  | "paused"
  | "ended"
  | "draft";

const ordinary = [
  "on_plan",
  "behind",
  "small_zone",
  "outbid",
  "spent",
  "paused",
  "ended",
  "draft",
] as const;
const drawOrdinary = createWeightedDraw([50, 20, 9, 6, 3, 5, 4, 3]);
/** One in so many has five weeks to show, the others the days since the agency's last wave of campaigns. */
const longEvery = 50;
const spentTodayEvery = 60;
export const longDays = 35;

export const isLong = (number: number): boolean => number % longEvery === 0;

export function drawState(number: number, random: Random): PortfolioState {
  if (isLong(number)) return "on_plan";
  if (number % spentTodayEvery === 7) return "spent_today";
  return ordinary[drawOrdinary(random)] ?? "behind";
}

export interface StateFields {
  readonly status: CampaignStatus;
  readonly startedDaysAgo: number;
  /** Null = open end. */
  readonly endsInDays: number | null;
  readonly bidEuros: number;
  readonly dailyEuros: number;
  readonly totalEuros: number;
  readonly pacing: Pacing;
  readonly delivery: PastDelivery;
}

interface Price {
  readonly pricing: Pricing;
  readonly bidEuros: number;
}

/**
 * Money, dates and past of a campaign that is to stand so today. Its daily budget buys some eighty impressions: what 20 € for
 * two months come to.
 */
export function stateFields(
  state: PortfolioState,
  price: Price,
  startedDaysAgo: number,
  random: Random,
): StateFields {
  const clickRate = 0.006 + random.next() * 0.01;
  const perImpression = impressionEuros(price, clickRate);
  // A day pays a click at least.
  const least = price.pricing === "cpc" ? price.bidEuros * 1.5 : 0.15;
  const dailyEuros = wholeCents(Math.max(least, random.integer(40, 75) * perImpression));
  const bought = Math.min(150, dailyEuros / perImpression);
  const shows = (share: number, silentDays = 0): PastDelivery => ({
    impressionsPerDay: bought * share,
    clickRate,
    silentDays,
  });
  const common: StateFields = {
    status: "active",
    startedDaysAgo,
    endsInDays: random.chance(0.2) ? null : random.integer(20, 60),
    bidEuros: price.bidEuros,
    dailyEuros,
    totalEuros: Math.max(20, Math.ceil(dailyEuros * 60)),
    pacing: random.chance(0.85) ? "even" : "front_loaded",
    delivery: shows(1.06),
  };
  switch (state) {
    case "on_plan":
      return common;
    case "behind":
      return { ...common, delivery: shows(0.4 + random.next() * 0.45) };
    case "small_zone":
      return { ...common, delivery: shows(0.1 + random.next() * 0.15) };
    case "outbid":
      // Hardly above the floor of the demo's placements.
      return { ...common, bidEuros: price.pricing === "cpc" ? 0.05 : 0.6, delivery: shows(0.1) };
    case "spent_today":
      return { ...common, pacing: "asap", delivery: shows(4) };
    case "spent":
      return spent(common, price, clickRate);
    case "paused":
      return { ...common, status: "paused", startedDaysAgo: 6, delivery: shows(0.9, 4) };
    case "ended":
      return { ...common, ...past, delivery: shows(0.9, 6) };
    case "draft":
      return { ...common, status: "draft", startedDaysAgo: -1, delivery: shows(0) };
  }
}

const past = { status: "ended", startedDaysAgo: 10, endsInDays: -5 } as const;
const wholeCents = (euros: number): number => Math.round(euros * 20) / 20;

const impressionEuros = ({ pricing, bidEuros }: Price, clickRate: number): number =>
  pricing === "cpc" ? clickRate * bidEuros : bidEuros / 1_000;

/** Bid far too much for a small total, which was gone within days. */
function spent(common: StateFields, { pricing }: Price, clickRate: number): StateFields {
  return {
    ...common,
    startedDaysAgo: 12,
    bidEuros: pricing === "cpc" ? 1 : 20,
    totalEuros: 5,
    dailyEuros: 5,
    pacing: "asap",
    delivery: { impressionsPerDay: 60, clickRate, silentDays: 0 },
  };
}
