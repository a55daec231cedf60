import { z } from "zod";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import { listSpec, wordFilter } from "../../../campaigns/listQuery.ts";

export const toldConversionSettingsSchema = z
  .object({
    advertiserId: entityId(),
    clickWindowDays: z.int().min(1).max(90),
    viewWindowHours: z.int().min(0).max(168),
    pixelId: z.string(),
    pixelUrl: z.url(),
  })
  .meta({ title: "ToldConversionSettings" });

export const postbackKeySchema = z
  .object({ postbackKeyId: entityId(), label: z.string(), createdAt: z.iso.datetime() })
  .meta({ title: "PostbackKey" });

export const createdPostbackKeySchema = z
  .object({ ...postbackKeySchema.shape, key: z.string().describe("`atp_…`. Told once.") })
  .meta({ title: "CreatedPostbackKey" });

export const listedConversionSchema = z
  .object({
    conversionId: z.int(),
    orderId: z.string(),
    label: z.string().nullable(),
    valueMicros: z.number().nullable(),
    creativeId: z.int(),
    attributedBy: z.enum(["click", "view"]),
    lagSeconds: z.int(),
    source: z.enum(["pixel", "postback"]),
    occurredAt: z.iso.datetime(),
  })
  .meta({ title: "Conversion" });

export const conversionList = listSpec({
  collection: "conversions",
  idField: "conversionId",
  sorts: { id: "id" },
  maxId: Number.MAX_SAFE_INTEGER,
  fields: Object.keys(listedConversionSchema.shape),
  filters: { attributedBy: wordFilter(["click", "view"]) },
});

const orderId = z.string().nullable();
const problem = z.object({ pointer: z.string(), rule: z.string() }).meta({ title: "LineProblem" });

export const conversionResultsSchema = z
  .object({
    results: z
      .array(
        z.discriminatedUnion("status", [
          z.object({
            status: z.enum(["counted", "duplicate"]),
            orderId,
            campaignId: entityId(),
            attributedBy: z.enum(["click", "view"]),
            lagSeconds: z.int(),
          }),
          z.object({
            status: z.literal("unattributed"),
            orderId,
            reason: z.enum(["no_touch", "invalid_click_id", "no_consent", "too_many"]),
          }),
          z.object({ status: z.literal("unavailable"), orderId }),
          z.object({ status: z.literal("invalid"), orderId, errors: z.array(problem) }),
        ]),
      )
      .describe("One a line, in their order."),
  })
  .meta({ title: "ConversionResults" });
