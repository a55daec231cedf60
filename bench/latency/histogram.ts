/**
 * Counts values so that any percentile is right to a thousandth, whatever their range: below 2,048 each value has a
 * bucket, above each power of two has 1,024 (as HdrHistogram does).
 */
export interface Histogram {
  /** A value from 0 to 2^31, whole; others are brought there. */
  readonly record: (value: number) => void;
  /** The value that `share` (0 to 1) of all recorded ones do not exceed; 0 of none. */
  readonly percentile: (share: number) => number;
  readonly count: () => number;
  readonly max: () => number;
  readonly mean: () => number;
  /** Forgets everything. */
  readonly clear: () => void;
}

const halfBits = 10;
const half = 1 << halfBits;
const full = 2 * half;
const largest = 2 ** 31 - 1;
const buckets = bucketOf(largest) + 1;

export function createHistogram(): Histogram {
  const counts = new Uint32Array(buckets);
  let count = 0;
  let sum = 0;
  let max = 0;
  return {
    record(given) {
      const value = Math.min(largest, Math.max(0, Math.round(given)));
      counts[bucketOf(value)]! += 1;
      count += 1;
      sum += value;
      if (value > max) max = value;
    },
    percentile(share) {
      const wanted = Math.max(1, Math.ceil(share * count));
      let seen = 0;
      for (let bucket = 0; bucket < buckets; bucket++) {
        seen += counts[bucket]!;
        if (seen >= wanted) return Math.min(max, highestOf(bucket));
      }
      return max;
    },
    count: () => count,
    max: () => max,
    mean: () => (count === 0 ? 0 : sum / count),
    clear() {
      counts.fill(0);
      count = 0;
      sum = 0;
      max = 0;
    },
  };
}

function bucketOf(value: number): number {
  if (value < full) return value;
  const shift = 31 - Math.clz32(value) - halfBits;
  return full + (shift - 1) * half + ((value >> shift) - half);
}

/** The largest value that a bucket holds. */
function highestOf(bucket: number): number {
  if (bucket < full) return bucket;
  const shift = Math.floor((bucket - full) / half) + 1;
  const part = ((bucket - full) % half) + half;
  return (part + 1) * 2 ** shift - 1;
}

/** What is told of a histogram of microseconds, in milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export function percentilesOf(micros: Histogram): Percentiles {
  const at = (share: number): number => micros.percentile(share) / 1_000;
  return {
    count: micros.count(),
    meanMs: micros.mean() / 1_000,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p99Ms: at(0.99),
    p999Ms: at(0.999),
    maxMs: micros.max() / 1_000,
  };
}
