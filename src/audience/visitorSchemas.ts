import { z } from "zod";
import { visitorIdPattern } from "./visitorKey.ts";

/** What the routes of visitors take and answer. */

export const visitorParameters = z.object({ visitorId: z.string().regex(visitorIdPattern) });

/** Who is not the operator's administrator shows the site's signature over the id, as `POST /v1/ads` takes it. */
export const visitorQuerySchema = z.strictObject({
  site: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("The key of the site that signed the id; with `signature`, instead of an API key."),
  signature: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\w=-]+$/)
    .optional()
    .describe("The site's HMAC-SHA256 over the id, in base64url or hexadecimal."),
});

const count = z.int().min(0);

export const erasureSchema = z
  .object({
    proofId: z.uuid().describe("The same for all passes of one erasure."),
    erasureId: z.int().describe("Of the entry in the append-only log."),
    cause: z.enum(["visitor", "operator", "withdrawal"]),
    pass: z.int().min(1),
    counts: z
      .object({
        redis: z
          // Proofs of before there were sessions name none.
          .object({
            scores: count,
            caps: count,
            touches: count,
            links: count,
            sessions: count.optional(),
          })
          .optional()
          .describe("Keys that were removed."),
        dynamodb: z.object({ scores: count }).optional().describe("Items, of all models."),
        postgres: z.object({ forecastSample: count, consentState: count }).optional(),
      })
      .describe("Records that were removed, by store that was reached."),
    unreached: z
      .array(z.string())
      .describe("Stores that were away: they are tried again until they have forgotten."),
    erasedAt: z.iso.datetime(),
  })
  .meta({ title: "Erasure" });

export const erasureProofSchema = erasureSchema
  .extend({
    events: z
      .object({ records: z.literal(0), reason: z.string() })
      .describe("Event files and the lake."),
    suppressedUntil: z.iso.datetime().describe("No load of scores brings the visitor back before."),
    isComplete: z.boolean(),
  })
  .meta({ title: "ErasureProof" });

export const visitorExportSchema = z
  .object({
    visitorId: z.string(),
    exportedAt: z.iso.datetime(),
    impressions: z
      .array(z.object({ campaignId: z.int(), advertiserId: z.int(), at: z.iso.datetime() }))
      .describe("Ads that were shown lately, for frequency caps."),
    touches: z
      .array(
        z.object({ kind: z.enum(["click", "view"]), advertiserId: z.int(), at: z.iso.datetime() }),
      )
      .describe("What was clicked and seen, to ascribe conversions."),
    linkedExchangeIds: count,
    scores: z
      .object({
        modelVersion: z.int(),
        expiresAt: z.iso.datetime(),
        scores: z.array(z.object({ segmentId: z.int(), score: z.number() })),
      })
      .nullable()
      .describe("The profile."),
    session: z
      .array(z.object({ category: z.string(), pages: z.number() }))
      .describe("What was looked at lately, by category; older pages count for less."),
    forecastSample: z
      .array(
        z.object({
          at: z.iso.datetime(),
          category: z.string().nullable(),
          personalised: z.boolean(),
        }),
      )
      .describe("Requests that forecasts replay; at most 1,000, latest first."),
    consents: z.array(
      z.object({ at: z.iso.datetime(), basis: z.string(), purposes: z.array(z.string()) }),
    ),
    erasures: z.array(erasureSchema),
  })
  .meta({ title: "VisitorExport" });
export type VisitorExport = z.output<typeof visitorExportSchema>;
