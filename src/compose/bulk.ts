import { randomBytes } from "node:crypto";
import type { Router } from "express";
import { campaignBulk, creativeBulk } from "../campaigns/bulkWriters.ts";
import type { SaveCampaignDeps } from "../campaigns/saveCampaign.ts";
import type { SaveCreativeDeps } from "../campaigns/saveCreative.ts";
import type { Admission } from "../routes/admission.ts";
import { bulkRouter } from "../routes/bulk.ts";
import { versionsOfIfMatch } from "../routes/entityTags.ts";
import { createIdempotencyStore } from "../stores/postgres/idempotency.ts";
import type { Stores } from "./stores.ts";

export interface BulkParts {
  readonly admission: Admission;
  readonly saveCampaign: SaveCampaignDeps;
  readonly saveCreative: SaveCreativeDeps;
}

/** Bulk calls. To be mounted before the other routes of their collections. */
export function composeBulk(
  { db }: Pick<Stores, "db">,
  { admission, saveCampaign, saveCreative }: BulkParts,
): readonly Router[] {
  const common = {
    authenticateStream: admission.authenticateStream,
    authenticateAgain: admission.authenticateAgain,
    answers: createIdempotencyStore(db),
    randomBytes,
    monotonicMs: () => performance.now(),
  };
  return [
    bulkRouter({
      ...common,
      collection: "campaigns",
      openWriter: campaignBulk(saveCampaign, versionsOfIfMatch),
    }),
    bulkRouter({
      ...common,
      collection: "creatives",
      openWriter: creativeBulk(saveCreative, versionsOfIfMatch),
    }),
  ];
}
