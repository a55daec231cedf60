import { z } from "zod";
import type { ActivityOutcome } from "../../../serving/collectActivity.ts";
import { describing } from "./describing.ts";

export const activityAnswerSchema = describing<ActivityOutcome>()(
  z
    .object({
      accepted: z.int().describe("Events that are new."),
      duplicates: z.int().describe("Events that were told before, and count once."),
      profiled: z.int().describe("Of those accepted, how many may add to a profile."),
      placeProblems: z
        .array(z.object({ pointer: z.string(), rule: z.string() }))
        .describe("Places that nobody knows; they were left out."),
      invalidTraffic: z
        .enum(["bot", "data_centre", "too_fast", "duplicate_click", "too_many"])
        .optional()
        .describe("Why the caller is nobody's and nothing is kept."),
    })
    .meta({ title: "ActivityOutcome" }),
);
