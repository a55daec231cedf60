import { type Bucket, bucketCount } from "../models/featureHash.ts";
import type { Coefficient } from "../models/ftrl.ts";

/** A model as it scores: what `warehouse/sql/score.sql` joins with. */
export interface LinearModel {
  readonly segmentId: number;
  /** The calibration: a line over the sum of weights, in logit space. */
  readonly slope: number;
  readonly intercept: number;
  readonly coefficients: readonly Coefficient[];
}

/** Beyond it a probability is 0 or 1 to 13 digits, and some engines refuse to exponentiate. */
const furthestLogit = 30;

/** The calibrated probability of a sum of weights, as `score.sql` computes it. */
export function calibratedScore(
  { slope, intercept }: Omit<LinearModel, "coefficients" | "segmentId">,
  sum: number,
): number {
  const logit = Math.min(furthestLogit, Math.max(-furthestLogit, slope * sum + intercept));
  return 1 / (1 + Math.exp(-logit));
}

/**
 * Scores a visitor with all models at once: weights lie side by side by bucket, so that a feature is looked up once. Answers
 * the same array every time, a score 0 to 1 for each model in their order.
 */
export function createLinearScores(
  models: readonly LinearModel[],
): (buckets: ArrayLike<Bucket>, values: ArrayLike<number>) => Float64Array {
  const width = models.length;
  const rowOf = new Int32Array(bucketCount).fill(-1);
  let rows = 0;
  for (const { coefficients } of models)
    for (const { bucket } of coefficients) if (rowOf[bucket] === -1) rowOf[bucket] = rows++;
  const weights = new Float64Array(rows * width);
  for (const [column, { coefficients }] of models.entries())
    for (const { bucket, weight } of coefficients)
      weights[(rowOf[bucket] ?? 0) * width + column] = weight;
  const scores = new Float64Array(width);
  return (buckets, values) => {
    scores.fill(0);
    for (let index = 0; index < buckets.length; index++) {
      const row = rowOf[buckets[index] ?? 0] ?? -1;
      if (row === -1) continue;
      const value = values[index] ?? 0;
      for (let column = 0, at = row * width; column < width; column++, at++)
        scores[column] = (scores[column] ?? 0) + value * (weights[at] ?? 0);
    }
    for (const [column, model] of models.entries())
      scores[column] = calibratedScore(model, scores[column] ?? 0);
    return scores;
  };
}
