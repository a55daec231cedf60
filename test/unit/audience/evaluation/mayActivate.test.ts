import { expect, it } from "vitest";
import type { SplitEvaluation } from "../../../../src/audience/evaluation/evaluateTrials.ts";
import { mayActivate } from "../../../../src/audience/evaluation/mayActivate.ts";
import type { Metrics } from "../../../../src/audience/models/metrics.ts";

const metrics: Metrics = {
  rows: 5_000,
  positives: 600,
  auc: 0.7,
  aucStandardError: 0.01,
  logLoss: 0.4,
  logLossStandardError: 0.01,
  normalizedEntropy: 0.9,
  calibration: 1.02,
  calibrationByDecile: [],
};
const baseline: Metrics = { ...metrics, auc: 0.65, logLoss: 0.42 };

function split(of: Partial<SplitEvaluation>): SplitEvaluation {
  return {
    ...metrics,
    baselines: { popularity: baseline, empiricalBayes: baseline },
    trainingRows: 20_000,
    model: { chosen: "blend", calibration: "none", validationLogLosses: {} },
    ...of,
  };
}

it("lets a model score that beats its baselines and is calibrated on both splits", () => {
  expect(mayActivate({ warm: split({}), cold: split({}) })).toEqual({
    mayActivate: true,
    reasons: [],
  });
});

it.each<[string, Partial<SplitEvaluation>, string]>([
  ["loses to a baseline in AUC", { auc: 0.6 }, "does not beat the baseline popularity"],
  [
    "is no better than a baseline in log loss",
    { logLoss: 0.42 },
    "does not beat the baseline empiricalBayes",
  ],
  ["predicts too little", { calibration: 0.94 }, "calibration 0.940 is outside"],
  ["predicts too much", { calibration: 1.06 }, "calibration 1.060 is outside"],
  ["was tested on too little", { positives: 99 }, "99 positives of 5000 tested trials"],
  [
    "was tested on nothing",
    { rows: 0, positives: 0, auc: null, logLoss: null, calibration: null },
    "0 positives",
  ],
])("does not let a model score that %s, on either split", (_, of, reason) => {
  for (const evaluation of [
    { warm: split(of), cold: split({}) },
    { warm: split({}), cold: split(of) },
  ]) {
    const verdict = mayActivate(evaluation);
    expect(verdict.mayActivate).toBe(false);
    expect(verdict.reasons.join("\n")).toContain(reason);
  }
});
