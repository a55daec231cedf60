import { z } from "zod";
import { bucketText, parseBucketText } from "../../audience/models/featureHash.ts";
import type { LinearModel } from "../../audience/scoring/linearScores.ts";
import type { SegmentModel } from "../../audience/scoring/segmentLearner.ts";
import type { SegmentDefinition } from "../../campaigns/segments/definition.ts";
import { definitionDigest } from "./segmentPlan.ts";

/** A model as it lies in a file; what a cluster loads into `coefficients` and `segment_models`. */
export const storedModelSchema = z.object({
  format: z.literal(1),
  segmentId: z.int().min(1),
  /** As of which date it was learnt, ms. */
  asOfMs: z.number(),
  /** The `definitionDigest` of what it was learnt to predict. */
  definition: z.string(),
  slope: z.number(),
  intercept: z.number(),
  /** [bucket of 5 hexadecimal digits, weight] */
  coefficients: z.array(z.tuple([z.string().regex(/^[0-9a-f]{5}$/), z.number()])),
});

export type StoredModel = Readonly<z.output<typeof storedModelSchema>>;

/** What was learnt longer ago is learnt anew or not used. */
const modelLifeMs = 35 * 86_400_000;

/** Whether an earlier model may still score a segment: it is young, and predicts what the segment means now. */
export function isStillUsable(
  model: StoredModel,
  definition: SegmentDefinition,
  asOfMs: number,
): boolean {
  const ageMs = asOfMs - model.asOfMs;
  return ageMs >= 0 && ageMs < modelLifeMs && model.definition === definitionDigest(definition);
}

export function toStoredModel(
  model: SegmentModel,
  definition: SegmentDefinition,
  asOfMs: number,
): StoredModel {
  return {
    format: 1,
    segmentId: model.segmentId,
    asOfMs,
    definition: definitionDigest(definition),
    ...model.calibration,
    coefficients: model.coefficients.map(({ bucket, weight }) => [bucketText(bucket), weight]),
  };
}

export function toLinearModel(stored: StoredModel): LinearModel {
  const { segmentId, slope, intercept, coefficients } = stored;
  return {
    segmentId,
    slope,
    intercept,
    coefficients: coefficients.map(([text, weight]) => ({ bucket: parseBucketText(text), weight })),
  };
}
