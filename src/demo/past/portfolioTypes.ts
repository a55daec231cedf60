import type { DemoAdvertiser, DemoCampaign } from "../demoTypes.ts";

/** How a campaign of the demo has gone until now. */
export interface PastDelivery {
  /** What it showed on an ordinary day before its daily budget stopped it. */
  readonly impressionsPerDay: number;
  /** Clicks by impression, 0–1. */
  readonly clickRate: number;
  /** Nothing in the last so many days: it was paused, or its money was gone. */
  readonly silentDays: number;
}

export interface PortfolioCampaign extends DemoCampaign {
  readonly delivery: PastDelivery;
}

/** A shop that somebody of the demo looks after. */
export interface PortfolioShop {
  readonly advertiser: DemoAdvertiser;
  readonly campaigns: readonly PortfolioCampaign[];
}
