/** Share of opportunities to take, 0–1, by campaign; absent = 1. */
export interface Throttles extends ReadonlyMap<number, number> {
  /** Of a campaign's money of the day, the shares (0–1) that were planned and spent by the last look; null = not known. */
  readonly progressOf?: (
    campaignId: number,
  ) => { readonly plannedShare: number; readonly spentShare: number } | null;
}
