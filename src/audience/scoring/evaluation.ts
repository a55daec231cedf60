import { type Decile, type Metrics, measure } from "../models/metrics.ts";
import type { Example } from "./examples.ts";

/** Predictions of one visitor, beside what came. */
export interface Trial {
  readonly label: 0 | 1;
  readonly model: number;
  readonly popularity: number;
  readonly empiricalBayes: number;
}

/** How well a segment was predicted on a week after those that were learnt from. */
export interface SegmentEvaluation {
  readonly all: Metrics;
  /** Visitors who were known at the dates of training. */
  readonly warm: Metrics;
  /** Visitors who came later. */
  readonly cold: Metrics;
  readonly deciles: readonly Decile[];
  readonly baselines: { readonly popularity: Metrics; readonly empiricalBayes: Metrics };
}

/** Numbers that grow: 8 bytes each. */
function createNumbers() {
  let numbers = new Float64Array(4_096);
  let length = 0;
  return {
    add(value: number): void {
      if (length === numbers.length) {
        const more = new Float64Array(2 * length);
        more.set(numbers);
        numbers = more;
      }
      numbers[length++] = value;
    },
    all: () => numbers.slice(0, length),
  };
}

/** Keeps 33 bytes a trial until it concludes. */
export function createEvaluation() {
  const [labels, models, popularities, bayes, warmth] = [
    createNumbers(),
    createNumbers(),
    createNumbers(),
    createNumbers(),
    createNumbers(),
  ];
  return {
    add({ earlierWeeks }: Example, trial: Trial): void {
      labels.add(trial.label);
      models.add(trial.model);
      popularities.add(trial.popularity);
      bayes.add(trial.empiricalBayes);
      warmth.add(earlierWeeks > 0 ? 1 : 0);
    },
    conclude(): SegmentEvaluation {
      const known = warmth.all();
      const outcome = Uint8Array.from(labels.all());
      const predicted = models.all();
      const of = (isWarm: number): Metrics =>
        measure(
          predicted.filter((_, row) => known[row] === isWarm),
          outcome.filter((_, row) => known[row] === isWarm),
        );
      const all = measure(predicted, outcome);
      return {
        all,
        warm: of(1),
        cold: of(0),
        deciles: all.calibrationByDecile,
        baselines: {
          popularity: measure(popularities.all(), outcome),
          empiricalBayes: measure(bayes.all(), outcome),
        },
      };
    },
  };
}
