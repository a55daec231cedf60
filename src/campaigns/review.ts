import { z } from "zod";
import type { FieldProblem } from "../errors.ts";
import { entityId, textProblem } from "./fieldTypes.ts";
import { type Parsed, parseFields } from "./problems.ts";
import { reviewReasonCodes } from "./reviewReasons.ts";

export const reviewStatuses = ["pending", "approved", "rejected"] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

/** Where a creative stands: only what is approved is shown. */
export const reviewSchema = z.object({
  status: z.enum(reviewStatuses),
  /** Codes of `reviewReasons`; some when rejected, none otherwise. */
  reasons: z.array(z.string()).readonly(),
  note: z.string().nullable(),
  /** Label of the key of who decided; null while it waits. */
  reviewedBy: z.string().nullable(),
  at: z.iso.datetime().nullable(),
  /** Categories of `prohibitedCategories` that its words may be about: hints for the reviewer, no verdict. */
  suspects: z.array(z.string()).readonly(),
  /** The version of the content rules that judged it; 0 = it waits for that. */
  rulesVersion: z.int().min(0),
  /** Subjects with rules of their own that its words may be about and its campaign does not name. */
  rulesFlags: z.array(z.string()).readonly(),
  /** An approved version is still shown while this one waits or after it was rejected. */
  approvedVersionShown: z.boolean(),
});

export type Review = Readonly<z.output<typeof reviewSchema>>;

/** What is stored of it. */
export interface ReviewWrite {
  readonly status: ReviewStatus;
  readonly reasons: readonly string[];
  readonly note: string | null;
  readonly reviewedBy: string | null;
  readonly at: string | null;
}

export const pendingReview: ReviewWrite = {
  status: "pending",
  reasons: [],
  note: null,
  reviewedBy: null,
  at: null,
};

/** `by` decided without a reason to be given: an operator's own creative, a trusted advertiser's, the demo's. */
export const approvedBy = (by: string, at: string | null): ReviewWrite => ({
  ...pendingReview,
  status: "approved",
  reviewedBy: by,
  at,
});

/** The body of `POST /v1/creatives/{id}/review`. */
export const reviewDecisionSchema = z.strictObject({
  /** What the reviewer has looked at: another version is refused. Needed unless the request has `If-Match`. */
  version: entityId().optional(),
  decision: z.enum(["approve", "reject"]),
  reasons: z.array(z.enum(reviewReasonCodes)).max(10).default([]),
  /** With a rejection: the version that was approved before is no longer shown either. */
  stopApproved: z.boolean().default(false),
  note: z
    .string()
    .trim()
    .superRefine((text, context) => {
      const problem = textProblem(text, 500);
      if (problem !== null) context.addIssue({ code: "custom", message: problem });
    })
    .nullable()
    .default(null),
});

export type ReviewDecision = Readonly<z.output<typeof reviewDecisionSchema>>;

/** Checks a decision: a rejection has reasons, an approval has none, "other" is explained. Every problem at once. Pure. */
export function parseReviewDecision(body: unknown): Parsed<ReviewDecision> {
  return parseFields(reviewDecisionSchema, body, ({ decision, reasons, note }) => {
    const problems: FieldProblem[] = [];
    if (reasons === undefined || decision === undefined) return problems;
    if (decision === "reject" && reasons.length === 0) {
      problems.push({ pointer: "/reasons", rule: "a rejection needs at least one reason" });
    }
    if (decision === "approve" && reasons.length > 0) {
      problems.push({ pointer: "/reasons", rule: "must be empty for an approval" });
    }
    if (new Set(reasons).size !== reasons.length) {
      problems.push({ pointer: "/reasons", rule: "must not be repeated" });
    }
    if (reasons.includes("other") && note === null) {
      problems.push({ pointer: "/note", rule: 'is required with the reason "other"' });
    }
    return problems;
  });
}
