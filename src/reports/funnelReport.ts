import { type Counts, type OutcomeName, outcomeNames } from "./counters.ts";
import { type Estimate, estimateCount, usualWeightOf, weightOf } from "./interval.ts";

/** What became of a campaign's opportunities: requests whose place lies in its zone. */
export interface FunnelReport {
  readonly opportunities: Estimate;
  /** In the order in which the funnel narrows; what never happened is left out. */
  readonly outcomes: readonly FunnelOutcome[];
  /** Of what was lost to a floor: the campaign's average value there, and the floor; micros per thousand views. Null = nothing. */
  readonly floor: { readonly ownValueMicros: number; readonly neededValueMicros: number } | null;
  /** Of what was lost to others: its value, and the least valuable ad shown. */
  readonly outranked: {
    readonly ownValueMicros: number;
    readonly winningValueMicros: number;
  } | null;
}

export interface FunnelOutcome {
  readonly outcome: OutcomeName;
  readonly count: Estimate;
  /** Of the opportunities, 0–1. */
  readonly share: number;
}

/** The funnel in figures; `requests` is what was counted of all requests in the same time. Pure. */
export function toFunnelReport(counts: Counts | null, requests: Counts): FunnelReport {
  const usualWeight = usualWeightOf(requests);
  if (counts === null) {
    return { opportunities: nothing(usualWeight), outcomes: [], floor: null, outranked: null };
  }
  const opportunities = rounded(estimateCount(counts, outcomeNames, usualWeight));
  const met = outcomeNames.filter((outcome) => weightOf(counts, [outcome]) > 0);
  return {
    opportunities,
    outcomes: met.map((outcome) => {
      const count = rounded(estimateCount(counts, [outcome], usualWeight));
      return { outcome, count, share: count.value / Math.max(1, opportunities.value) };
    }),
    floor: averages(counts, "floor", "floor_own_value", "floor_needed_value", (own, other) => ({
      ownValueMicros: own,
      neededValueMicros: other,
    })),
    outranked: averages(
      counts,
      "outranked",
      "outranked_own_value",
      "outranked_winning_value",
      (own, other) => ({ ownValueMicros: own, winningValueMicros: other }),
    ),
  };
}

function nothing(usualWeight: number): Estimate {
  return { value: 0, low: 0, high: usualWeight <= 1 ? 0 : Math.round(3.689 * usualWeight) };
}

function rounded({ value, low, high }: Estimate): Estimate {
  return { value: Math.round(value), low: Math.round(low), high: Math.round(high) };
}

type Sum =
  | "floor_own_value"
  | "floor_needed_value"
  | "outranked_own_value"
  | "outranked_winning_value";

function averages<Result>(
  counts: Counts,
  outcome: OutcomeName,
  own: Sum,
  other: Sum,
  toResult: (own: number, other: number) => Result,
): Result | null {
  const times = weightOf(counts, [outcome]);
  if (times === 0) return null;
  const average = (sum: Sum) => Math.round(weightOf(counts, [sum]) / times);
  return toResult(average(own), average(other));
}
