import { clampProbability, logitOf, sigmoid } from "./logit.ts";

/** Sets predictions right: a probability in, a probability out, never falling where the other rises. */
export type Calibrate = (prediction: number) => number;

/** Predictions beside what came, gathered in a fixed number of bins: learning takes the same memory for any number of them. */
export interface CalibrationSample {
  readonly add: (prediction: number, label: number, weight?: number) => void;
  /** One entry for each bin that has something, in the order of predictions. */
  readonly bins: () => readonly CalibrationBin[];
}

export interface CalibrationBin {
  /** The mean of the predictions, as a logit. */
  readonly logit: number;
  readonly weight: number;
  readonly positives: number;
}

const binCount = 8_192;
const furthestLogit = 17;

export function createCalibrationSample(): CalibrationSample {
  const weights = new Float64Array(binCount);
  const positives = new Float64Array(binCount);
  const logits = new Float64Array(binCount);
  return {
    add(prediction, label, weight = 1) {
      const logit = logitOf(prediction);
      const share = (logit + furthestLogit) / (2 * furthestLogit);
      const bin = Math.min(binCount - 1, Math.max(0, Math.floor(share * binCount)));
      weights[bin] = (weights[bin] ?? 0) + weight;
      positives[bin] = (positives[bin] ?? 0) + weight * label;
      logits[bin] = (logits[bin] ?? 0) + weight * logit;
    },
    bins: () =>
      Array.from(weights, (weight, bin) => ({
        logit: (logits[bin] ?? 0) / weight,
        weight,
        positives: positives[bin] ?? 0,
      })).filter(({ weight }) => weight > 0),
  };
}

/** A line in logit space: p → sigmoid(slope × logit(p) + intercept). */
export interface PlattLine {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Platt's scaling: the line of highest likelihood by Newton's steps, drawn towards the identity by as much as `prior` trials
 * weigh. A slope is never negative. Without any sample it is the identity.
 */
export function fitPlatt(bins: readonly CalibrationBin[], prior = 1): PlattLine {
  let [slope, intercept] = [1, 0];
  for (let step = 0; step < 50; step++) {
    // What draws to the identity: -prior × (slope - 1)² / 2 and -prior × intercept² / 2.
    let [gradientA, gradientB, aa, ab, bb] = [
      prior * (slope - 1),
      prior * intercept,
      prior,
      0,
      prior,
    ];
    for (const { logit, weight, positives } of bins) {
      const p = sigmoid(slope * logit + intercept);
      const error = weight * p - positives;
      const curve = weight * p * (1 - p);
      gradientA += error * logit;
      gradientB += error;
      aa += curve * logit * logit;
      ab += curve * logit;
      bb += curve;
    }
    const determinant = aa * bb - ab * ab;
    const stepA = bounded((bb * gradientA - ab * gradientB) / determinant);
    const stepB = bounded((aa * gradientB - ab * gradientA) / determinant);
    slope = Math.max(0, slope - stepA);
    intercept -= stepB;
    if (Math.abs(stepA) + Math.abs(stepB) < 1e-10) break;
  }
  return { slope, intercept };
}

/**
 * What is to be added to logits so that the sum of predictions is `positives`: that of the outcomes, unless said. 0 where nothing, or
 * everything, would be positive.
 */
export function fitLevel(
  bins: readonly CalibrationBin[],
  positives = bins.reduce((sum, bin) => sum + bin.positives, 0),
): number {
  const weights = bins.reduce((sum, { weight }) => sum + weight, 0);
  if (positives <= 0 || positives >= weights) return 0;
  let level = 0;
  for (let step = 0; step < 50; step++) {
    let [error, curve] = [-positives, 1e-9];
    for (const { logit, weight } of bins) {
      const p = sigmoid(logit + level);
      error += weight * p;
      curve += weight * p * (1 - p);
    }
    const change = bounded(error / curve);
    level -= change;
    if (Math.abs(change) < 1e-10) break;
  }
  return level;
}

/** Newton's steps from far away may be too long. */
function bounded(step: number): number {
  return Math.min(2, Math.max(-2, step));
}

export function plattCalibration({ slope, intercept }: PlattLine): Calibrate {
  return (prediction) => clampProbability(sigmoid(slope * logitOf(prediction) + intercept));
}

/** A point of a line that never falls. */
export interface IsotonicKnot {
  readonly logit: number;
  readonly rate: number;
}

interface Block {
  logitSum: number;
  weight: number;
  positives: number;
}

/**
 * Isotonic regression by pooling adjacent violators (PAV), with half a trial of each outcome at the overall rate in every
 * block, so that no rate is 0 or 1. Knots stand at the middles of blocks, in order. Empty without a sample.
 */
export function fitIsotonic(bins: readonly CalibrationBin[]): readonly IsotonicKnot[] {
  const blocks: Block[] = [];
  for (const { logit, weight, positives } of bins) {
    blocks.push({ logitSum: logit * weight, weight, positives });
    for (let last = blocks.length - 1; last > 0 && violates(blocks, last); last--) pool(blocks);
  }
  const weight = bins.reduce((sum, bin) => sum + bin.weight, 0);
  const overall = bins.reduce((sum, bin) => sum + bin.positives, 0) / weight;
  let least = 0;
  return blocks.map((block) => {
    // What is added may turn the order of a small block and a large one.
    least = Math.max(least, (block.positives + overall) / (block.weight + 1));
    return { logit: block.logitSum / block.weight, rate: clampProbability(least) };
  });
}

function violates(blocks: readonly Block[], last: number): boolean {
  const [before, after] = [blocks[last - 1], blocks[last]];
  if (before === undefined || after === undefined) return false;
  return before.positives * after.weight >= after.positives * before.weight;
}

function pool(blocks: Block[]): void {
  const after = blocks.pop();
  const before = blocks.at(-1);
  if (before === undefined || after === undefined) return;
  before.logitSum += after.logitSum;
  before.weight += after.weight;
  before.positives += after.positives;
}

/** How much of the prediction itself stays: what is level keeps its order, and nobody sees it in a rate. */
const keptOrder = 1e-6;

/** Straight between knots, all but level beyond them: never falling, and of two predictions the higher one stays the higher one. The identity without knots. */
export function isotonicCalibration(knots: readonly IsotonicKnot[]): Calibrate {
  if (knots.length === 0) return clampProbability;
  return (prediction) => {
    const logit = logitOf(prediction);
    const rate = rateAt(knots, logit) ?? prediction;
    return clampProbability(rate * (1 - keptOrder) + keptOrder * sigmoid(logit));
  };
}

function rateAt(knots: readonly IsotonicKnot[], logit: number): number | undefined {
  let [low, high] = [0, knots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((knots[middle]?.logit ?? 0) <= logit) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [knots[low - 1], knots[low]];
  if (before === undefined) return after?.rate;
  if (after === undefined) return before.rate;
  const share = (logit - before.logit) / (after.logit - before.logit);
  return before.rate + share * (after.rate - before.rate);
}
