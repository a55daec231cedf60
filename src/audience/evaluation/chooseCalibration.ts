import { type HalfOf, meanOf } from "../models/blend.ts";
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

interface Way {
  readonly name: ChosenCalibration["name"];
  readonly learn: Fit;
}

const ways: readonly Way[] = [
  { name: "none", learn: () => clampProbability },
  { name: "Platt", learn: (...of) => plattCalibration(fitPlatt(sample(...of))) },
  { name: "isotonic", learn: (...of) => isotonicCalibration(fitIsotonic(sample(...of))) },
];

/** Below this a curve would be learnt of chance. */
const fewestPositives = 100;

/**
 * Takes the first way, unless a later one has clearly less log loss on the half of the rows that it was not fitted to, and fits it to all of them.
 * The logits are to be of a model that did not learn from these rows.
 */
export function chooseCalibration(
  logits: Float64Array,
  labels: Uint8Array,
  halfOf: HalfOf,
): ChosenCalibration {
  const positives = labels.reduce((sum, label, row) => sum + (halfOf(row) === 2 ? 0 : label), 0);
  const tried = positives < fewestPositives ? ways.slice(0, 1) : ways;
  let best: { readonly way: Way; readonly losses: Float64Array } | null = null;
  for (const way of tried) {
    const losses = outOfHalfLosses(way, logits, labels, halfOf);
    if (best === null || isClearlyLess(losses, best.losses)) best = { way, losses };
  }
  return {
    name: best?.way.name ?? "none",
    calibrate: best?.way.learn(logits, labels, (row) => halfOf(row) !== 2) ?? clampProbability,
  };
}

/** In nats, of each row by what was fitted to the other half; NaN for a row in neither. */
function outOfHalfLosses(
  { learn }: Way,
  logits: Float64Array,
  labels: Uint8Array,
  halfOf: HalfOf,
): Float64Array {
  const losses = new Float64Array(logits.length).fill(Number.NaN);
  for (const half of [0, 1] as const) {
    const calibrate = learn(logits, labels, (row) => halfOf(row) === 1 - half);
    for (let row = 0; row < logits.length; row++) {
      if (halfOf(row) !== half) continue;
      const p = clampProbability(calibrate(sigmoid(logits[row] ?? 0)));
      losses[row] = -Math.log(labels[row] === 1 ? p : 1 - p);
    }
  }
  return losses;
}

/** By more than a standard error of the difference: a line or a curve of chance would move the level of all predictions. */
function isClearlyLess(newer: Float64Array, older: Float64Array): boolean {
  const { mean, error } = meanOf(older.map((loss, row) => loss - (newer[row] ?? 0)));
  return mean > error;
}

function sample(logits: Float64Array, labels: Uint8Array, uses: (row: number) => boolean) {
  const gathered = createCalibrationSample();
  for (let row = 0; row < logits.length; row++)
    if (uses(row)) gathered.add(sigmoid(logits[row] ?? 0), labels[row] ?? 0);
  return gathered.bins();
}
