import { z } from "zod";
import { identifierKinds } from "./identifierHash.ts";
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
    .regex(/^[\w=-]+$/, { error: "must be hexadecimal or base64url of an HMAC-SHA256" })
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
        postgres: z
          .object({
            forecastSample: count,
            consentState: count,
            // Older entries of the log know nothing of these.
            sightings: count.optional().describe("With accounts."),
            identifiers: count.optional().describe("Hashes that the visitor went by."),
            lists: count.optional().describe("Lists of advertisers that the visitor was on."),
          })
          .optional(),
        linked: z
          .object({ keys: count })
          .optional()
          .describe(
            "Accounts, and visitors seen with them: each is erased by itself, within seconds.",
          ),
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
      .meta({ deprecated: true })
      .describe("See `lake`."),
    lake: z
      .object({ isWaiting: z.boolean(), reason: z.string() })
      .describe("Event files and the lake, whose parts are written again without the visitor."),
    suppressedUntil: z.iso.datetime().describe("No load of scores brings the visitor back before."),
    isComplete: z.boolean(),
  })
  .meta({ title: "ErasureProof" });

/** What a site knows a visitor by, hashed, with the choice that allows telling it. */
export const visitorIdentifiersSchema = z
  .strictObject({
    identifiers: z
      .array(
        z.strictObject({
          kind: z.enum(identifierKinds),
          sha256: z
            .string()
            .regex(/^[0-9a-fA-F]{64}$/)
            .describe(
              "Of the address in lower case without spaces around it, or of the id; in hexadecimal.",
            ),
        }),
      )
      .min(1)
      .max(5),
    gdpr: z.boolean().optional().describe("Absent = applies."),
    consent: z.string().max(4_096).optional().describe("The TC string."),
    minor: z.boolean().optional(),
  })
  .meta({ title: "VisitorIdentifiers" });
export type VisitorIdentifiersBody = z.output<typeof visitorIdentifiersSchema>;

export const keptIdentifiersSchema = z
  .object({
    kept: count.describe("Of those given."),
    reason: z
      .enum(["no_consent", "minor"])
      .nullable()
      .describe("Why none was: purposes 1, 3 and 4 are needed, and nobody who is a minor is kept."),
  })
  .meta({ title: "KeptIdentifiers" });
export type KeptIdentifiers = z.output<typeof keptIdentifiersSchema>;

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
    identifiers: count.describe("Hashes of addresses and ids that the site gave of the visitor."),
    identity: z
      .array(
        z.object({
          account: z.boolean().describe("Seen with an account; false: it logged out."),
          at: z.iso.datetime(),
        }),
      )
      .describe("When the visitor was seen with an account, or left it; latest first."),
    erasures: z.array(erasureSchema),
  })
  .meta({ title: "VisitorExport" });
export type VisitorExport = z.output<typeof visitorExportSchema>;
