import { createCalibrationSample, fitLevel, type PlattLine } from "../models/calibration.ts";
import { type Coefficient, createFtrl, type Ftrl, type FtrlOptions } from "../models/ftrl.ts";
import { sigmoid } from "../models/logit.ts";
import { type Baselines, createBaselines } from "./baselines.ts";
import { createDatedCalibration, type DatedCalibration } from "./datedCalibration.ts";
import { createEvaluation, type SegmentEvaluation } from "./evaluation.ts";
import type { Example } from "./examples.ts";
import { fewestPeople } from "./gate.ts";

/** A segment whose model is to be learnt. */
export interface TrainedSegment {
  readonly segmentId: number;
  /** By which examples name it. */
  readonly index: number;
}

/** Gives every example of some files to `visit`, in their order. The same files give the same examples. */
export type ReadExamples = (visit: (example: Example) => void) => void;

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
const usualFtrl: FtrlOptions = { alpha: 0.1, beta: 1, l1: 0.5, l2: 1 };

/** What is learnt of a segment, on its way through the dates. */
export interface Learner extends TrainedSegment {
  readonly ftrl: Ftrl;
  readonly baselines: Baselines;
  readonly calibration: DatedCalibration;
  readonly evaluation: ReturnType<typeof createEvaluation>;
  /** What is added to logits so that they have the level of the dates that were learnt last. */
  level: number;
  rows: number;
  positives: number;
  /** Of each date that was learnt, newest first. */
  rates: readonly DatedRate[];
  trainRows: number;
  trainPositives: number;
  testedFrom: number | null;
}

interface DatedRate {
  readonly rows: number;
  readonly positives: number;
}

/** How often examples are gone through, and which. */
export interface Sampling {
  readonly passes: number;
  /** One in so many of those without the outcome is learnt from, for so many. */
  readonly thinning: number;
}

export function createLearner(segment: TrainedSegment, ftrl: FtrlOptions = usualFtrl): Learner {
  return {
    ...segment,
    ftrl: createFtrl(ftrl),
    baselines: createBaselines(),
    calibration: createDatedCalibration(),
    evaluation: createEvaluation(),
    level: 0,
    rows: 0,
    positives: 0,
    rates: [],
    trainRows: 0,
    trainPositives: 0,
    testedFrom: null,
  };
}

/** `calibration`: the line of the date that is scored. */
export function toModel(learner: Learner, calibration: PlattLine): SegmentModel {
  const { segmentId, ftrl, trainRows, trainPositives, testedFrom } = learner;
  return {
    segmentId,
    coefficients: [...ftrl.coefficients()],
    calibration,
    trainRows,
    trainPositives,
    testedFrom: testedFrom ?? 0,
    evaluation: learner.evaluation.conclude(),
  };
}

/** From logits of the model as it stands to probabilities: its level, then the calibration. */
function lineOf({ calibration, level }: Learner): PlattLine {
  const { slope, intercept } = calibration.fit();
  return { slope, intercept: intercept + slope * level };
}

/** So many of the dates that were learnt last say how often the outcome comes. */
const ratedDates = 3;
const rateKeptByDate = 0.5;

/**
 * The line of each learner for a date of which nothing but who is there is known: predictions of all of them together are as many as
 * in the weeks before turned out so. What visitors did says who, and hardly how many: features that grow with what is known of visitors
 * moved the level by 10 to 20 % where rates stood still.
 */
export function linesFor(
  learners: readonly Learner[],
  read: ReadExamples,
  sampling: Sampling,
): readonly PlattLine[] {
  const lines = learners.map(lineOf);
  const samples = learners.map(() => createCalibrationSample());
  let rows = 0;
  read((example) => {
    rows += 1;
    if (!isSampled(example, sampling)) return;
    for (const [index, { ftrl }] of learners.entries()) {
      const { slope, intercept } = lines[index] ?? { slope: 1, intercept: 0 };
      const logit = slope * ftrl.logit(example.buckets, example.values) + intercept;
      samples[index]?.add(sigmoid(logit), 0);
    }
  });
  return lines.map(({ slope, intercept }, index) => {
    const bins = samples[index]?.bins() ?? [];
    const sampled = bins.reduce((sum, { weight }) => sum + weight, 0);
    const wanted = rateOf(learners[index]?.rates ?? []) * sampled;
    return { slope, intercept: intercept + (rows === 0 ? 0 : fitLevel(bins, wanted)) };
  });
}

/** How often the outcome came of late, newer dates counting more. */
function rateOf(rates: readonly DatedRate[]): number {
  let [rows, positives] = [0, 0];
  for (const [age, date] of rates.slice(0, ratedDates).entries()) {
    rows += date.rows * rateKeptByDate ** age;
    positives += date.positives * rateKeptByDate ** age;
  }
  return rows === 0 ? 0 : positives / rows;
}

/** What was counted since the dates before is the newest date's. */
export function closeDate(learners: readonly Learner[]): void {
  for (const learner of learners) {
    const known = learner.rates.reduce((sum, { rows }) => sum + rows, 0);
    const came = learner.rates.reduce((sum, { positives }) => sum + positives, 0);
    const newest = { rows: learner.rows - known, positives: learner.positives - came };
    learner.rates = [newest, ...learner.rates];
  }
}

/** Whoever has hardly been learnt, or set right, is not judged yet. */
export function isReady({ positives, calibration }: Learner): boolean {
  return positives >= fewestPeople && calibration.positives() >= fewestPeople;
}

export const labelOf = ({ index }: TrainedSegment, { labels }: Example): 0 | 1 =>
  labels.includes(index) ? 1 : 0;

export const isSampled = ({ lot }: Example, { thinning }: Sampling): boolean =>
  Math.floor(lot / 20) % thinning === 0;

/** Of those without the outcome one stands for several. */
export const weightOf = (label: 0 | 1, { thinning }: Sampling): number =>
  label === 1 ? 1 : thinning;

/** Learns from the examples of a date, and counts their rates, each once. */
export function learn(learners: readonly Learner[], read: ReadExamples, sampling: Sampling): void {
  for (let pass = 0; pass < sampling.passes; pass++)
    read((example) => {
      const isKept = isSampled(example, sampling);
      for (const learner of learners) {
        const label = labelOf(learner, example);
        if (pass === 0) count(learner, example, label);
        if (label === 0 && !isKept) continue;
        learner.ftrl.learn(example.buckets, example.values, label, weightOf(label, sampling));
      }
    });
}

function count(learner: Learner, example: Example, label: 0 | 1): void {
  learner.rows += 1;
  learner.positives += label;
  learner.baselines.learn(example, learner.index, label, 1);
}

/** What a date counts for beside the one after it. */
const keptByDate = 0.7;

/**
 * Where a descent along gradients ends, it is off by the last examples that it saw; in a date's sum of predictions that is
 * far more than chance. The level makes the sums equal over some dates that were learnt from, the newest first.
 */
export function settle(
  learners: readonly Learner[],
  newest: readonly ReadExamples[],
  sampling: Sampling,
): void {
  const samples = learners.map(() => createCalibrationSample());
  for (const [age, read] of newest.entries())
    read((example) => {
      const isKept = isSampled(example, sampling);
      for (const [index, learner] of learners.entries()) {
        const label = labelOf(learner, example);
        if (label === 0 && !isKept) continue;
        const predicted = sigmoid(learner.ftrl.logit(example.buckets, example.values));
        samples[index]?.add(predicted, label, weightOf(label, sampling) * keptByDate ** age);
      }
    });
  for (const [index, learner] of learners.entries())
    learner.level = fitLevel(samples[index]?.bins() ?? []);
}
