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
 * Tries each candidate on the half of the rows that it did not learn from, and takes the first, unless a later one is better
 * than the best before by more than half the standard error of the difference, or by twice it where rows are few: what is
 * simple stands first.
 */
export function choose(design: Design, candidates: readonly Candidate[], halfOf: HalfOf): Chosen {
  const everyRow = (): boolean => true;
  let chosen: { readonly candidate: Candidate; readonly outOfFold: Float64Array } | null = null;
  const logLosses: Record<string, number> = {};
  for (const candidate of candidates) {
    const outOfFold = predictHalves(design, candidate, halfOf);
    logLosses[candidate.name] = meanLoss(design, outOfFold, (row) => halfOf(row) !== 2);
    if (chosen === null || isBetter(design, outOfFold, chosen.outOfFold, halfOf))
      chosen = { candidate, outOfFold };
  }
  if (chosen === null) throw new Error("There is nothing to choose from");
  return {
    name: chosen.candidate.name,
    logitOf: chosen.candidate.fit(design, everyRow),
    logLosses,
    outOfFold: chosen.outOfFold,
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
const fewRows = 500;

function isBetter(
  design: Design,
  newer: Float64Array,
  older: Float64Array,
  halfOf: HalfOf,
): boolean {
  let [rows, sum, squares] = [0, 0, 0];
  for (let row = 0; row < design.rows; row++) {
    if (halfOf(row) === 2) continue;
    rows += 1;
    const label = design.labels[row] ?? 0;
    const gain = lossOf(older[row] ?? 0, label) - lossOf(newer[row] ?? 0, label);
    sum += gain;
    squares += gain * gain;
  }
  const mean = sum / rows;
  const error = Math.sqrt(Math.max(0, squares / rows - mean * mean) / rows);
  return mean > error * (rows < fewRows ? 2 : 0.5);
}

/** -ln of the probability that a logit gives to what came. */
function lossOf(logit: number, label: number): number {
  const toLabel = label === 1 ? logit : -logit;
  return toLabel > 30 ? 0 : toLabel < -30 ? -toLabel : Math.log1p(Math.exp(-toLabel));
}

function meanLoss(
  { rows, labels }: Design,
  logits: Float64Array,
  uses: (row: number) => boolean,
): number {
  let [sum, used] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (!uses(row)) continue;
    used += 1;
    sum += lossOf(logits[row] ?? 0, labels[row] ?? 0);
  }
  return used === 0 ? 0 : sum / used;
}
