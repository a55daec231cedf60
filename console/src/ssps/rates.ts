import type { SspWindow } from "../../../sdk/src/generated.ts";

/** A part of a whole, 0 to 1; null = there is no whole. Pure. */
export const shareOf = (part: number, whole: number): number | null =>
  whole <= 0 ? null : Math.min(1, part / whole);

/** What a window of an SSP comes to. Pure. */
export function ratesOf({ seconds, requests, bids, won, noBids, shed, refused }: SspWindow) {
  const sum = (reasons: SspWindow["noBids"]) =>
    reasons.reduce((total, { count }) => total + count, 0);
  return {
    requestsPerSecond: seconds <= 0 ? 0 : requests / seconds,
    /** Requests that got a bid: one may hold several bids. */
    bidShare: shareOf(requests - sum(noBids) - sum(shed) - sum(refused), requests),
    winRate: shareOf(won, bids),
  };
}

/** Counts as shares of their sum, in their order; at most so many, the rest left out. Pure. */
export function sharesOf(reasons: SspWindow["noBids"], most: number) {
  const total = reasons.reduce((sum, { count }) => sum + count, 0);
  return reasons.slice(0, most).map((one) => ({ ...one, share: one.count / Math.max(1, total) }));
}

interface DayOf {
  readonly day: string;
  readonly costMicros: number;
  readonly chargedMicros: number;
}

/** One entry a day in order: an SSP has one a day and currency, in euros alike. Pure. */
export function byDay(
  days: readonly DayOf[],
): readonly (DayOf & { readonly marginMicros: number })[] {
  const sums = new Map<string, DayOf>();
  for (const { day, costMicros, chargedMicros } of days) {
    const known = sums.get(day) ?? { day, costMicros: 0, chargedMicros: 0 };
    sums.set(day, {
      day,
      costMicros: known.costMicros + costMicros,
      chargedMicros: known.chargedMicros + chargedMicros,
    });
  }
  return [...sums.values()]
    .sort((a, b) => a.day.localeCompare(b.day))
    .map((one) => ({ ...one, marginMicros: one.chargedMicros - one.costMicros }));
}
