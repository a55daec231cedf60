import {
  type CalibrationBin,
  type CalibrationSample,
  createCalibrationSample,
  fitPlatt,
  type PlattLine,
} from "../models/calibration.ts";

/** A calibration that follows from what was predicted of one date after another, none of which had been learnt from. */
export interface DatedCalibration {
  /** What is added from now on is of a later date. */
  readonly beginDate: () => void;
  /** `prediction`: before calibration, 0 to 1. */
  readonly add: (prediction: number, label: number, weight: number) => void;
  /** So many had the outcome. */
  readonly positives: () => number;
  readonly fit: () => PlattLine;
}

/** What a date counts for beside the one after it: what is newest is most like what comes. */
const keptByDate = 0.7;

/** The line is drawn to the identity by as many trials: enough for it to stand where hardly anybody has the outcome. */
const priorTrials = 4;

/** Keeps 200 KB a date. */
export function createDatedCalibration(): DatedCalibration {
  const dates: { readonly sample: CalibrationSample; positives: number }[] = [];
  return {
    beginDate() {
      dates.push({ sample: createCalibrationSample(), positives: 0 });
    },
    add(prediction, label, weight) {
      const date = dates.at(-1);
      if (date === undefined) return;
      date.sample.add(prediction, label, weight);
      date.positives += label;
    },
    positives: () => dates.reduce((sum, { positives }) => sum + positives, 0),
    fit: () =>
      fitPlatt(
        dates.flatMap(({ sample }, date) =>
          weighed(sample.bins(), keptByDate ** (dates.length - 1 - date)),
        ),
        priorTrials,
      ),
  };
}

function weighed(bins: readonly CalibrationBin[], share: number): readonly CalibrationBin[] {
  return bins.map(({ logit, weight, positives }) => ({
    logit,
    weight: weight * share,
    positives: positives * share,
  }));
}
