import { PublicError } from "../errors.ts";
import { actorOf, notFound, requireReviewer } from "./access.ts";
import { ifMatch, requireIfMatch } from "./mergePatch.ts";
import { invalidBody, valueOrThrow } from "./problems.ts";
import type { CreativeRepository, StoredApiKey, StoredCreative } from "./repository.ts";
import {
  approvedBy,
  parseReviewDecision,
  type ReviewDecision,
  type ReviewWrite,
} from "./review.ts";
import { fieldsOf } from "./saveCreative.ts";

export interface ReviewDeps {
  readonly creatives: CreativeRepository;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/**
 * Approves or rejects the very version that the reviewer has seen. A rejected change leaves the version that was approved
 * before it in service unless `stopApproved`; rejecting an approved creative stops it.
 * Throws PublicError `forbidden`, `not_found`, `invalid_body`, or `conflict` and `precondition_failed` (`If-Match`): another
 * version, or somebody was faster.
 */
export async function reviewCreative(
  { creatives, nowMs }: ReviewDeps,
  creativeId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<StoredCreative> {
  requireReviewer(key);
  const decision = valueOrThrow(parseReviewDecision(body));
  requireVersion(body, decision);
  const at = new Date(nowMs()).toISOString();
  const changed = await creatives.change(
    creativeId,
    (present) => {
      requireIfMatch(body, present.version);
      requireSeen(present, decision);
      const isApproval = decision.decision === "approve";
      const review: ReviewWrite = {
        ...approvedBy(key.label, at),
        status: isApproval ? "approved" : "rejected",
        reasons: decision.reasons,
        note: decision.note,
      };
      const ends = isApproval || decision.stopApproved || present.review.status === "approved";
      return { ...fieldsOf(present), review, ...(ends ? { approvedShown: null } : {}) };
    },
    actorOf(key),
  );
  if (changed === null) throw notFound();
  return changed;
}

/** Nobody judges what he has not seen. */
function requireVersion(body: unknown, { version }: ReviewDecision): void {
  if (version !== undefined || (typeof body === "object" && body !== null && ifMatch in body))
    return;
  throw invalidBody([{ pointer: "/version", rule: "is required, or If-Match" }]);
}

function requireSeen(present: StoredCreative, decision: ReviewDecision): void {
  if (decision.version === undefined || present.version === decision.version) return;
  throw new PublicError("conflict", "Somebody else changed or reviewed this meanwhile.", [
    { pointer: "/version", rule: `the present version is ${present.version}` },
  ]);
}
