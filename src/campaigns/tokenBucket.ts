/** A bucket of requests: full at first, emptied one by one, refilled evenly. */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface BucketLimits {
  /** How many requests a full bucket holds. */
  readonly capacity: number;
  /** The time in which an empty one becomes full. */
  readonly windowMs: number;
}

export interface BucketOutcome {
  readonly isAllowed: boolean;
  readonly bucket: TokenBucket;
  /** Whole requests that are left. */
  readonly remaining: number;
  /** Seconds, rounded up, until the bucket is full again. */
  readonly fullInSeconds: number;
  /** Seconds, rounded up, until one more request is allowed; 0 = at once. */
  readonly retryInSeconds: number;
}

/** Takes `cost` requests from a bucket (undefined = a full one), or none when they are not there. Pure. */
export function takeTokens(
  bucket: TokenBucket | undefined,
  { capacity, windowMs }: BucketLimits,
  nowMs: number,
  cost = 1,
): BucketOutcome {
  const perMs = capacity / windowMs;
  const elapsedMs = bucket === undefined ? 0 : Math.max(0, nowMs - bucket.atMs);
  const held = Math.min(capacity, (bucket?.tokens ?? capacity) + elapsedMs * perMs);
  const isAllowed = held >= cost;
  const tokens = isAllowed ? held - cost : held;
  const secondsFor = (missing: number) => Math.max(0, Math.ceil(missing / perMs / 1_000));
  return {
    isAllowed,
    bucket: { tokens, atMs: nowMs },
    remaining: Math.floor(tokens),
    fullInSeconds: secondsFor(capacity - tokens),
    retryInSeconds: secondsFor(Math.min(cost, capacity) - tokens),
  };
}
