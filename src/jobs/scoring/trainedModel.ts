import { z } from "zod";
import { bucketText, parseBucketText } from "../../audience/models/featureHash.ts";
import type { LinearModel } from "../../audience/scoring/linearScores.ts";
import type { SegmentModel } from "../../audience/scoring/trainSegments.ts";

/** A model as it lies in a file; what a cluster loads into `coefficients` and `segment_models`. */
export const storedModelSchema = z.object({
  format: z.literal(1),
  segmentId: z.int().min(1),
  /** As of which date it was learnt, ms. */
  asOfMs: z.number(),
  slope: z.number(),
  intercept: z.number(),
  /** [bucket of 5 hexadecimal digits, weight] */
  coefficients: z.array(z.tuple([z.string().regex(/^[0-9a-f]{5}$/), z.number()])),
});

export type StoredModel = Readonly<z.output<typeof storedModelSchema>>;

export function toStoredModel(model: SegmentModel, asOfMs: number): StoredModel {
  return {
    format: 1,
    segmentId: model.segmentId,
    asOfMs,
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
