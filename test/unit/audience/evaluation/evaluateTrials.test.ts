import { expect, it } from "vitest";
import {
  evaluateSplit,
  evaluateTrials,
} from "../../../../src/audience/evaluation/evaluateTrials.ts";
import { fitTrials } from "../../../../src/audience/evaluation/fitTrials.ts";
import { mayActivate } from "../../../../src/audience/evaluation/mayActivate.ts";
import {
  planColdSplit,
  planWarmSplit,
  tested,
} from "../../../../src/audience/evaluation/splits.ts";
import { drawTrials, sourceOf, type Trial } from "../../../support/trialWorlds.ts";

const options = { seed: 1, log: () => undefined };
const trials: readonly Trial[] = [...drawTrials("tastes", 1_000, 5)];

it.each([
  ["warm", planWarmSplit],
  ["cold", planColdSplit],
])("predicts the same whatever came of the tested trials (%s)", (_, plan) => {
  const predictions = [false, true].map((isTurned) => {
    const roles = plan(sourceOf(trials));
    const known = trials.map(
      (trial, row): Trial => ({
        ...trial,
        value: isTurned && roles[row] === tested ? (trial.value === 1 ? 0 : 1) : trial.value,
      }),
    );
    const predicted: number[] = [];
    fitTrials(sourceOf(known), roles, options).predictTested((prediction, baselines) =>
      predicted.push(prediction, ...baselines),
    );
    return predicted;
  });
  expect(predictions[0]?.length).toBeGreaterThan(500);
  expect(predictions[1]).toEqual(predictions[0]);
});

it("gives the same figures for the same trials and seed", () => {
  const figures = [0, 1].map(() => {
    const source = sourceOf(trials, 100);
    return evaluateSplit(source, planColdSplit(source), options);
  });
  expect(figures[0]).toEqual(figures[1]);
});

it("claims nothing of noise", () => {
  const evaluation = evaluateTrials(sourceOf([...drawTrials("noise", 2_000, 2)]), options);
  for (const { auc, aucStandardError, normalizedEntropy } of [evaluation.warm, evaluation.cold]) {
    expect(Math.abs((auc ?? 0) - 0.5)).toBeLessThan(3 * (aucStandardError ?? 0));
    expect(normalizedEntropy ?? 0).toBeGreaterThan(0.995);
    expect(normalizedEntropy ?? 2).toBeLessThan(1.01);
  }
  expect(mayActivate(evaluation).mayActivate).toBe(false);
});
