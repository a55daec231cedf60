import {
  type CalibrationSample,
  createCalibrationSample,
  fitPlatt,
  type PlattLine,
} from "../models/calibration.ts";
import type { Coefficient, Ftrl, FtrlOptions } from "../models/ftrl.ts";
import { createFtrl } from "../models/ftrl.ts";
import { sigmoid } from "../models/logit.ts";
import { type Baselines, createBaselines } from "./baselines.ts";
import { createEvaluation, type SegmentEvaluation } from "./evaluation.ts";
import type { Example } from "./examples.ts";
import { calibratedScore } from "./linearScores.ts";

/** A segment whose model is to be learnt. */
export interface TrainedSegment {
  readonly segmentId: number;
  /** By which examples name it. */
  readonly index: number;
}

/** Gives every example of some files to `visit`, in their order. The same files give the same examples. */
export type ReadExamples = (visit: (example: Example) => void) => void;

export interface TrainOptions {
  readonly segments: readonly TrainedSegment[];
  /** Examples of the dates of training, oldest first; the calibration follows from the last of them. */
  readonly train: readonly { readonly read: ReadExamples; readonly rows: number }[];
  readonly test: { readonly read: ReadExamples; readonly rows: number };
  readonly ftrl?: FtrlOptions;
  /** About so many examples of each segment are learnt from, whatever there is; those without the outcome are sampled, and weigh more. Default 300,000. */
  readonly mostRows?: number;
  /** Default 200,000. */
  readonly mostTestRows?: number;
}

export interface SegmentModel {
  readonly segmentId: number;
  /** Learnt from all dates, the tested one too. */
  readonly coefficients: readonly Coefficient[];
  readonly calibration: PlattLine;
  readonly trainRows: number;
  readonly trainPositives: number;
  /** Of the model as it was before it learnt from what it is tested by. */
  readonly evaluation: SegmentEvaluation;
}

/** Chosen on the generator's visitors (`docs/audiences.md`): near them the figures do not change. */
export const usualFtrl: FtrlOptions = { alpha: 0.1, beta: 1, l1: 0.5, l2: 1 };

/** The fewer there are, the more of them the calibration needs. */
const heldOutOf = (rows: number): number => (rows > 200_000 ? 10 : rows > 50_000 ? 4 : 2);
/** Below so many trials, all are learnt from several times. */
const fewestTrials = 200_000;
const mostPasses = 6;

interface Learner extends TrainedSegment {
  readonly ftrl: Ftrl;
  readonly baselines: Baselines;
  line: PlattLine;
  rows: number;
  positives: number;
}

/**
 * Learns a model for each segment by passing over the examples: FTRL and Platt's line, then the test on a later week, then that
 * week is learnt from too. Memory: 32 MB a segment and what the test keeps, whatever
 * the number of examples.
 */
export function trainSegments(options: TrainOptions): readonly SegmentModel[] {
  const { train, test, mostRows = 300_000 } = options;
  const learners = options.segments.map(
    (segment): Learner => ({
      ...segment,
      ftrl: createFtrl(options.ftrl ?? usualFtrl),
      baselines: createBaselines(),
      line: { slope: 1, intercept: 0 },
      rows: 0,
      positives: 0,
    }),
  );
  const rows = train.reduce((sum, date) => sum + date.rows, 0);
  const passes = Math.min(mostPasses, Math.max(1, Math.ceil(fewestTrials / Math.max(1, rows))));
  const thinning = Math.max(1, Math.floor(rows / mostRows));
  const last = train.at(-1);
  for (const date of train)
    learnDate(learners, date, { passes, thinning, isFirst: true, calibrates: date === last });
  const evaluations = evaluate(learners, test, options.mostTestRows ?? 200_000);
  const testThinning = Math.max(1, Math.floor(test.rows / mostRows));
  learnDate(learners, test, { passes, thinning: testThinning, isFirst: false, calibrates: true });
  return learners.map(({ segmentId, ftrl, line, rows: trainRows, positives }, index) => ({
    segmentId,
    coefficients: [...ftrl.coefficients()],
    calibration: line,
    trainRows,
    trainPositives: positives,
    evaluation: evaluations[index]!,
  }));
}

interface LearnOptions {
  readonly passes: number;
  /** One in so many of those without the outcome is learnt from, for so many. */
  readonly thinning: number;
  /** Whether rates are counted too: each example once, none of the test. */
  readonly isFirst: boolean;
  readonly calibrates: boolean;
}

/**
 * Learns from the examples of a date. Where the calibration is to follow from it, a single pass tells it what was predicted of
 * each example before it was learnt from (progressive validation); several passes hold a part out.
 */
function learnDate(
  learners: readonly Learner[],
  date: TrainOptions["test"],
  options: LearnOptions,
): void {
  const { passes, isFirst, calibrates } = options;
  const samples = learners.map(() => createCalibrationSample());
  const isProgressive = passes === 1;
  const oneIn = calibrates && !isProgressive ? heldOutOf(date.rows) : null;
  for (let pass = 0; pass < passes; pass++)
    date.read((example) => {
      const isHeldOut = oneIn !== null && example.lot % oneIn === 0;
      const isSampled = Math.floor(example.lot / 20) % options.thinning === 0;
      for (const [index, learner] of learners.entries()) {
        const label = example.labels.includes(learner.index) ? 1 : 0;
        if (isFirst && pass === 0) countExample(learner, example, label);
        if (isHeldOut || (label === 0 && !isSampled)) continue;
        const weight = label === 1 ? 1 : options.thinning;
        const before = learner.ftrl.learn(example.buckets, example.values, label, weight);
        if (isProgressive && calibrates) samples[index]?.add(before, label, weight);
      }
    });
  if (!calibrates) return;
  if (oneIn !== null) sampleHeldOut(learners, samples, date.read, oneIn);
  for (const [index, learner] of learners.entries())
    learner.line = fitPlatt(samples[index]?.bins() ?? []);
}

function countExample(learner: Learner, example: Example, label: 0 | 1): void {
  learner.rows += 1;
  learner.positives += label;
  learner.baselines.learn(example, learner.index, label, 1);
}

function sampleHeldOut(
  learners: readonly Learner[],
  samples: readonly CalibrationSample[],
  read: ReadExamples,
  oneIn: number,
): void {
  read((example) => {
    if (example.lot % oneIn !== 0) return;
    for (const [index, { ftrl, index: segment }] of learners.entries()) {
      const label = example.labels.includes(segment) ? 1 : 0;
      samples[index]?.add(sigmoid(ftrl.logit(example.buckets, example.values)), label);
    }
  });
}

function evaluate(
  learners: readonly Learner[],
  { read, rows }: TrainOptions["test"],
  mostTestRows: number,
): readonly SegmentEvaluation[] {
  const oneIn = Math.max(1, Math.ceil(rows / mostTestRows));
  const evaluations = learners.map(() => createEvaluation());
  const baselines = learners.map((learner) => learner.baselines.freeze());
  read((example) => {
    if (example.lot % oneIn !== 0) return;
    for (const [index, { ftrl, line, index: segment }] of learners.entries()) {
      const baseline = baselines[index]!;
      evaluations[index]?.add(example, {
        label: example.labels.includes(segment) ? 1 : 0,
        model: calibratedScore(line, ftrl.logit(example.buckets, example.values)),
        popularity: baseline.popularity(example),
        empiricalBayes: baseline.empiricalBayes(example, segment),
      });
    }
  });
  return evaluations.map((one) => one.conclude());
}
