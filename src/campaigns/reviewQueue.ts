import { z } from "zod";
import { type ContentCode, contentCodes } from "./contentRules/contentRule.ts";
import { type DeepReadonly, distinctList } from "./fieldTypes.ts";
import type { Actor, OrderedPage, PageOfItems, StoredCreative } from "./repository.ts";
import type { ReviewStatus } from "./review.ts";
import type { Suspendable, Suspension } from "./suspension.ts";

/** Creatives; the ids of the list are the numbers under which they were handed in. */
export interface ReviewQueue {
  page(filter: ReviewFilter, page: OrderedPage): Promise<PageOfItems<QueuedCreative>>;
  /** How many wait, and for how long the first has; null = none waits. */
  waiting(nowMs: number): Promise<{ readonly count: number; readonly oldestMs: number | null }>;
}

export interface ReviewFilter {
  readonly status: ReviewStatus;
  readonly advertiserId?: number | undefined;
  readonly campaignId?: number | undefined;
}

export interface QueuedCreative {
  /** Counts submissions; grows with each. */
  readonly reviewNumber: number;
  readonly advertiserId: number;
  readonly advertiserName: string;
  readonly trade: string;
  /** Subjects with rules of their own that it is known to be about: by the trade, or as its campaign names them. */
  readonly subjects: readonly ContentCode[];
  readonly creative: StoredCreative;
}

/** How an advertiser's creatives are reviewed. */
export const reviewSettingsSchema = z.strictObject({
  /** True: what an advertiser changes is shown at once, unless its words are suspect. */
  autoApprove: z.boolean(),
  /** Subjects that need a licence, and that an operator has seen it for. */
  licences: distinctList(z.enum(contentCodes), contentCodes.length).optional(),
});
export type ReviewSettings = DeepReadonly<z.output<typeof reviewSettingsSchema>>;

/** Kill switches and trust. Null = no such entity. Every change is audited. */
export interface OperatorSwitches {
  readSuspension(entity: Suspendable, id: number): Promise<SuspensionState | null>;
  /** Pulls the switch (or gives another reason), or releases it with null. */
  suspend(
    entity: Suspendable,
    id: number,
    reason: string | null,
    actor: Actor,
  ): Promise<SuspensionState | null>;
  readReviewSettings(advertiserId: number): Promise<ReviewSettings | null>;
  setReviewSettings(
    advertiserId: number,
    settings: ReviewSettings,
    actor: Actor,
  ): Promise<ReviewSettings | null>;
}

export interface SuspensionState {
  readonly suspension: Suspension | null;
  /** Whose it is. */
  readonly advertiserId: number;
}
