import { fewestPeople, refusalsOf } from "../../audience/scoring/gate.ts";
import { type ModelCard, toModelMetrics } from "../../audience/scoring/modelCard.ts";
import { dayOf, horizonDays, type ScoringDates } from "../../audience/scoring/scoringDates.ts";
import type { SegmentModel } from "../../audience/scoring/segmentLearner.ts";
import type { DefinedSegment } from "./segmentPlan.ts";

type Trained = Omit<SegmentModel, "coefficients"> & { readonly coefficientCount: number };

/** The card of a learnt segment, before it is known who is scored. */
export function learntCard(
  { segmentId, slug, definition }: DefinedSegment,
  model: Trained,
  dates: ScoringDates,
  createdAtMs: number,
): ModelCard {
  const { evaluation } = model;
  const { popularity, empiricalBayes } = evaluation.baselines;
  const refusals = refusalsOf({ evaluation, trainPositives: model.trainPositives });
  return {
    ...headOf({ segmentId, slug, definition }, dates, createdAtMs),
    training: {
      from: dayOf(dates.learnt[0] ?? dates.score),
      to: dayOf(dates.learnt.at(-1) ?? dates.score),
      rows: model.trainRows,
      positives: model.trainPositives,
    },
    evaluation: {
      from: dayOf(dates.learnt[model.testedFrom] ?? dates.score),
      to: dayOf(dates.score),
      all: toModelMetrics(evaluation.all),
      warm: toModelMetrics(evaluation.warm),
      cold: toModelMetrics(evaluation.cold),
      deciles: [...evaluation.deciles],
      baselines: [
        { name: "popularity", metrics: toModelMetrics(popularity) },
        { name: "empirical_bayes", metrics: toModelMetrics(empiricalBayes) },
      ],
    },
    calibration: model.calibration,
    coefficients: model.coefficientCount,
    gate: { isActivated: refusals.length === 0, reasons: [...refusals] },
  };
}

/** The card of a segment that is a rule: who fits it. */
export function ruleCard(
  segment: DefinedSegment,
  members: number,
  dates: ScoringDates,
  createdAtMs: number,
): ModelCard {
  const isLarge = members >= fewestPeople;
  const reasons = isLarge ? [] : [`fewer than ${fewestPeople} people fit it`];
  return {
    ...headOf(segment, dates, createdAtMs),
    audience: { visitors: isLarge ? members : 0, thresholds: [] },
    gate: { isActivated: isLarge, reasons },
  };
}

/** The card of a segment that cannot be learnt. */
export function refusedCard(
  segment: DefinedSegment,
  reason: string,
  dates: ScoringDates,
  createdAtMs: number,
): ModelCard {
  return {
    ...headOf(segment, dates, createdAtMs),
    gate: { isActivated: false, reasons: [reason] },
  };
}

function headOf(
  { segmentId, slug, definition }: DefinedSegment,
  dates: ScoringDates,
  createdAtMs: number,
): ModelCard {
  return {
    segmentId,
    slug,
    kind: definition.kind,
    modelVersion: null,
    asOf: dayOf(dates.score),
    createdAt: new Date(createdAtMs).toISOString(),
    horizonDays,
    training: null,
    evaluation: null,
    calibration: null,
    coefficients: 0,
    audience: { visitors: 0, thresholds: [] },
    gate: { isActivated: false, reasons: [] },
  };
}
