import { z } from "zod";
import type { Metrics } from "../models/metrics.ts";

const count = z.int().min(0);
const figure = z.number().nullable();

const decileSchema = z.object({
  rows: count,
  predicted: z.number().describe("The mean of what was predicted, 0 to 1."),
  observed: z.number().describe("The share of those who turned out so."),
  lift: figure.describe("The observed share over that of all; null without anybody."),
});

const metricsSchema = z
  .object({
    rows: count,
    positives: count,
    auc: figure,
    aucStandardError: figure,
    logLoss: figure,
    normalizedEntropy: figure.describe("Log loss over that of always saying the mean rate."),
    calibration: figure.describe("The sum of what was predicted over those who turned out so."),
  })
  .meta({ title: "ModelMetrics" });

export type ModelMetrics = Readonly<z.output<typeof metricsSchema>>;

const dayText = z.iso.date();

/** What is known of how an audience is predicted: training, quality beside baselines, and whether it may be used. */
export const modelCardSchema = z
  .object({
    segmentId: z.int().min(1),
    slug: z.string(),
    kind: z.enum(["in_market", "behaviour", "look_alike", "rule", "sql"]),
    modelVersion: z
      .int()
      .min(1)
      .nullable()
      .describe("Under which its scores are stored; null = they were not published."),
    asOf: dayText.describe("Nothing of this day or later was looked at."),
    createdAt: z.iso.datetime(),
    horizonDays: z.int().min(1),
    training: z
      .object({ from: dayText, to: dayText, rows: count, positives: count })
      .nullable()
      .describe(
        "The dates as of which visitors were learnt from before the last week was predicted; null = nothing is learnt.",
      ),
    evaluation: z
      .object({
        from: dayText,
        to: dayText,
        all: metricsSchema,
        warm: metricsSchema.describe("Visitors who were known at the dates of training."),
        cold: metricsSchema.describe("Visitors who came later."),
        deciles: z.array(decileSchema).max(10).describe("Lowest predictions first."),
        baselines: z.array(z.object({ name: z.string(), metrics: metricsSchema })).max(5),
      })
      .nullable()
      .describe(
        "On the last weeks, each predicted by what was learnt before it; null = nothing is predicted.",
      ),
    calibration: z
      .object({ slope: z.number(), intercept: z.number() })
      .nullable()
      .describe("Platt's line, in logit space."),
    coefficients: count,
    audience: z.object({
      visitors: count.describe("Who has a score; below 50 the audience is not used."),
      thresholds: z
        .array(z.object({ share: z.number(), minScore: z.number() }))
        .max(10)
        .describe("Which least score keeps which share of them."),
    }),
    gate: z.object({
      isActivated: z.boolean(),
      reasons: z.array(z.string().max(300)).max(20).describe("Why it is not; empty when it is."),
    }),
  })
  .meta({ title: "ModelCard" });

export type ModelCard = Readonly<z.output<typeof modelCardSchema>>;

export function toModelMetrics(metrics: Metrics): ModelMetrics {
  const { rows, positives, auc, aucStandardError, logLoss, normalizedEntropy, calibration } =
    metrics;
  return { rows, positives, auc, aucStandardError, logLoss, normalizedEntropy, calibration };
}
