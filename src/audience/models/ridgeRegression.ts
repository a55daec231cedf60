import { createCalibrationSample, fitLevel } from "./calibration.ts";
import { sigmoid } from "./logit.ts";

/** Rows of numbers with their outcomes, row after row. */
export interface Design {
  readonly rows: number;
  readonly width: number;
  /** rows × width. */
  readonly values: Float32Array;
  readonly labels: Uint8Array;
}

/** A logistic regression on columns that are first brought to mean 0 and spread 1, on top of a column that is a logit. */
export interface RidgeModel {
  readonly offsetColumn: number;
  readonly means: Float64Array;
  readonly scales: Float64Array;
  readonly weights: Float64Array;
  readonly intercept: number;
}

const mostSteps = 12;
/** A change of every weight, in logits, below which nothing is to be gained. */
const settled = 1e-4;
const interceptPenalty = 1;
/** So many positives speak for the level of the offset, which rests on all that was learnt and not on the design alone. */
const positivesOfOffset = 200;
/** What hardly varied would otherwise weigh much as soon as it does. */
const leastSpread = 0.02;

/**
 * The logistic regression of least log loss with `penalty` / 2 × the sum of squared weights added, by Newton's steps. Takes
 * the rows that `uses` says. The logits of `offsetColumn` are what is left of it under the strongest penalty.
 */
export function fitRidge(
  design: Design,
  offsetColumn: number,
  penalty: number,
  uses: (row: number) => boolean,
): RidgeModel {
  const { means, scales } = standardise(design, uses);
  const width = design.width + 1;
  let weights = new Float64Array(width);
  for (let step = 0; step < mostSteps; step++) {
    const model = { offsetColumn, means, scales, weights, intercept: weights[design.width] ?? 0 };
    const { gradient, curvature } = derivatives(design, uses, model);
    for (let column = 0; column < design.width; column++) {
      gradient[column] = (gradient[column] ?? 0) + penalty * (weights[column] ?? 0);
      const at = column * width + column;
      curvature[at] = (curvature[at] ?? 0) + penalty;
    }
    curvature[width * width - 1] = (curvature[width * width - 1] ?? 0) + interceptPenalty;
    gradient[design.width] =
      (gradient[design.width] ?? 0) + interceptPenalty * (weights[design.width] ?? 0);
    const change = solve(curvature, gradient);
    const longest = change.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // Far from the optimum a whole step may overshoot.
    const share = Math.min(1, 2 / Math.max(longest, 1e-12));
    weights = weights.map((weight, column) => weight - share * (change[column] ?? 0));
    if (longest < settled) break;
  }
  return withLevel(design, uses, {
    offsetColumn,
    means,
    scales,
    weights: weights.slice(0, -1),
    intercept: weights[design.width] ?? 0,
  });
}

/** Moves the intercept so that the sum of predictions lies between that of the outcomes and that of the offset's predictions. */
function withLevel(design: Design, uses: (row: number) => boolean, model: RidgeModel): RidgeModel {
  const predicted = createCalibrationSample();
  let [positives, expected] = [0, 0];
  for (let row = 0; row < design.rows; row++) {
    if (!uses(row)) continue;
    const at = row * design.width;
    positives += design.labels[row] ?? 0;
    expected += sigmoid(design.values[at + model.offsetColumn] ?? 0);
    predicted.add(sigmoid(ridgeLogit(model, design.values, at)), 0);
  }
  const share = positives / (positives + positivesOfOffset);
  const wanted = share * positives + (1 - share) * expected;
  return { ...model, intercept: model.intercept + fitLevel(predicted.bins(), wanted) };
}

/** The logit of a row of a design, or of any numbers as wide from `offset` on. */
export function ridgeLogit(
  { offsetColumn, means, scales, weights, intercept }: RidgeModel,
  values: Float32Array | Float64Array,
  offset: number,
): number {
  let sum = intercept + (values[offset + offsetColumn] ?? 0);
  for (let column = 0; column < scales.length; column++)
    sum +=
      (weights[column] ?? 0) *
      ((values[offset + column] ?? 0) - (means[column] ?? 0)) *
      (scales[column] ?? 0);
  return sum;
}

function standardise(
  { rows, width, values }: Design,
  uses: (row: number) => boolean,
): { readonly means: Float64Array; readonly scales: Float64Array } {
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  let used = 0;
  for (let row = 0; row < rows; row++) {
    if (!uses(row)) continue;
    used += 1;
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column] ?? 0;
      sums[column] = (sums[column] ?? 0) + value;
      squares[column] = (squares[column] ?? 0) + value * value;
    }
  }
  const means = sums.map((sum) => sum / Math.max(1, used));
  const scales = squares.map((square, column) => {
    const variance = square / Math.max(1, used) - (means[column] ?? 0) ** 2;
    return variance > 1e-9 ? 1 / Math.max(leastSpread, Math.sqrt(variance)) : 0;
  });
  return { means, scales };
}

/** Gradient and curvature (symmetric, row after row) of the log loss; the intercept is last. */
function derivatives(
  { rows, width, values, labels }: Design,
  uses: (row: number) => boolean,
  { offsetColumn, means, scales, weights, intercept }: RidgeModel,
): { readonly gradient: Float64Array; readonly curvature: Float64Array } {
  const size = width + 1;
  const gradient = new Float64Array(size);
  const curvature = new Float64Array(size * size);
  const x = new Float64Array(size).fill(1);
  for (let row = 0; row < rows; row++) {
    if (!uses(row)) continue;
    let logit = intercept + (values[row * width + offsetColumn] ?? 0);
    for (let column = 0; column < width; column++) {
      const value =
        ((values[row * width + column] ?? 0) - (means[column] ?? 0)) * (scales[column] ?? 0);
      x[column] = value;
      logit += value * (weights[column] ?? 0);
    }
    const p = sigmoid(logit);
    const error = p - (labels[row] ?? 0);
    const curve = Math.max(1e-9, p * (1 - p));
    for (let first = 0; first < size; first++) {
      const scaled = (x[first] ?? 0) * curve;
      gradient[first] = (gradient[first] ?? 0) + error * (x[first] ?? 0);
      const line = first * size;
      for (let second = 0; second <= first; second++)
        curvature[line + second] = (curvature[line + second] ?? 0) + scaled * (x[second] ?? 0);
    }
  }
  for (let first = 0; first < size; first++)
    for (let second = 0; second < first; second++)
      curvature[second * size + first] = curvature[first * size + second] ?? 0;
  return { gradient, curvature };
}

/** Solves matrix × x = right for a symmetric, positive definite matrix (Cholesky). */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const lower = new Float64Array(matrix);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let sum = lower[row * size + column] ?? 0;
      for (let k = 0; k < column; k++)
        sum -= (lower[row * size + k] ?? 0) * (lower[column * size + k] ?? 0);
      lower[row * size + column] =
        row === column
          ? Math.sqrt(Math.max(sum, 1e-12))
          : sum / (lower[column * size + column] ?? 1);
    }
  const x = Float64Array.from(right);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++)
      x[row] = (x[row] ?? 0) - (lower[row * size + k] ?? 0) * (x[k] ?? 0);
    x[row] = (x[row] ?? 0) / (lower[row * size + row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++)
      x[row] = (x[row] ?? 0) - (lower[k * size + row] ?? 0) * (x[k] ?? 0);
    x[row] = (x[row] ?? 0) / (lower[row * size + row] ?? 1);
  }
  return x;
}
