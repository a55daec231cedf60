/** A share with the bounds between which the true one lies in 95 of 100 cases; 0 to 1. */
export interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const z = 1.959963984540054;

/**
 * A share of trials with Wilson's interval (1927), which stays within 0 and 1 and is honest for few trials. Null without
 * trials. Successes beyond the trials (a click whose impression was never told) count as all of them.
 */
export function wilsonRate(successes: number, trials: number): Rate | null {
  if (trials <= 0) return null;
  const share = Math.min(1, Math.max(0, successes / trials));
  const z2 = z * z;
  const middle = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const reach =
    (z / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials ** 2));
  return {
    value: share,
    low: share === 0 ? 0 : Math.max(0, middle - reach),
    high: share === 1 ? 1 : Math.min(1, middle + reach),
  };
}

/** Micros for a thousand, or for one, rounded to the micro; null where nothing was had. */
export function microsPer(spendMicros: number, count: number, unit: 1 | 1_000): number | null {
  return count <= 0 ? null : Math.round((spendMicros * unit) / count);
}
