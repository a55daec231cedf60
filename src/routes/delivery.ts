import { type RequestHandler, Router } from "express";
import { addDays, startOfBudgetDayMs } from "../budgets/budgetDay.ts";
import { notFound, requireVisible } from "../campaigns/access.ts";
import type { CampaignRepository } from "../campaigns/repository.ts";
import { type Counts, createCounts } from "../reports/counters.ts";
import type { DeliveryFacts, Diagnosis } from "../reports/diagnosisTypes.ts";
import { type FunnelReport, toFunnelReport } from "../reports/funnelReport.ts";
import { everyCampaign } from "../reports/redecide.ts";
import type { ServableCampaign } from "../targeting/types.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId } from "./resource.ts";

export interface DeliveryRouterDeps {
  readonly authenticate: RequestHandler;
  readonly readCampaign: CampaignRepository["read"];
  readonly nowMs: () => number;
  readonly diagnose: (
    campaignId: number,
    nowMs: number,
  ) => Promise<{
    readonly campaign: ServableCampaign;
    readonly facts: DeliveryFacts;
    readonly diagnosis: Diagnosis;
  } | null>;
  readonly sumFunnel: (
    campaignIds: readonly number[],
    fromMs: number,
    untilMs: number,
  ) => Promise<ReadonlyMap<number, Counts>>;
  readonly readDiagnosis: (
    campaignId: number,
    day: string,
  ) => Promise<{ readonly firstKnownAtMs: number } | null>;
}

/** Days shown besides today's. */
const shownDays = 7;

/**
 * `GET /v1/campaigns/{id}/delivery`: whether a campaign spends as planned, what became of its opportunities today and in
 * seven days, and if it lags, why and what would help. Worked out when asked; samples are a minute old at most.
 */
export function deliveryRouter(deps: DeliveryRouterDeps): Router {
  const router = Router();
  router.get("/v1/campaigns/:campaignId/delivery", deps.authenticate, async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    const campaign = await deps.readCampaign(campaignId);
    if (campaign === null) throw notFound();
    requireVisible(apiKeyOf(request), campaign.advertiserId);
    const nowMs = deps.nowMs();
    const found = await deps.diagnose(campaignId, nowMs);
    if (found === null) throw notFound();
    const { diagnosis } = found;
    const [known, funnels] = await Promise.all([
      deps.readDiagnosis(campaignId, diagnosis.budgetDay),
      funnelsOf(deps, campaignId, diagnosis.budgetDay, nowMs),
    ]);
    response.json(toDelivery(campaignId, diagnosis, known, funnels, nowMs));
  });
  return router;
}

interface Funnels {
  readonly today: FunnelReport;
  readonly sevenDays: FunnelReport;
}

async function funnelsOf(
  deps: DeliveryRouterDeps,
  campaignId: number,
  day: string,
  nowMs: number,
): Promise<Funnels> {
  const since = async (fromDay: string): Promise<FunnelReport> => {
    const fromMs = startOfBudgetDayMs(fromDay);
    const sums = await deps.sumFunnel([everyCampaign, campaignId], fromMs, nowMs);
    const requests = sums.get(everyCampaign) ?? createCounts();
    return toFunnelReport(sums.get(campaignId) ?? null, requests);
  };
  const [today, sevenDays] = await Promise.all([since(day), since(addDays(day, 1 - shownDays))]);
  return { today, sevenDays };
}

function toDelivery(
  campaignId: number,
  diagnosis: Diagnosis,
  known: { readonly firstKnownAtMs: number } | null,
  funnel: Funnels,
  nowMs: number,
) {
  const { words, ...figures } = diagnosis;
  return {
    campaignId,
    at: new Date(nowMs).toISOString(),
    ...figures,
    fr: words.fr,
    en: words.en,
    /** When a look at all campaigns first found today that it lags; null = none did. */
    laggingSince: known === null ? null : new Date(known.firstKnownAtMs).toISOString(),
    funnel,
  };
}
