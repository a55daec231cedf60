import { clampProbability } from "../models/logit.ts";
import { type Decile, type Metrics, measure } from "../models/metrics.ts";
import type { Example } from "./examples.ts";

/** Predictions of one visitor, beside what came. */
export interface Trial {
  readonly label: 0 | 1;
  readonly model: number;
  readonly popularity: number;
  readonly empiricalBayes: number;
}

/** How well a segment was predicted on weeks, each after those that were learnt from. */
export interface SegmentEvaluation {
  readonly all: Metrics;
  /** Visitors who were known at the dates of training. */
  readonly warm: Metrics;
  /** Visitors who came later. */
  readonly cold: Metrics;
  readonly deciles: readonly Decile[];
  readonly baselines: { readonly popularity: Metrics; readonly empiricalBayes: Metrics };
  /** By how much less log loss a trial has than with each baseline. */
  readonly gains: { readonly popularity: Gain; readonly empiricalBayes: Gain };
}

/** A mean over the same trials, in nats, and its standard error. */
export interface Gain {
  readonly mean: number;
  readonly standardError: number;
}

/** Numbers that grow: 4 bytes each. */
function createNumbers() {
  let numbers = new Float32Array(4_096);
  let length = 0;
  return {
    add(value: number): void {
      if (length === numbers.length) {
        const more = new Float32Array(2 * length);
        more.set(numbers);
        numbers = more;
      }
      numbers[length++] = value;
    },
    all: () => Float64Array.from(numbers.subarray(0, length)),
  };
}

/** Label, and whether the visitor was known, of a trial as one number. */
const knownFlag = 2;

/** Keeps 16 bytes a trial, twice that as it grows, until it concludes. */
export function createEvaluation() {
  const [flags, models, popularities, bayes] = [
    createNumbers(),
    createNumbers(),
    createNumbers(),
    createNumbers(),
  ];
  return {
    add({ earlierWeeks }: Example, trial: Trial): void {
      flags.add(trial.label + (earlierWeeks > 0 ? knownFlag : 0));
      models.add(trial.model);
      popularities.add(trial.popularity);
      bayes.add(trial.empiricalBayes);
    },
    conclude(): SegmentEvaluation {
      const flag = flags.all();
      const outcome = Uint8Array.from(flag, (value) => value % knownFlag);
      const predicted = models.all();
      const of = (isWarm: boolean): Metrics => {
        const isOf = (row: number): boolean => (flag[row] ?? 0) >= knownFlag === isWarm;
        return measure(
          predicted.filter((_, row) => isOf(row)),
          outcome.filter((_, row) => isOf(row)),
        );
      };
      const all = measure(predicted, outcome);
      const [popularity, empiricalBayes] = [popularities.all(), bayes.all()];
      return {
        all,
        warm: of(true),
        cold: of(false),
        deciles: all.calibrationByDecile,
        baselines: {
          popularity: measure(popularity, outcome),
          empiricalBayes: measure(empiricalBayes, outcome),
        },
        gains: {
          popularity: measureGain(predicted, popularity, outcome),
          empiricalBayes: measureGain(predicted, empiricalBayes, outcome),
        },
      };
    },
  };
}

function measureGain(model: Float64Array, baseline: Float64Array, labels: Uint8Array): Gain {
  const rows = labels.length;
  if (rows === 0) return { mean: 0, standardError: 0 };
  let [sum, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const [one, other] = [
      clampProbability(model[row] ?? 0.5),
      clampProbability(baseline[row] ?? 0.5),
    ];
    const gain = labels[row] === 1 ? Math.log(one / other) : Math.log((1 - one) / (1 - other));
    sum += gain;
    squares += gain * gain;
  }
  const mean = sum / rows;
  return { mean, standardError: Math.sqrt(Math.max(0, squares / rows - mean * mean) / rows) };
}
