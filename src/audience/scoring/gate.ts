import { calibrationRange, fewestPositives } from "../evaluation/mayActivate.ts";
import type { SegmentEvaluation } from "./evaluation.ts";

/** Audiences of fewer people are not used. */
export const fewestPeople = 50;
const meaningfulAucOfFew = 0.05;

export interface GateInput {
  readonly evaluation: SegmentEvaluation;
  readonly trainPositives: number;
}

/** A gain of log loss of fewer standard errors may be chance. */
const leastErrors = 2;

/**
 * Why a model may not be used; empty = it may. It has to beat what anybody would predict (popularity by place, empirical
 * Bayes) in AUC, and in log loss by two standard errors, on weeks that it has not seen, and to be calibrated there within 0.95
 * to 1.05. Below 100 positives an AUC less than 0.05 higher means nothing.
 */
export function refusalsOf({ evaluation, trainPositives }: GateInput): readonly string[] {
  const { all, baselines, gains } = evaluation;
  if (trainPositives < fewestPeople || all.positives < fewestPeople)
    return [
      `fewer than ${fewestPeople} people turned out so: ${trainPositives} in training, ${all.positives} in the test`,
    ];
  const margin = all.positives < fewestPositives ? meaningfulAucOfFew : 0;
  const refusals: string[] = [];
  for (const name of ["popularity", "empiricalBayes"] as const) {
    const [baseline, gain] = [baselines[name], gains[name]];
    const said = name === "popularity" ? "popularity" : "empirical Bayes";
    if (!((all.auc ?? 0) > (baseline.auc ?? 0.5) + margin))
      refusals.push(
        `its AUC, ${shown(all.auc)}, does not beat that of ${said}, ${shown(baseline.auc)}`,
      );
    if (!(gain.mean > leastErrors * gain.standardError))
      refusals.push(
        `its log loss, ${shown(all.logLoss)}, does not beat that of ${said}, ${shown(baseline.logLoss)}, by more than chance`,
      );
  }
  const { calibration } = all;
  const { least, most } = calibrationRange;
  if (calibration === null || calibration < least || calibration > most)
    refusals.push(`its calibration is ${shown(calibration)}, not within ${least} to ${most}`);
  return refusals;
}

function shown(figure: number | null): string {
  return figure === null ? "unknown" : figure.toFixed(4);
}
