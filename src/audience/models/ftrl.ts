import { type Bucket, bucketCount } from "./featureHash.ts";
import { sigmoid } from "./logit.ts";

/** Settings of FTRL-proximal, by the names of the paper. */
export interface FtrlOptions {
  /** Learning rate of a coordinate that was never seen; above 0. */
  readonly alpha: number;
  /** Slows the first steps; 0 or more. 1 is usual. */
  readonly beta: number;
  /** Keeps weights of little evidence at exactly 0; 0 or more. */
  readonly l1: number;
  /** Draws weights towards 0; 0 or more. */
  readonly l2: number;
}

/** A weight that is not 0. */
export interface Coefficient {
  readonly bucket: Bucket;
  readonly weight: number;
}

export interface Ftrl {
  /**
   * Learns from one trial, and answers what it predicted before it did. `values` go with `buckets`, 1 each when null; `label`
   * is 0 or 1, `weight` how many trials it stands for.
   */
  readonly learn: (
    buckets: ArrayLike<Bucket>,
    values: ArrayLike<number> | null,
    label: number,
    weight?: number,
  ) => number;
  /** The probability of a 1: 0 to 1. */
  readonly predict: (buckets: ArrayLike<Bucket>, values: ArrayLike<number> | null) => number;
  /** What `predict` has before the sigmoid: the sum of weight times value. */
  readonly logit: (buckets: ArrayLike<Bucket>, values: ArrayLike<number> | null) => number;
  readonly coefficients: () => Generator<Coefficient>;
  /** All that learning on needs, in 16 bytes a bucket, little-endian: z of every bucket, then n of every bucket. */
  readonly saveState: () => Uint8Array;
  /** Goes on from what `saveState` gave. Throws when it is of another size. */
  readonly loadState: (state: Uint8Array) => void;
}

/**
 * Logistic regression that learns by FTRL-proximal, one trial after another, in memory that is bounded by its buckets
 * (McMahan et al. 2013, Ad Click Prediction: a View from the Trenches, algorithm 1). The same trials in the same order give
 * the same weights. Throws for settings out of their ranges.
 */
export function createFtrl(options: FtrlOptions): Ftrl {
  check(options);
  const z = new Float64Array(bucketCount);
  const n = new Float64Array(bucketCount);
  const weightOf = (bucket: Bucket): number => weightAt(options, z[bucket] ?? 0, n[bucket] ?? 0);
  const logit: Ftrl["logit"] = (buckets, values) => {
    let sum = 0;
    for (let index = 0; index < buckets.length; index++)
      sum += weightOf(buckets[index] ?? 0) * (values === null ? 1 : (values[index] ?? 0));
    return sum;
  };
  return {
    logit,
    predict: (buckets, values) => sigmoid(logit(buckets, values)),
    learn(buckets, values, label, weight = 1) {
      const predicted = sigmoid(logit(buckets, values));
      const error = predicted - label;
      for (let index = 0; index < buckets.length; index++) {
        const bucket = buckets[index] ?? 0;
        const value = values === null ? 1 : (values[index] ?? 0);
        if (value === 0) continue;
        const gradient = error * value;
        // A trial that stands for several is stepped once, with the sums that they would have added.
        const before = n[bucket] ?? 0;
        const after = before + weight * gradient * gradient;
        const sigma = (Math.sqrt(after) - Math.sqrt(before)) / options.alpha;
        z[bucket] = (z[bucket] ?? 0) + weight * gradient - sigma * weightOf(bucket);
        n[bucket] = after;
      }
      return predicted;
    },
    *coefficients() {
      for (let bucket = 0; bucket < bucketCount; bucket++) {
        const weight = weightOf(bucket);
        if (weight !== 0) yield { bucket, weight };
      }
    },
    saveState: () => joined(z, n),
    loadState: (state) => split(state, z, n),
  };
}

function weightAt({ alpha, beta, l1, l2 }: FtrlOptions, z: number, n: number): number {
  const beyond = Math.abs(z) - l1;
  if (beyond <= 0) return 0;
  return (z < 0 ? beyond : -beyond) / ((beta + Math.sqrt(n)) / alpha + l2);
}

function check({ alpha, beta, l1, l2 }: FtrlOptions): void {
  if (!(alpha > 0 && Number.isFinite(alpha))) throw new Error("alpha must be above 0");
  for (const [name, value] of Object.entries({ beta, l1, l2 }))
    if (!(value >= 0 && Number.isFinite(value))) throw new Error(`${name} must be 0 or more`);
}

const stateBytes = bucketCount * 16;

function joined(z: Float64Array, n: Float64Array): Uint8Array {
  const state = new Float64Array(bucketCount * 2);
  state.set(z);
  state.set(n, bucketCount);
  return new Uint8Array(state.buffer);
}

function split(state: Uint8Array, z: Float64Array, n: Float64Array): void {
  if (state.byteLength !== stateBytes)
    throw new Error(`A state of FTRL has ${stateBytes} bytes, not ${state.byteLength}`);
  // Copied first: a part of a file may begin anywhere, numbers may not.
  const numbers = new Float64Array(Uint8Array.from(state).buffer);
  z.set(numbers.subarray(0, bucketCount));
  n.set(numbers.subarray(bucketCount));
}
