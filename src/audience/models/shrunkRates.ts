import { clampProbability, logitOf } from "./logit.ts";

/** Trials and how many of them had the outcome 1, by key. Keys are whole numbers from 0, without great gaps. */
export interface RateCounts {
  readonly add: (key: number, label: number, weight?: number) => void;
  readonly trialsOf: (key: number) => number;
  readonly positivesOf: (key: number) => number;
  /** As of what has been added until now. */
  readonly shrink: () => ShrunkRates;
}

/** Rates drawn towards the overall one, the more the fewer trials they rest on. */
export interface ShrunkRates {
  /** Of all trials, 0 to 1, exclusive; 0.5 without any. */
  readonly overall: number;
  /** How many trials at the overall rate each key is given beforehand, 0.5 to 10^6. */
  readonly priorTrials: number;
  readonly rateOf: (key: number) => number;
  /** By how much a key's logit is above that of the overall rate; 0 for keys never seen. */
  readonly effectOf: (key: number) => number;
}

const fewestPriorTrials = 0.5;
const mostPriorTrials = 1_000_000;

/** Begins to count. Takes 16 bytes for each key up to the highest. */
export function createRateCounts(expectedKeys = 1_024): RateCounts {
  let trials = new Float64Array(Math.max(1, expectedKeys));
  let positives = new Float64Array(Math.max(1, expectedKeys));
  return {
    add(key, label, weight = 1) {
      if (key >= trials.length) {
        trials = grown(trials, key);
        positives = grown(positives, key);
      }
      trials[key] = (trials[key] ?? 0) + weight;
      positives[key] = (positives[key] ?? 0) + label * weight;
    },
    trialsOf: (key) => trials[key] ?? 0,
    positivesOf: (key) => positives[key] ?? 0,
    shrink: () => shrink(trials, positives),
  };
}

function grown(numbers: Float64Array, key: number): Float64Array<ArrayBuffer> {
  const more = new Float64Array(Math.max(key + 1, numbers.length * 2));
  more.set(numbers);
  return more;
}

function shrink(trials: Float64Array, positives: Float64Array): ShrunkRates {
  const { overall, priorTrials } = estimatePrior(trials, positives);
  const base = logitOf(overall);
  const rateOf = (key: number): number =>
    clampProbability(
      ((positives[key] ?? 0) + priorTrials * overall) / ((trials[key] ?? 0) + priorTrials),
    );
  return { overall, priorTrials, rateOf, effectOf: (key) => logitOf(rateOf(key)) - base };
}

/**
 * The beta prior of keys' rates by the method of moments: what the keys differ by more than chance has it (analysis of
 * variance; Kleinman 1973) is how much rates vary.
 */
function estimatePrior(
  trials: Float64Array,
  positives: Float64Array,
): Pick<ShrunkRates, "overall" | "priorTrials"> {
  let [keys, all, ones, squares] = [0, 0, 0, 0];
  for (let key = 0; key < trials.length; key++) {
    const count = trials[key] ?? 0;
    if (count === 0) continue;
    keys += 1;
    all += count;
    ones += positives[key] ?? 0;
    squares += count * count;
  }
  const overall = all === 0 ? 0.5 : clampProbability((ones + 0.5) / (all + 1));
  let between = 0;
  for (let key = 0; key < trials.length; key++) {
    const count = trials[key] ?? 0;
    if (count > 0) between += count * ((positives[key] ?? 0) / count - overall) ** 2;
  }
  const chance = overall * (1 - overall);
  const spread = all - squares / Math.max(all, 1);
  const variance = spread > 0 ? (between - (keys - 1) * chance) / spread : 0;
  const wanted = variance > 0 ? chance / variance - 1 : mostPriorTrials;
  return {
    overall,
    priorTrials: Math.min(mostPriorTrials, Math.max(fewestPriorTrials, wanted)),
  };
}
