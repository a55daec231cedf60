import { z } from "zod";
import { storedCreativeSchema } from "../../../campaigns/answers.ts";
import { contentCodes } from "../../../campaigns/contentRules/contentRule.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import { idFilter, listSpec } from "../../../campaigns/listQuery.ts";
import { reviewStatuses } from "../../../campaigns/review.ts";

export const queuedCreative = z
  .object({
    reviewNumber: z.int().min(1).describe("Counts submissions; grows with each."),
    advertiserId: entityId(),
    advertiserName: z.string(),
    trade: z.string(),
    subjects: z
      .array(z.enum(contentCodes))
      .describe(
        "Subjects with rules of their own that it is known to be about: by trade, or named.",
      ),
    creative: storedCreativeSchema,
  })
  .meta({ title: "QueuedCreative" });

const statusRule = `must be one of ${reviewStatuses.join(", ")}`;

export const reviewList = listSpec({
  collection: "reviews",
  idField: "reviewNumber",
  sorts: { id: "id" },
  maxId: Number.MAX_SAFE_INTEGER,
  fields: Object.keys(queuedCreative.shape),
  filters: {
    advertiserId: idFilter(),
    campaignId: idFilter(),
    status: z.enum(reviewStatuses, { error: () => statusRule }).default("pending"),
  },
});
