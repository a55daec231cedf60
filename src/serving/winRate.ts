/** How often bids of one kind were made and won of late; decayed, so seldom whole. */
export interface BidCounts {
  /** Only those that are old enough to have won. */
  readonly bids: number;
  /** Told by each witness: the SSP's win notices, its billing notices, the pixel of the ad. Few SSPs send all. */
  readonly wins: number;
  readonly billings: number;
  readonly impressions: number;
}

export const noCounts: BidCounts = { bids: 0, wins: 0, billings: 0, impressions: 0 };

/** One-sided 99 %: of a hundred campaigns one has a higher rate than its bound. */
const deviations = 2.326;
/** What is known of all bids at an SSP speaks for a campaign like so many bids of its own. */
const strangersWeight = 100;

/**
 * An upper bound of the share of a campaign's bids that win, above 0 to 1: Wilson's score bound of its own bids and, as long
 * as these are few, of those of all campaigns at the same SSP. 1 when nothing is known. Pure.
 *
 * Wins are counted when they are told and bids when they are old enough: while a campaign begins, its bound is too high.
 */
export function winRateBound(own: BidCounts, ofSsp: BidCounts): number {
  const borrowed = Math.min(strangersWeight, ofSsp.bids);
  const share = ofSsp.bids > 0 ? Math.min(1, wonOf(ofSsp) / ofSsp.bids) : 0;
  return upperBound(wonOf(own) + borrowed * share, own.bids + borrowed);
}

/** Each witness alone tells too little, never too much: the one who tells most is believed. */
function wonOf({ wins, billings, impressions }: BidCounts): number {
  return Math.max(wins, billings, impressions);
}

/** Wilson (1927), with continuous counts. */
function upperBound(won: number, of: number): number {
  if (of <= 0 || won >= of) return 1;
  const rate = won / of;
  const square = deviations * deviations;
  const spread = deviations * Math.sqrt((rate * (1 - rate)) / of + square / (4 * of * of));
  return Math.min(1, (rate + square / (2 * of) + spread) / (1 + square / of));
}

export function addCounts(a: BidCounts, b: BidCounts): BidCounts {
  return {
    bids: a.bids + b.bids,
    wins: a.wins + b.wins,
    billings: a.billings + b.billings,
    impressions: a.impressions + b.impressions,
  };
}
