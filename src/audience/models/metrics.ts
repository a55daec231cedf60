import { clampProbability } from "./logit.ts";

/** How good predictions were, beside what came. What cannot be told (no positive, no negative, no row) is null. */
export interface Metrics {
  readonly rows: number;
  readonly positives: number;
  /** The chance that a positive is predicted above a negative; ties count half. */
  readonly auc: number | null;
  /** After DeLong et al. 1988. */
  readonly aucStandardError: number | null;
  /** Nats a row. */
  readonly logLoss: number | null;
  readonly logLossStandardError: number | null;
  /** Log loss over that of always saying the rate of these rows (He et al. 2014): below 1 is better than that. */
  readonly normalizedEntropy: number | null;
  /** The sum of predictions over the number of positives. */
  readonly calibration: number | null;
  /** Tenths of the rows, lowest predictions first; fewer below 10 rows. */
  readonly calibrationByDecile: readonly Decile[];
}

export interface Decile {
  readonly rows: number;
  /** Means of predictions and of outcomes. */
  readonly predicted: number;
  readonly observed: number;
  /** The observed rate over that of all rows; null without a positive. */
  readonly lift: number | null;
}

/** Measures predictions (0 to 1) beside labels (0 or 1). Throws when they are not of one length. */
export function measure(predictions: Float64Array, labels: Uint8Array): Metrics {
  if (predictions.length !== labels.length) throw new Error("As many predictions as labels");
  const rows = predictions.length;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const { auc, standardError } = measureAuc(predictions, labels);
  const loss = measureLogLoss(predictions, labels);
  const rate = positives / rows;
  const entropy = -(rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate));
  const predicted = predictions.reduce((sum, prediction) => sum + prediction, 0);
  return {
    rows,
    positives,
    auc,
    aucStandardError: standardError,
    logLoss: loss.mean,
    logLossStandardError: loss.standardError,
    normalizedEntropy: loss.mean !== null && entropy > 0 ? loss.mean / entropy : null,
    calibration: positives > 0 ? predicted / positives : null,
    calibrationByDecile: deciles(predictions, labels),
  };
}

/** The area under the ROC curve with its standard error (DeLong, DeLong & Clarke-Pearson 1988), exact, ties counted half. */
export function measureAuc(
  predictions: Float64Array,
  labels: Uint8Array,
): { readonly auc: number | null; readonly standardError: number | null } {
  const ones = predictions.filter((_, row) => labels[row] === 1).sort();
  const zeros = predictions.filter((_, row) => labels[row] !== 1).sort();
  if (ones.length === 0 || zeros.length === 0) return { auc: null, standardError: null };
  const above = placements(ones, zeros);
  // A negative's placement is the share of positives above it, which has the same spread as that of positives below.
  const below = placements(zeros, ones);
  const variance = above.variance / ones.length + below.variance / zeros.length;
  return { auc: above.mean, standardError: Math.sqrt(variance) };
}

/** Mean and variance of the shares of `others` that lie below each of `sorted`, ties as half. Both are sorted. */
function placements(
  sorted: Float64Array,
  others: Float64Array,
): { readonly mean: number; readonly variance: number } {
  let [below, upTo, sum, squares] = [0, 0, 0, 0];
  for (const value of sorted) {
    while (below < others.length && (others[below] ?? 0) < value) below += 1;
    upTo = Math.max(upTo, below);
    while (upTo < others.length && (others[upTo] ?? 0) <= value) upTo += 1;
    const share = (below + upTo) / 2 / others.length;
    sum += share;
    squares += share * share;
  }
  const mean = sum / sorted.length;
  const spread = squares / sorted.length - mean * mean;
  const unbiased = sorted.length > 1 ? sorted.length / (sorted.length - 1) : 1;
  return { mean, variance: Math.max(0, spread) * unbiased };
}

/** Mean of -ln(the probability given to what came), and the standard error of that mean. */
export function measureLogLoss(
  predictions: Float64Array,
  labels: Uint8Array,
): { readonly mean: number | null; readonly standardError: number | null } {
  const rows = predictions.length;
  if (rows === 0) return { mean: null, standardError: null };
  let [sum, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const p = clampProbability(predictions[row] ?? 0.5);
    const loss = -Math.log(labels[row] === 1 ? p : 1 - p);
    sum += loss;
    squares += loss * loss;
  }
  const mean = sum / rows;
  return { mean, standardError: Math.sqrt(Math.max(0, squares / rows - mean * mean) / rows) };
}

function deciles(predictions: Float64Array, labels: Uint8Array): readonly Decile[] {
  const rows = predictions.length;
  const order = new Uint32Array(rows).map((_, row) => row);
  order.sort((a, b) => (predictions[a] ?? 0) - (predictions[b] ?? 0) || a - b);
  const parts = Math.min(10, rows);
  const rate = labels.reduce((sum, label) => sum + label, 0) / rows;
  return Array.from({ length: parts }, (_, part) => {
    const of = order.subarray(
      Math.round((part * rows) / parts),
      Math.round(((part + 1) * rows) / parts),
    );
    const sum = (numbers: ArrayLike<number>): number =>
      of.reduce((total, row) => total + (numbers[row] ?? 0), 0);
    const observed = sum(labels) / of.length;
    return {
      rows: of.length,
      predicted: sum(predictions) / of.length,
      observed,
      lift: rate > 0 ? observed / rate : null,
    };
  });
}
