/**
 * What is counted of a campaign's sampled opportunities, by number: numbers are stored, so that new names go to the end
 * and none is ever taken away.
 */
export const counterNames = [
  // What became of an opportunity: a request whose place lies in the campaign's zone. One of these each.
  "won",
  "dates",
  "daypart",
  "place_intention",
  "device",
  "category",
  "keyword",
  "format",
  "size",
  "blocked_by_placement",
  "no_stable_visitor",
  "audience",
  "frequency_cap",
  "floor",
  "budget",
  "pacing",
  "competitor_on_page",
  "outranked",
  /** It was to show, and the store that reserves refused its money, its cap, or to answer; or paid ads were paused. */
  "held_budget",
  "held_cap",
  "held_unavailable",
  // What the campaign would have won besides, had one thing about it been different.
  "gain_radius_1000",
  "gain_radius_3000",
  "gain_radius_5000",
  "gain_radius_8000",
  "gain_bid_110",
  "gain_bid_120",
  "gain_bid_150",
  "gain_bid_200",
  "gain_bid_300",
  "gain_cap_double",
  "gain_cap_none",
  "gain_any_audience",
  "gain_all_hours",
  "gain_all_devices",
  "gain_all_pages",
  "gain_any_intention",
  "gain_all_formats",
  // Sums of micros per thousand views, of the opportunities lost to a floor and to more valuable ads.
  "floor_own_value",
  "floor_needed_value",
  "outranked_own_value",
  "outranked_winning_value",
  // Of all requests, whatever campaign: kept under campaign 0.
  "requests",
  "requests_without_place",
] as const;

export type CounterName = (typeof counterNames)[number];
export type OutcomeName = Exclude<
  CounterName,
  `gain_${string}` | `${string}_value` | `requests${string}`
>;
export type LeverName =
  Extract<CounterName, `gain_${string}`> extends `gain_${infer Lever}` ? Lever : never;

export const counterCount = counterNames.length;

const numbers = new Map(counterNames.map((name, number) => [name, number]));

export function counterNumber(name: CounterName): number {
  return numbers.get(name)!;
}

/** Outcomes in the order of the funnel, from what the campaign asks for down to what it wins. */
export const outcomeNames: readonly OutcomeName[] = counterNames.filter(
  (name): name is OutcomeName => !/^gain_|_value$|^requests/.test(name),
);

/** The radii and bids that are tried, mildest first. */
export const radiusStepsMeters = [1_000, 3_000, 5_000, 8_000] as const;
export const bidStepsPercent = [110, 120, 150, 200, 300] as const;

/** Told of each thing counted; `amount` is 1, or the micros of a sum. */
export type Count = (campaignId: number, counter: CounterName, amount: number) => void;

/** Weighted counts of one campaign: by number of counter, the sum of weights and of their squares. */
export interface Counts {
  readonly weights: Float64Array;
  readonly squares: Float64Array;
}

export function createCounts(): Counts {
  return { weights: new Float64Array(counterCount), squares: new Float64Array(counterCount) };
}

/** Adds one sample of a weight; sums of micros pass their amount, counts 1. */
export function addSample(
  counts: Counts,
  counter: CounterName,
  weight: number,
  amount: number,
): void {
  const number = counterNumber(counter);
  counts.weights[number]! += weight * amount;
  counts.squares[number]! += weight * weight * amount * amount;
}

/** Adds counts that were stored, perhaps by an older version that knew fewer counters. */
export function addCounts(
  into: Counts,
  weights: ArrayLike<number>,
  squares: ArrayLike<number>,
): void {
  for (let number = 0; number < counterCount; number++) {
    into.weights[number]! += weights[number] ?? 0;
    into.squares[number]! += squares[number] ?? 0;
  }
}
