import { z } from "zod";
import type { ServableCreative } from "../targeting/types.ts";
import type { CreativeFields } from "./creativeSchema.ts";
import { type ReviewWrite, reviewSchema } from "./review.ts";
import { suspensionSchema } from "./suspension.ts";

/** What we know of a creative besides what its owner wrote. */
export const creativeStateSchema = z.object({
  review: reviewSchema.meta({ title: "Review" }),
  /** An operator's kill switch; null = not pulled. */
  suspension: suspensionSchema.nullable(),
  /** Whether the landing page answers. */
  landingCheck: z
    .object({
      status: z.enum(["unchecked", "ok", "broken"]),
      reason: z.string().nullable(),
      checkedAt: z.iso.datetime().nullable(),
    })
    .meta({ title: "LandingCheck" }),
});

type State = z.output<typeof creativeStateSchema>;
export type CreativeState = { readonly [Key in keyof State]: Readonly<State[Key]> };

/** A creative as it is written. */
export type CreativeWrite = CreativeFields & {
  /** Left out: a new one waits for its review, that of a kept one stays. */
  readonly review?: ReviewWrite;
  /** What of it is shown while it is not approved; null = nothing, left out: what was before. */
  readonly approvedShown?: ServableCreative | null;
};
