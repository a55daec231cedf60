import type { Router } from "express";
import { createBoundedCache } from "../boundedCache.ts";
import type { DiagnoseCampaigns } from "../jobs/diagnoseCampaigns.ts";
import type { Diagnosis } from "../reports/diagnosisTypes.ts";
import { campaignHealthRouter } from "../routes/campaignHealth.ts";
import { createReadHealthFacts } from "../stores/postgres/campaignHealth.ts";
import type { Management } from "./management.ts";
import type { Stores } from "./stores.ts";

/** Samples are a minute old at most: what was worked out a moment ago says the same. */
const rememberMs = 30_000;
const mostRemembered = 5_000;

interface Remembered {
  readonly atMs: number;
  readonly diagnosis: Diagnosis;
}

/** The route of lists of campaigns, on Postgres. What several people look at is worked out once in half a minute. */
export function composeCampaignHealth(
  { db, clock }: Pick<Stores, "db" | "clock">,
  diagnoseSome: DiagnoseCampaigns["some"],
  { authenticate }: Pick<Management, "authenticate">,
): Router {
  const known = createBoundedCache<Remembered>(mostRemembered);
  const isFresh = (one: Remembered | undefined, nowMs: number) =>
    one !== undefined && nowMs - one.atMs < rememberMs && nowMs >= one.atMs;
  return campaignHealthRouter({
    authenticate,
    nowMs: clock.nowMs,
    readFacts: createReadHealthFacts(db),
    async diagnose(campaignIds, nowMs) {
      const asked = campaignIds.filter((id) => !isFresh(known.get(String(id)), nowMs));
      const worked = asked.length === 0 ? [] : await diagnoseSome(asked, nowMs);
      for (const { campaign, diagnosis } of worked)
        known.set(String(campaign.campaignId), { atMs: nowMs, diagnosis });
      const found = new Map<number, Remembered>();
      for (const id of campaignIds) {
        const one = known.get(String(id));
        if (one !== undefined && isFresh(one, nowMs)) found.set(id, one);
      }
      return found;
    },
  });
}
