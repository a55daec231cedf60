import type { PlattLine } from "../models/calibration.ts";
import { type Coefficient, createFtrl, type Ftrl, type FtrlOptions } from "../models/ftrl.ts";
import { sigmoid } from "../models/logit.ts";
import { type Baselines, createBaselines } from "./baselines.ts";
import { createDatedCalibration, type DatedCalibration } from "./datedCalibration.ts";
import { createEvaluation, type SegmentEvaluation } from "./evaluation.ts";
import type { Example } from "./examples.ts";
import { fewestPeople } from "./gate.ts";
import { calibratedScore } from "./linearScores.ts";

/** A segment whose model is to be learnt. */
export interface TrainedSegment {
  readonly segmentId: number;
  /** By which examples name it. */
  readonly index: number;
}

/** Gives every example of some files to `visit`, in their order. The same files give the same examples. */
export type ReadExamples = (visit: (example: Example) => void) => void;

/** The examples of a date, whose outcomes are known. */
export interface DatedExamples {
  readonly read: ReadExamples;
  readonly rows: number;
}

export interface TrainOptions {
  readonly segments: readonly TrainedSegment[];
  /** Oldest first. */
  readonly dates: readonly DatedExamples[];
  /** So many of the last dates tell how good predictions were; 1 or more. */
  readonly tested: number;
  readonly ftrl?: FtrlOptions;
  /** About so many examples of each segment are learnt from, whatever there is; those without the outcome are sampled, and weigh more. Default 300,000. */
  readonly mostRows?: number;
  /** Of each date that is tested. Default 200,000. */
  readonly mostTestRows?: number;
}

export interface SegmentModel {
  readonly segmentId: number;
  /** Learnt from all dates, the tested ones too. */
  readonly coefficients: readonly Coefficient[];
  readonly calibration: PlattLine;
  /** What was learnt from before the last date was predicted. */
  readonly trainRows: number;
  readonly trainPositives: number;
  /** Which date is the first that was tested; to the last all were. */
  readonly testedFrom: number;
  /** Each date by the model and the calibration as they were before they learnt from it. */
  readonly evaluation: SegmentEvaluation;
}

/** Chosen on the generator's visitors (`docs/audiences.md`): near them the figures do not change. */
export const usualFtrl: FtrlOptions = { alpha: 0.1, beta: 1, l1: 0.5, l2: 1 };

/** Below so many trials, all are learnt from several times. */
const fewestTrials = 200_000;
const mostPasses = 6;
/** Of the first date that has any, one visitor in so many is predicted before being learnt from. */
const heldOutOf = 4;

interface Learner extends TrainedSegment {
  readonly ftrl: Ftrl;
  readonly baselines: Baselines;
  readonly calibration: DatedCalibration;
  readonly evaluation: ReturnType<typeof createEvaluation>;
  rows: number;
  positives: number;
  trainRows: number;
  trainPositives: number;
  testedFrom: number | null;
}

interface Sampling {
  readonly passes: number;
  /** One in so many of those without the outcome is learnt from, for so many. */
  readonly thinning: number;
}

/**
 * Learns a model for each segment by passing over the examples, date after date: what came of a date is predicted first, by a
 * model that knows the dates before it; by that the calibration goes on and, on the last dates, quality is measured; only then
 * it is learnt from. What is measured, and what the calibration rests on, is therefore predicted as scores are: of a time that
 * was to come. Memory: 32 MB a segment and what the test keeps, whatever the number of examples.
 */
export function trainSegments(options: TrainOptions): readonly SegmentModel[] {
  const { dates, mostRows = 300_000, mostTestRows = 200_000 } = options;
  const learners = options.segments.map((segment) => createLearner(segment, options.ftrl));
  const rows = dates.reduce((sum, date) => sum + date.rows, 0);
  const passes = Math.min(mostPasses, Math.max(1, Math.ceil(fewestTrials / Math.max(1, rows))));
  const sampling = { passes, thinning: Math.max(1, Math.floor(rows / mostRows)) };
  let isFirst = true;
  for (const [number, date] of dates.entries()) {
    if (date.rows === 0) continue;
    if (isFirst) learnFirst(learners, date, sampling);
    else {
      const isTested = number >= dates.length - options.tested;
      const oneIn = isTested ? Math.max(1, Math.ceil(date.rows / mostTestRows)) : null;
      predict(
        learners,
        date.read,
        { number, isLast: number === dates.length - 1, oneIn },
        sampling,
      );
      learn(learners, date.read, sampling, () => true);
    }
    isFirst = false;
  }
  return learners.map(toModel);
}

function createLearner(segment: TrainedSegment, ftrl: FtrlOptions = usualFtrl): Learner {
  return {
    ...segment,
    ftrl: createFtrl(ftrl),
    baselines: createBaselines(),
    calibration: createDatedCalibration(),
    evaluation: createEvaluation(),
    rows: 0,
    positives: 0,
    trainRows: 0,
    trainPositives: 0,
    testedFrom: null,
  };
}

function toModel(learner: Learner): SegmentModel {
  const { segmentId, ftrl, calibration, trainRows, trainPositives, testedFrom } = learner;
  return {
    segmentId,
    coefficients: [...ftrl.coefficients()],
    calibration: calibration.fit(),
    trainRows,
    trainPositives,
    testedFrom: testedFrom ?? 0,
    evaluation: learner.evaluation.conclude(),
  };
}

const labelOf = ({ index }: TrainedSegment, { labels }: Example): 0 | 1 =>
  labels.includes(index) ? 1 : 0;

const isSampled = ({ lot }: Example, { thinning }: Sampling): boolean =>
  Math.floor(lot / 20) % thinning === 0;

/** Nothing was learnt before the first date: a part of its visitors stands for a date to come, and is learnt from last. */
function learnFirst(
  learners: readonly Learner[],
  { read }: DatedExamples,
  sampling: Sampling,
): void {
  const isHeldOut = ({ lot }: Example): boolean => lot % heldOutOf === 0;
  const heldOut: ReadExamples = (visit) =>
    read((example) => {
      if (isHeldOut(example)) visit(example);
    });
  learn(learners, read, sampling, (example) => !isHeldOut(example));
  predict(learners, heldOut, { number: 0, isLast: false, oneIn: null }, sampling);
  learn(learners, heldOut, sampling, () => true);
}

interface PredictedDate {
  readonly number: number;
  readonly isLast: boolean;
  /** One in so many is measured; null = nobody, the calibration alone follows. */
  readonly oneIn: number | null;
}

/** Predicts what came of a date that was not learnt from. */
function predict(
  learners: readonly Learner[],
  read: ReadExamples,
  date: PredictedDate,
  sampling: Sampling,
): void {
  const asked = learners.map((learner) => {
    const isMeasured = date.oneIn !== null && (date.isLast || isReady(learner));
    if (isMeasured) learner.testedFrom ??= date.number;
    const line = learner.calibration.fit();
    learner.calibration.beginDate();
    return { learner, isMeasured, line, baseline: learner.baselines.freeze() };
  });
  read((example) => {
    const isKept = isSampled(example, sampling);
    const mayMeasure = date.oneIn !== null && example.lot % date.oneIn === 0;
    for (const { learner, isMeasured, line, baseline } of asked) {
      const label = labelOf(learner, example);
      const isCounted = label === 1 || isKept;
      if (!isCounted && !(mayMeasure && isMeasured)) continue;
      const logit = learner.ftrl.logit(example.buckets, example.values);
      if (isCounted)
        learner.calibration.add(sigmoid(logit), label, label === 1 ? 1 : sampling.thinning);
      if (mayMeasure && isMeasured)
        learner.evaluation.add(example, {
          label,
          model: calibratedScore(line, logit),
          popularity: baseline.popularity(example),
          empiricalBayes: baseline.empiricalBayes(example, learner.index),
        });
    }
  });
  for (const learner of learners) {
    if (!date.isLast) continue;
    learner.trainRows = learner.rows;
    learner.trainPositives = learner.positives;
  }
}

/** Whoever has hardly been learnt, or set right, is not judged yet. */
function isReady({ positives, calibration }: Learner): boolean {
  return positives >= fewestPeople && calibration.positives() >= fewestPeople;
}

/** Learns from the examples of a date that `uses` says, and counts their rates, each once. */
function learn(
  learners: readonly Learner[],
  read: ReadExamples,
  sampling: Sampling,
  uses: (example: Example) => boolean,
): void {
  for (let pass = 0; pass < sampling.passes; pass++)
    read((example) => {
      if (!uses(example)) return;
      const isKept = isSampled(example, sampling);
      for (const learner of learners) {
        const label = labelOf(learner, example);
        if (pass === 0) count(learner, example, label);
        if (label === 0 && !isKept) continue;
        const weight = label === 1 ? 1 : sampling.thinning;
        learner.ftrl.learn(example.buckets, example.values, label, weight);
      }
    });
}

function count(learner: Learner, example: Example, label: 0 | 1): void {
  learner.rows += 1;
  learner.positives += label;
  learner.baselines.learn(example, learner.index, label, 1);
}
