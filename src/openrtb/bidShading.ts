/**
 * How much of its value a bid offers in a first-price auction. "off": all of it. "learnt": the price that would have earned
 * most, judged by what it took to win of late; see {@link shadeMicros}.
 */
export type ShadingPolicy =
  | { readonly kind: "off" }
  | {
      readonly kind: "learnt";
      /** No shading on less evidence than this: a count of min-to-win prices, at least 1. */
      readonly minObservations: number;
      /** Never below this many thousandths of the value, 1 to 1,000. */
      readonly minPermille: number;
    };

/**
 * How often it took how much to win: a count (whole, or decayed by whoever keeps it) for each bucket of
 * {@link minToWinBucket}, in micros of a euro per thousand. Plain data: it can be kept as JSON or as one Redis hash.
 */
export type MinToWinCounts = readonly number[];

/** Buckets rise by an eighth of a doubling (about 9 %), from a thousandth of a euro to a thousand euros. */
export const minToWinBuckets = 161;
const bucketsPerDoubling = 8;
const firstBucketMicros = 1_000;
const defaultMinObservations = 200;
const defaultMinPermille = 400;

export const defaultShading: ShadingPolicy = {
  kind: "learnt",
  minObservations: defaultMinObservations,
  minPermille: defaultMinPermille,
};

/** The bucket of a price: the first whose upper end is no less. Prices beyond the last bucket count in it. */
export function minToWinBucket(priceMicros: number): number {
  const doublings = Math.log2(Math.max(firstBucketMicros, priceMicros) / firstBucketMicros);
  const guess = Math.min(minToWinBuckets - 1, Math.ceil(doublings * bucketsPerDoubling));
  // Logarithms round; the ends of buckets are whole micros.
  if (guess > 0 && bucketUpperMicros(guess - 1) >= priceMicros) return guess - 1;
  return bucketUpperMicros(guess) < priceMicros ? Math.min(minToWinBuckets - 1, guess + 1) : guess;
}

/** The highest price of a bucket, whole micros. */
export function bucketUpperMicros(bucket: number): number {
  return Math.round(firstBucketMicros * 2 ** (bucket / bucketsPerDoubling));
}

/**
 * The offer of a first-price bid worth `valueMicros` (micros of a euro per thousand): of the upper ends of the buckets that
 * it can afford, and the value itself, the one with the greatest expected surplus, (value − offer) × share of auctions that
 * the offer would have won. Of equal ones the higher: a won ad is worth more than a saved cent. Never above the value nor
 * below `minPermille` of it; the value itself while less than `minObservations` are known, or when no offer would have won.
 */
export function shadeMicros(
  valueMicros: number,
  counts: MinToWinCounts | null,
  policy: ShadingPolicy,
): number {
  if (policy.kind === "off" || counts === null) return valueMicros;
  const known = counts.slice(0, minToWinBuckets);
  if (known.reduce((sum, count) => sum + count, 0) < policy.minObservations) return valueMicros;
  const leastMicros = Math.ceil((valueMicros * policy.minPermille) / 1_000);
  let best = { offerMicros: valueMicros, surplus: 0 };
  let won = 0;
  for (const [bucket, count] of known.entries()) {
    won += count;
    const upperMicros = bucketUpperMicros(bucket);
    if (upperMicros >= valueMicros) break;
    const offerMicros = Math.max(leastMicros, upperMicros);
    // At the least offer, buckets below it are won too: the last of them counts them all.
    const surplus = (valueMicros - offerMicros) * won;
    if (surplus > 0 && surplus >= best.surplus) best = { offerMicros, surplus };
  }
  return best.offerMicros;
}
