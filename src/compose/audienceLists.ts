import type { Router } from "express";
import { createIdentifierHashOf } from "../audience/identifierHash.ts";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import type { Config } from "../config.ts";
import { type PublishListsDeps, publishLists } from "../jobs/publishLists.ts";
import type { Admission } from "../routes/admission.ts";
import { audienceListsRouter } from "../routes/audienceLists.ts";
import { createAudienceLists } from "../stores/postgres/audienceLists.ts";
import type { CampaignStore } from "../stores/postgres/campaignStore.ts";
import { createSuppressedOf } from "../stores/postgres/erasures.ts";
import { createListMembers } from "../stores/postgres/listMembers.ts";
import type { Stores } from "./stores.ts";

/** The routes of lists of customers. */
export function composeAudienceLists(
  config: Pick<Config, "visitorSecret">,
  { db, clock }: Pick<Stores, "db" | "clock">,
  store: Pick<CampaignStore, "advertisers">,
  { authenticate, authenticateStream }: Pick<Admission, "authenticate" | "authenticateStream">,
): Router {
  return audienceListsRouter({
    authenticate,
    authenticateStream,
    lists: createAudienceLists(db, createIdentifierHashOf(config.visitorSecret)),
    advertiserExists: async (id) => (await store.advertisers.read(id)) !== null,
    today: () => budgetDayOf(clock.nowMs()),
  });
}

/** The job that brings who is on lists into scores; one run. */
export function composeListPublishing(
  config: Pick<Config, "visitorSecret">,
  { jobsDb, scores, clock }: Pick<Stores, "jobsDb" | "scores" | "clock">,
): () => Promise<number> {
  const deps: PublishListsDeps = {
    members: createListMembers(jobsDb),
    scores,
    suppressedOf: createSuppressedOf(jobsDb, config.visitorSecret, clock.nowMs),
  };
  return () => publishLists(deps, clock.nowMs());
}
