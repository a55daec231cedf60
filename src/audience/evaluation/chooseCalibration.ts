import type { HalfOf } from "../models/blend.ts";
import {
  type Calibrate,
  createCalibrationSample,
  fitIsotonic,
  fitPlatt,
  isotonicCalibration,
  plattCalibration,
} from "../models/calibration.ts";
import { clampProbability, sigmoid } from "../models/logit.ts";

/** How predictions are set right. */
export interface ChosenCalibration {
  readonly name: "none" | "Platt" | "isotonic";
  readonly calibrate: Calibrate;
}

type Fit = (logits: Float64Array, labels: Uint8Array, uses: (row: number) => boolean) => Calibrate;

const ways: readonly { readonly name: ChosenCalibration["name"]; readonly learn: Fit }[] = [
  { name: "none", learn: () => clampProbability },
  { name: "Platt", learn: (...of) => plattCalibration(fitPlatt(sample(...of))) },
  { name: "isotonic", learn: (...of) => isotonicCalibration(fitIsotonic(sample(...of))) },
];

/** Below this a curve would be learnt of chance. */
const fewestPositives = 100;

/**
 * Takes the way that has the least log loss on the half of the rows that it was not fitted to, and fits it to all of them.
 * The logits are to be of a model that did not learn from these rows.
 */
export function chooseCalibration(
  logits: Float64Array,
  labels: Uint8Array,
  halfOf: HalfOf,
): ChosenCalibration {
  const positives = labels.reduce((sum, label, row) => sum + (halfOf(row) === 2 ? 0 : label), 0);
  const tried = positives < fewestPositives ? ways.slice(0, 1) : ways;
  let best = {
    name: ways[0]?.name ?? "none",
    learn: ways[0]?.learn,
    loss: Number.POSITIVE_INFINITY,
  };
  for (const { name, learn } of tried) {
    const loss = ([0, 1] as const)
      .map((half) => {
        const calibrate = learn(logits, labels, (row) => halfOf(row) === 1 - half);
        return lossOf(logits, labels, calibrate, (row) => halfOf(row) === half);
      })
      .reduce((sum, part) => sum + part, 0);
    if (loss < best.loss) best = { name, learn, loss };
  }
  return {
    name: best.name,
    calibrate: best.learn?.(logits, labels, (row) => halfOf(row) !== 2) ?? clampProbability,
  };
}

function sample(logits: Float64Array, labels: Uint8Array, uses: (row: number) => boolean) {
  const gathered = createCalibrationSample();
  for (let row = 0; row < logits.length; row++)
    if (uses(row)) gathered.add(sigmoid(logits[row] ?? 0), labels[row] ?? 0);
  return gathered.bins();
}

function lossOf(
  logits: Float64Array,
  labels: Uint8Array,
  calibrate: Calibrate,
  uses: (row: number) => boolean,
): number {
  let sum = 0;
  for (let row = 0; row < logits.length; row++) {
    if (!uses(row)) continue;
    const p = clampProbability(calibrate(sigmoid(logits[row] ?? 0)));
    sum -= Math.log(labels[row] === 1 ? p : 1 - p);
  }
  return sum;
}
