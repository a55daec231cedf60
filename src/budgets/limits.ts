/** The limits in force for a campaign, integer micros; null = not limited. */
export interface SpendingLimits {
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  /** All that the advertiser ever paid in or may owe, not what is left of it. */
  readonly balanceMicros: number | null;
}

/** What a node knows of a campaign's limits at this moment; null = it does not know the campaign. */
export type FindLimits = (campaignId: number) => SpendingLimits | null;

/** While more than this is unwritten, or anything is unwritten for longer, nothing paid may serve. */
export interface OutboxLimits {
  readonly maxUnwritten: number;
  readonly maxAgeMs: number;
}

export const defaultOutboxLimits: OutboxLimits = { maxUnwritten: 100_000, maxAgeMs: 600_000 };

/** What is charged but not yet in the ledger. */
export interface OutboxState {
  readonly unwritten: number;
  /** Age of the oldest unwritten event; 0 when there is none. */
  readonly oldestAgeMs: number;
  /** Too much or too old: serve house ads only. */
  readonly pausePaid: boolean;
}
