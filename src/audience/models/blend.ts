import { createCalibrationSample, fitPlatt } from "./calibration.ts";
import { sigmoid } from "./logit.ts";
import { type Design, fitRidge, ridgeLogit } from "./ridgeRegression.ts";

/** Gives the logit of numbers from `offset` on. */
export type LogitOf = (values: Float32Array | Float64Array, offset: number) => number;

/** One way to make a prediction of the numbers that are known of a trial. */
export interface Candidate {
  readonly name: string;
  /** Learns from the rows of a design that `uses` says. */
  readonly fit: (design: Design, uses: (row: number) => boolean) => LogitOf;
}

/** Which of two halves a row is in, that share neither visitors nor items; 2 = in neither. */
export type HalfOf = (row: number) => 0 | 1 | 2;

/** What was chosen, and what each candidate was worth. */
export interface Chosen {
  readonly name: string;
  readonly logitOf: LogitOf;
  /** Of each candidate, in nats a row, on rows that it did not learn from. */
  readonly logLosses: Readonly<Record<string, number>>;
  /** Its predictions (logits) of the rows of both halves, by what learnt from the other half. */
  readonly outOfFold: Float64Array;
}

/** A column of the design as it stands: a logit that somebody else made. */
export function columnCandidate(name: string, column: number): Candidate {
  return { name, fit: () => (values, offset) => values[offset + column] ?? 0 };
}

/** A logistic regression on all columns, on top of one that is a logit. */
export function ridgeCandidate(name: string, offsetColumn: number, penalty: number): Candidate {
  return {
    name,
    fit(design, uses) {
      const model = fitRidge(design, offsetColumn, penalty, uses);
      return (values, offset) => ridgeLogit(model, values, offset);
    },
  };
}

/** The logits of one column, moved along a line: a slope and an intercept. */
export function lineCandidate(name: string, column: number): Candidate {
  return {
    name,
    fit({ rows, width, values, labels }, uses) {
      const sample = createCalibrationSample();
      for (let row = 0; row < rows; row++)
        if (uses(row)) sample.add(sigmoid(values[row * width + column] ?? 0), labels[row] ?? 0);
      const { slope, intercept } = fitPlatt(sample.bins());
      return (of, offset) => slope * (of[offset + column] ?? 0) + intercept;
    },
  };
}

/**
 * Tries each candidate on the half of the rows that it did not learn from, for several partings into halves, and takes the
 * first, unless a later one is better than the best before by more than half the standard error of the difference, or by
 * twice it where rows are few: what is simple stands first.
 */
export function choose(
  design: Design,
  candidates: readonly Candidate[],
  partings: readonly HalfOf[],
): Chosen {
  let chosen: Tried | null = null;
  const logLosses: Record<string, number> = {};
  for (const candidate of candidates) {
    const tried = tryOut(design, candidate, partings);
    logLosses[candidate.name] = meanOf(tried.losses).mean;
    if (chosen === null || isBetter(tried, chosen)) chosen = tried;
  }
  if (chosen === null) throw new Error("There is nothing to choose from");
  const { candidate, outOfFold } = chosen;
  return {
    name: candidate.name,
    logitOf: candidate.fit(design, () => true),
    logLosses,
    outOfFold,
  };
}

interface Tried {
  readonly candidate: Candidate;
  /** Of the first parting. */
  readonly outOfFold: Float64Array;
  /** The mean over the partings in which a row was in a half; NaN for a row that never was. */
  readonly losses: Float64Array;
}

function tryOut(design: Design, candidate: Candidate, partings: readonly HalfOf[]): Tried {
  const losses = new Float64Array(design.rows);
  const times = new Uint8Array(design.rows);
  const predictions = partings.map((halfOf) => {
    const logits = predictHalves(design, candidate, halfOf);
    for (let row = 0; row < design.rows; row++) {
      if (halfOf(row) === 2) continue;
      losses[row] = (losses[row] ?? 0) + lossOf(logits[row] ?? 0, design.labels[row] ?? 0);
      times[row] = (times[row] ?? 0) + 1;
    }
    return logits;
  });
  return {
    candidate,
    outOfFold: predictions[0] ?? new Float64Array(design.rows),
    losses: losses.map((loss, row) => loss / (times[row] ?? 0)),
  };
}

function predictHalves(design: Design, candidate: Candidate, halfOf: HalfOf): Float64Array {
  const predictions = new Float64Array(design.rows);
  for (const half of [0, 1] as const) {
    const logitOfRow = candidate.fit(design, (row) => halfOf(row) === 1 - half);
    for (let row = 0; row < design.rows; row++)
      if (halfOf(row) === half) predictions[row] = logitOfRow(design.values, row * design.width);
  }
  return predictions;
}

/** Among few rows chance makes somebody look good. */
const fewRows = 1_000;

function isBetter(newer: Tried, older: Tried): boolean {
  const gains = older.losses.map((loss, row) => loss - (newer.losses[row] ?? 0));
  const { rows, mean, error } = meanOf(gains);
  return mean > error * (rows < fewRows ? 2 : 0.5);
}

/** The mean of the numbers that are not NaN, and its standard error. */
export function meanOf(numbers: Float64Array): {
  readonly rows: number;
  readonly mean: number;
  readonly error: number;
} {
  let [rows, sum, squares] = [0, 0, 0];
  for (const number of numbers) {
    if (Number.isNaN(number)) continue;
    rows += 1;
    sum += number;
    squares += number * number;
  }
  const mean = rows === 0 ? 0 : sum / rows;
  const variance = rows === 0 ? 0 : Math.max(0, squares / rows - mean * mean);
  return { rows, mean, error: Math.sqrt(variance / Math.max(1, rows)) };
}

/** -ln of the probability that a logit gives to what came. */
function lossOf(logit: number, label: number): number {
  const toLabel = label === 1 ? logit : -logit;
  return toLabel > 30 ? 0 : toLabel < -30 ? -toLabel : Math.log1p(Math.exp(-toLabel));
}
