import type { Metrics } from "../models/metrics.ts";
import type { Evaluation, SplitEvaluation } from "./evaluateTrials.ts";

/** Whether a model may score visitors, and each reason why not. */
export interface Verdict {
  readonly mayActivate: boolean;
  readonly reasons: readonly string[];
}

/** What predictions may sum to, over what came. */
export const calibrationRange = { least: 0.95, most: 1.05 } as const;

/** Below this a difference of AUC means nothing. */
export const fewestPositives = 100;

/**
 * The gate of quality: on both splits a model must beat each baseline (a lower log loss, and an AUC that is not lower), be
 * calibrated to within 5 %, and have been tested on 100 positives.
 */
export function mayActivate({ warm, cold }: Evaluation): Verdict {
  const reasons = [...reasonsAgainst("warm", warm), ...reasonsAgainst("cold", cold)];
  return { mayActivate: reasons.length === 0, reasons };
}

/** Why a model may not score by one split. */
export function reasonsAgainst(name: string, split: SplitEvaluation): readonly string[] {
  if (split.positives < fewestPositives || split.auc === null)
    return [
      `${name}: ${split.positives} positives of ${split.rows} tested trials; ${fewestPositives} and a negative are needed`,
    ];
  const beaten = Object.entries(split.baselines).flatMap(([baseline, metrics]) =>
    beats(split, metrics) ? [] : [`${name}: does not beat the baseline ${baseline}`],
  );
  const calibration = split.calibration ?? 0;
  const isCalibrated =
    calibration >= calibrationRange.least && calibration <= calibrationRange.most;
  return isCalibrated
    ? beaten
    : [
        ...beaten,
        `${name}: calibration ${calibration.toFixed(3)} is outside ${calibrationRange.least} to ${calibrationRange.most}`,
      ];
}

/** A difference of AUC of less than half its standard error is none. */
function beats(model: Metrics, baseline: Metrics): boolean {
  if (model.logLoss === null || baseline.logLoss === null) return false;
  const slack = (model.aucStandardError ?? 0) / 2;
  return model.logLoss < baseline.logLoss && (model.auc ?? 0) + slack >= (baseline.auc ?? 1);
}
