import {
  type Candidate,
  type Chosen,
  choose,
  columnCandidate,
  type HalfOf,
  lineCandidate,
  ridgeCandidate,
} from "../models/blend.ts";
import type { Calibrate } from "../models/calibration.ts";
import { createEffectSignals } from "../models/effectSignals.ts";
import { createFactorSignals, type FactorSetting } from "../models/factorSignals.ts";
import { createBucketsOf, createHashedSignals } from "../models/hashedSignals.ts";
import { clampProbability, logitOf, sigmoid } from "../models/logit.ts";
import { keepWithin, type Ranges, rangesOf } from "../models/ranges.ts";
import type { Design } from "../models/ridgeRegression.ts";
import { learnSignals, type Signals } from "../models/trialModel.ts";
import type { SignalModel, SignalSetting } from "../models/trialSignals.ts";
import { forEachTrial, type TrialSource } from "../models/trials.ts";
import { baselineNames, createBaselineSignals } from "./baselineSignals.ts";
import { type ChosenCalibration, chooseCalibration } from "./chooseCalibration.ts";
import { countScale } from "./countScale.ts";
import { levelShift } from "./levelShift.ts";
import { learned, type Roles, tested, validated } from "./splits.ts";

/** A model of trials, learnt from the training part of a split. */
export interface TrialModel {
  /** What was chosen by validation: the way of predicting, and of calibrating. */
  readonly chosen: string;
  readonly calibration: ChosenCalibration["name"];
  /** Of each way, in nats a row, on rows of the training part that it did not learn from. */
  readonly validationLogLosses: Readonly<Record<string, number>>;
  /**
   * Hands over, for each trial that is tested, the model's probability of a 1, those of the baselines in the order of their
   * names, and what came. To be called once.
   */
  readonly predictTested: (
    handle: (prediction: number, baselines: Float64Array, label: number) => void,
  ) => void;
}

export interface FitOptions {
  readonly seed: number;
  /** Told what is being done. */
  readonly log: (line: string) => void;
}

/** Rows that the blend is learnt from at most; of more, a part that is spread over all. */
const mostBlendRows = 150_000;

/**
 * Learns a model from the trials of a split that are not tested. Everything is learnt twice: first from what comes before the
 * trials that validate, on which the blend of models and its calibration are chosen as they will be used, then from all.
 */
export function fitTrials(source: TrialSource, roles: Roles, options: FitOptions): TrialModel {
  const blend = withLevel(chooseBlend(source, roles, options), levelShift(source, roles));
  const isKnown = (row: number): boolean => roles[row] !== tested;
  const models = createModels(source, isKnown, countScale(roles), options);
  const all = learnSignals(source, models, isKnown);
  return modelOf(all, (row) => roles[row] === tested, blend);
}

/** How signals become a prediction. */
interface Blend {
  readonly chosen: Chosen;
  readonly calibration: ChosenCalibration;
  readonly ranges: Ranges;
}

/** Sets the level of predictions anew, unless they are those of a baseline as it stands: its level is that of all that is known. */
function withLevel(blend: Blend, shift: number): Blend {
  const { chosen, calibration } = blend;
  const isPlain = plainNames.includes(chosen.name) && calibration.name === "none";
  if (isPlain || shift === 0) return blend;
  const calibrate: Calibrate = (prediction) =>
    clampProbability(sigmoid(logitOf(calibration.calibrate(prediction)) + shift));
  return { ...blend, calibration: { ...calibration, calibrate } };
}

/** A function of its own, as the memory of what is learnt here must be free before all is learnt once more. */
function chooseBlend(source: TrialSource, roles: Roles, options: FitOptions): Blend {
  const isLearned = (row: number): boolean => roles[row] === learned;
  const before = learnSignals(source, createModels(source, isLearned, 1, options), isLearned);
  const { design, partings } = collectDesign(source, roles, before);
  const ranges = rangesOf(design, baselineNames.length);
  for (let row = 0; row < design.rows; row++) keepWithin(ranges, design.values, row * design.width);
  options.log(`blending ${before.names.length} signals on ${design.rows} trials`);
  const chosen = choose(design, candidates(), partings);
  const calibration = chooseCalibration(chosen.outOfFold, design.labels, partings[0] ?? (() => 2));
  options.log(`${chosen.name}, calibration ${calibration.name}; learning from all of it`);
  return { chosen, calibration, ranges };
}

function modelOf(
  all: Signals,
  isTested: (row: number) => boolean,
  { chosen, calibration, ranges }: Blend,
): TrialModel {
  const baselines = new Float64Array(baselineNames.length);
  return {
    chosen: chosen.name,
    calibration: calibration.name,
    validationLogLosses: chosen.logLosses,
    predictTested(handle) {
      all.forEachTrial(isTested, (signals, batch, at) => {
        for (let index = 0; index < baselines.length; index++)
          baselines[index] = sigmoid(signals[index] ?? 0);
        keepWithin(ranges, signals, 0);
        const prediction = calibration.calibrate(sigmoid(chosen.logitOf(signals, 0)));
        handle(prediction, baselines, batch.outcome[at] ?? 0);
      });
    },
  };
}

/** Where the logits of empirical Bayes are: what is blended stands on these. */
const floor = 1;

const plainNames: readonly string[] = ["empirical Bayes", "popularity"];

/** From what is simplest to what is not. */
function candidates(): readonly Candidate[] {
  return [
    columnCandidate("empirical Bayes", floor),
    columnCandidate("popularity", 0),
    lineCandidate("calibrated empirical Bayes", floor),
    ridgeCandidate("most cautious blend", floor, 4_000),
    ridgeCandidate("cautious blend", floor, 600),
    ridgeCandidate("blend", floor, 100),
  ];
}

const ftrl = { alpha: 0.05, beta: 1, l1: 0, l2: 1 };

/** Of more trials one factorisation is learnt, of fewer two that differ, as they are better together. */
const manyTrials = 3_000_000;
const fewFactors = { factors: 8, rate: 0.04, shrinkage: 0.04 };
const manyFactors = { factors: 24, rate: 0.04, shrinkage: 0.06 };

/** What is learnt of many trials needs to be gone through less often. */
function factorSettings(rows: number): readonly FactorSetting[] {
  const passes = Math.min(14, Math.max(4, Math.round(12_000_000 / rows)));
  return (rows > manyTrials ? [fewFactors] : [fewFactors, manyFactors]).map((how) => ({
    ...how,
    passes,
  }));
}

/** Signals 0 and 1 are the baselines. */
function createModels(
  source: TrialSource,
  learns: (row: number) => boolean,
  scale: number,
  { seed }: FitOptions,
): readonly SignalModel[] {
  const { names } = source;
  const setting: SignalSetting = {
    visitors: names.visitor.length,
    items: names.item.length,
    categories: names.category.length,
    kinds: names.kind.length,
    places: names.place.length,
    ...spanOf(source, learns),
    countScale: scale,
    seed,
  };
  return [
    createBaselineSignals(),
    createEffectSignals(setting),
    createHashedSignals(createBucketsOf(names, source.rows), ftrl),
    ...factorSettings(source.rows).map((how) => createFactorSignals(setting, how)),
  ];
}

function spanOf(
  source: TrialSource,
  learns: (row: number) => boolean,
): Pick<SignalSetting, "firstMs" | "spanMs"> {
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  forEachTrial(source, (batch, at, row) => {
    if (!learns(row)) return;
    firstMs = Math.min(firstMs, batch.timestampMs[at] ?? 0);
    lastMs = Math.max(lastMs, batch.timestampMs[at] ?? 0);
  });
  return lastMs > firstMs ? { firstMs, spanMs: lastMs - firstMs } : { firstMs: 0, spanMs: 1 };
}

interface CollectedDesign {
  readonly design: Design;
  readonly partings: readonly HalfOf[];
}

/** The signals of the trials that validate. */
function collectDesign(source: TrialSource, roles: Roles, signals: Signals): CollectedDesign {
  const validating = roles.reduce((sum, role) => sum + (role === validated ? 1 : 0), 0);
  const stride = Math.max(1, Math.ceil(validating / mostBlendRows));
  const rows = Math.ceil(validating / stride);
  const width = signals.names.length;
  const values = new Float32Array(rows * width);
  const labels = new Uint8Array(rows);
  const halves = Array.from({ length: partingCount }, () => new Uint8Array(rows));
  const byItem = source.names.item.length >= fewestToPart;
  const byVisitor = source.names.visitor.length >= fewestToPart || !byItem;
  let seen = 0;
  const isValidated = (row: number): boolean => roles[row] === validated;
  signals.forEachTrial(isValidated, (written, batch, at) => {
    const to = seen / stride;
    seen += 1;
    if (!Number.isInteger(to)) return;
    values.set(written, to * width);
    labels[to] = batch.outcome[at] ?? 0;
    const visitor = mixed(source.names.visitor[batch.visitor[at] ?? 0] ?? 0);
    const item = mixed(source.names.item[batch.item[at] ?? 0] ?? 0);
    for (const [parting, half] of halves.entries()) {
      const [one, other] = [(visitor >>> parting) & 1, (item >>> parting) & 1];
      half[to] = !byItem ? one : !byVisitor ? other : one === other ? one : 2;
    }
  });
  return {
    design: { rows, width, values, labels },
    partings: halves.map((half) => (row) => {
      const part = half[row];
      return part === 0 || part === 1 ? part : 2;
    }),
  };
}

const partingCount = 3;

/** Fewer visitors or items than these are not parted into halves. */
const fewestToPart = 40;

/** Bits that say nothing of each other, by a name's bucket. */
function mixed(bucket: number): number {
  const product = Math.imul(bucket + 1, 0x9e3779b1);
  return (product ^ (product >>> 15)) >>> 8;
}
