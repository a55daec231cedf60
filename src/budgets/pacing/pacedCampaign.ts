import { bucketKey } from "../../geo/cells.ts";
import type { Pricing, ServableCampaign } from "../../targeting/types.ts";
import { priceMicros } from "../price.ts";

export type PacedMode = "even" | "front_loaded";

/** What pacing needs of a campaign whose delivery is to be spread. */
export interface PacedCampaign {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly mode: PacedMode;
  readonly pricing: Pricing;
  /** Of one billable event, micros, above 0. */
  readonly priceMicros: number;
  readonly clickRate: number;
  readonly clickRateUpper: number;
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  /** Hours of the week in `timeZone`; null = always. */
  readonly hoursOfWeek: readonly number[] | null;
  readonly timeZone: string;
  /** Where its traffic is counted (see `trafficCellOf`), ascending; null = everywhere. */
  readonly trafficCells: readonly number[] | null;
}

/** Traffic is counted by H3 cells of resolution 3 (some 12,000 km², two départements): about sixty make France. */
const trafficLevel = 3;

/** The counted cell that holds a cell of resolution 3 or finer; null for a coarser one. */
export function trafficCellOf(cell: string): number | null {
  return cell.length >= 15 && resolutionOf(cell) >= trafficLevel
    ? bucketKey(cell, trafficLevel)
    : null;
}

/** What pacing needs of a campaign; null when nothing holds it back: as fast as possible, free, or not running. */
export function toPacedCampaign(campaign: ServableCampaign): PacedCampaign | null {
  const { pacing, status, zone } = campaign;
  const price = priceMicros(campaign);
  if (pacing === "asap" || status !== "active" || price === 0) return null;
  if (campaign.totalBudgetMicros === null && campaign.dailyBudgetMicros === null) return null;
  return {
    campaignId: campaign.campaignId,
    advertiserId: campaign.advertiserId,
    mode: pacing,
    pricing: campaign.pricing,
    priceMicros: price,
    clickRate: campaign.clickRate,
    clickRateUpper: campaign.clickRateUpper,
    totalBudgetMicros: campaign.totalBudgetMicros,
    dailyBudgetMicros: campaign.dailyBudgetMicros,
    startsAtMs: campaign.startsAtMs,
    endsAtMs: campaign.endsAtMs,
    hoursOfWeek: campaign.hoursOfWeek,
    timeZone: zone.timeZone,
    trafficCells: trafficCellsOf(zone.bucketLevel, zone.bucketCells),
  };
}

/** Zones so large that they are indexed at resolution 1 follow the nation's traffic. */
function trafficCellsOf(
  level: ServableCampaign["zone"]["bucketLevel"],
  cells: readonly string[],
): readonly number[] | null {
  if (level < trafficLevel) return null;
  const keys = new Set(cells.map((cell) => bucketKey(cell, trafficLevel)));
  return [...keys].sort((one, other) => one - other);
}

/** The resolution stands in the second hexadecimal digit of an index of 15. */
function resolutionOf(cell: string): number {
  return Number.parseInt(cell[cell.length - 14] ?? "0", 16);
}
