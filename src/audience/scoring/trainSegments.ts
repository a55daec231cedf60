import type { FtrlOptions } from "../models/ftrl.ts";
import { sigmoid } from "../models/logit.ts";
import { calibratedScore } from "./linearScores.ts";
import {
  closeDate,
  createLearner,
  isReady,
  isSampled,
  type Learner,
  labelOf,
  learn,
  linesFor,
  type ReadExamples,
  type Sampling,
  type SegmentModel,
  settle,
  type TrainedSegment,
  toModel,
  weightOf,
} from "./segmentLearner.ts";

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
  /** Who is scored, as of a date whose outcomes are not known; absent = as of the last of `dates`. */
  readonly scored?: ReadExamples;
  readonly ftrl?: FtrlOptions;
  /** About so many examples of each segment are learnt from, whatever there is; those without the outcome are sampled, and weigh more. Default 300,000. */
  readonly mostRows?: number;
  /** Of each date that is tested. Default 200,000. */
  readonly mostTestRows?: number;
}

/** Below so many trials, all are learnt from several times. */
const fewestTrials = 200_000;
const mostPasses = 6;
/** Of the first date that has any, one visitor in so many is predicted before being learnt from. */
const heldOutOf = 4;

/** The level of predictions is that of so many of the dates that were learnt last. */
const settledDates = 3;

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
  let newest: readonly ReadExamples[] = [];
  for (const [number, date] of dates.entries()) {
    if (date.rows === 0) continue;
    if (newest.length === 0) learnFirst(learners, date, sampling);
    else {
      const isTested = number >= dates.length - options.tested;
      const oneIn = isTested ? Math.max(1, Math.ceil(date.rows / mostTestRows)) : null;
      predict(
        learners,
        date.read,
        { number, isLast: number === dates.length - 1, oneIn },
        sampling,
      );
      learn(learners, date.read, sampling);
    }
    newest = [date.read, ...newest].slice(0, settledDates);
    settle(learners, newest, sampling);
    closeDate(learners);
  }
  const lines = linesFor(learners, options.scored ?? newest[0] ?? (() => undefined), sampling);
  return learners.map((learner, index) => toModel(learner, lines[index] ?? identity));
}

/** Nothing was learnt before the first date: a part of its visitors stands for a date to come, and is learnt from last. */
function learnFirst(
  learners: readonly Learner[],
  { read }: DatedExamples,
  sampling: Sampling,
): void {
  const part =
    (isHeldOut: boolean): ReadExamples =>
    (visit) =>
      read((example) => {
        if ((example.lot % heldOutOf === 0) === isHeldOut) visit(example);
      });
  learn(learners, part(false), sampling);
  settle(learners, [part(false)], sampling);
  predict(learners, part(true), { number: 0, isLast: false, oneIn: null }, sampling);
  learn(learners, part(true), sampling);
}

const identity = { slope: 1, intercept: 0 };

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
  const lines = linesFor(learners, read, sampling);
  const asked = learners.map((learner, index) => {
    const isMeasured = date.oneIn !== null && (date.isLast || isReady(learner));
    if (isMeasured) learner.testedFrom ??= date.number;
    const line = lines[index] ?? identity;
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
        learner.calibration.add(sigmoid(logit + learner.level), label, weightOf(label, sampling));
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
