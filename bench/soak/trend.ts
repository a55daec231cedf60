/** A straight line through samples, and how far its slope may be off. */
export interface Trend {
  /** What the values gain in one unit of the times. */
  readonly slope: number;
  /** Half of the slope's 95 % interval; Infinity where there are too few samples to say. */
  readonly plusMinus: number;
  readonly mean: number;
}

/**
 * Least squares. Neighbouring samples of memory are alike, so that they count for fewer: the error is widened by the residuals'
 * correlation from one sample to the next (as for an autoregression of order one).
 */
export function trendOf(times: readonly number[], values: readonly number[]): Trend {
  const count = times.length;
  const meanTime = meanOf(times);
  const mean = meanOf(values);
  if (count < 4) return { slope: 0, plusMinus: Number.POSITIVE_INFINITY, mean };
  const spread = sumOf(times.map((time) => (time - meanTime) ** 2));
  const products = times.map((time, index) => (time - meanTime) * (values[index]! - mean));
  const slope = sumOf(products) / spread;
  const residuals = times.map((time, index) => values[index]! - mean - slope * (time - meanTime));
  const squares = sumOf(residuals.map((residual) => residual ** 2));
  const pairs = sumOf(residuals.slice(1).map((residual, index) => residual * residuals[index]!));
  const alike = squares === 0 ? 0 : Math.min(0.99, Math.max(0, pairs / squares));
  const worth = Math.max(3, (count * (1 - alike)) / (1 + alike));
  const error = Math.sqrt(squares / (worth - 2) / spread) * Math.sqrt(count / worth);
  return { slope, plusMinus: studentOf(worth - 2) * error, mean };
}

/** The 97.5 % quantile of Student's distribution, to a few percent. */
function studentOf(freedom: number): number {
  const [z, rest] = [1.96, 1 / Math.max(1, freedom)];
  return z * (1 + rest * (1.21 + rest * 4.3));
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : sumOf(values) / values.length;
