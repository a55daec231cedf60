import { type Metrics, measure } from "../models/metrics.ts";
import type { TrialSource } from "../models/trials.ts";
import { type BaselineName, baselineNames } from "./baselineSignals.ts";
import { type FitOptions, fitTrials } from "./fitTrials.ts";
import { planColdSplit, planWarmSplit, type Roles, tested } from "./splits.ts";

/** How a model did on the tested trials of a split, beside the baselines on the same trials. */
export interface SplitEvaluation extends Metrics {
  readonly baselines: Readonly<Record<BaselineName, Metrics>>;
  /** Trials that the model learnt from. */
  readonly trainingRows: number;
  readonly model: {
    readonly chosen: string;
    readonly calibration: string;
    readonly validationLogLosses: Readonly<Record<string, number>>;
  };
}

export interface Evaluation {
  readonly warm: SplitEvaluation;
  readonly cold: SplitEvaluation;
}

/** Learns and tests a model on both splits of the trials. The same trials and seed give the same figures. */
export function evaluateTrials(source: TrialSource, options: FitOptions): Evaluation {
  const told = (split: string): FitOptions => ({
    ...options,
    log: (line) => options.log(`${split}: ${line}`),
  });
  return {
    warm: evaluateSplit(source, planWarmSplit(source), told("warm")),
    cold: evaluateSplit(source, planColdSplit(source), told("cold")),
  };
}

/** Learns from the trials that are not tested, and measures the predictions of those that are. */
export function evaluateSplit(
  source: TrialSource,
  roles: Roles,
  options: FitOptions,
): SplitEvaluation {
  const rows = roles.reduce((sum, role) => sum + (role === tested ? 1 : 0), 0);
  const model = fitTrials(source, roles, options);
  const labels = new Uint8Array(rows);
  const predictions = new Float64Array(rows);
  const ofBaselines = baselineNames.map(() => new Float64Array(rows));
  let next = 0;
  model.predictTested((prediction, baselines, label) => {
    predictions[next] = prediction;
    labels[next] = label;
    for (const [index, of] of ofBaselines.entries()) of[next] = baselines[index] ?? 0;
    next += 1;
  });
  const measured = baselineNames.map(
    (name, index) => [name, measure(ofBaselines[index] ?? new Float64Array(rows), labels)] as const,
  );
  return {
    ...measure(predictions, labels),
    baselines: Object.fromEntries(measured) as Readonly<Record<BaselineName, Metrics>>,
    trainingRows: source.rows - rows,
    model: {
      chosen: model.chosen,
      calibration: model.calibration,
      validationLogLosses: model.validationLogLosses,
    },
  };
}
