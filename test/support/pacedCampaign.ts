import type { PacedCampaign } from "../../src/budgets/pacing/pacedCampaign.ts";

/** An even CPM campaign at €5 with €5 a day, always and everywhere, unless told otherwise. */
export function pacedCampaign(changes: Partial<PacedCampaign> = {}): PacedCampaign {
  return {
    campaignId: 12,
    advertiserId: 7,
    mode: "even",
    pricing: "cpm",
    priceMicros: 5_000,
    clickRate: 0.004,
    clickRateUpper: 0.01,
    totalBudgetMicros: null,
    dailyBudgetMicros: 5_000_000,
    startsAtMs: 0,
    endsAtMs: null,
    hoursOfWeek: null,
    timeZone: "Europe/Paris",
    trafficCells: null,
    ...changes,
  };
}
