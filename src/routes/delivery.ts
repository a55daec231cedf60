import { type Request, type RequestHandler, Router } from "express";
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
const hourMs = 3_600_000;

/**
 * `GET /v1/campaigns/{id}/diagnosis` and its first form, `/delivery`, which lacks the last hour and the main reason: whether a campaign spends as planned, what became of its opportunities today and in
 * seven days, and if it lags, why and what would help. Worked out when asked; samples are a minute old at most.
 */
export function deliveryRouter(deps: DeliveryRouterDeps): Router {
  const router = Router();
  const find = async (request: Request) => {
    const campaignId = parseId(request, "campaignId");
    const campaign = await deps.readCampaign(campaignId);
    if (campaign === null) throw notFound();
    requireVisible(apiKeyOf(request), campaign.advertiserId);
    const nowMs = deps.nowMs();
    const found = await deps.diagnose(campaignId, nowMs);
    if (found === null) throw notFound();
    const { diagnosis } = found;
    const known = await deps.readDiagnosis(campaignId, diagnosis.budgetDay);
    const fromDay = (day: string) => funnelSince(deps, campaignId, startOfBudgetDayMs(day), nowMs);
    return { campaignId, nowMs, diagnosis, known, fromDay };
  };
  router.get("/v1/campaigns/:campaignId/delivery", deps.authenticate, async (request, response) => {
    const { campaignId, nowMs, diagnosis, known, fromDay } = await find(request);
    const { budgetDay } = diagnosis;
    const [today, sevenDays] = await Promise.all([
      fromDay(budgetDay),
      fromDay(addDays(budgetDay, 1 - shownDays)),
    ]);
    const funnel = { today: today.funnel, sevenDays: sevenDays.funnel };
    response.json({ ...toDelivery(campaignId, diagnosis, known, nowMs), funnel });
  });
  router.get(
    "/v1/campaigns/:campaignId/diagnosis",
    deps.authenticate,
    async (request, response) => {
      const { campaignId, nowMs, diagnosis, known, fromDay } = await find(request);
      const { budgetDay } = diagnosis;
      // Counts are kept by the hour: the last full one and what has passed of this.
      const lastHourMs = Math.floor(nowMs / hourMs) * hourMs - hourMs;
      const [lastHour, today, sevenDays] = await Promise.all([
        funnelSince(deps, campaignId, lastHourMs, nowMs),
        fromDay(budgetDay),
        fromDay(addDays(budgetDay, 1 - shownDays)),
      ]);
      const main = mainReason(diagnosis);
      const told = toDelivery(campaignId, diagnosis, known, nowMs);
      response.json({ ...told, main, funnels: { lastHour, today, sevenDays } });
    },
  );
  return router;
}

interface SinceFunnel {
  readonly since: string;
  readonly funnel: FunnelReport;
}

async function funnelSince(
  { sumFunnel }: DeliveryRouterDeps,
  campaignId: number,
  fromMs: number,
  nowMs: number,
): Promise<SinceFunnel> {
  const sums = await sumFunnel([everyCampaign, campaignId], fromMs, nowMs);
  const requests = sums.get(everyCampaign) ?? createCounts();
  const funnel = toFunnelReport(sums.get(campaignId) ?? null, requests);
  return { since: new Date(fromMs).toISOString(), funnel };
}

/** The biggest lever: why, what to change, and what that would bring; null = nothing is wrong. */
function mainReason({ reasons: [first] }: Diagnosis) {
  if (first === undefined) return null;
  const { reason, fr, en, suggestions } = first;
  return { reason, fr, en, change: suggestions[0] ?? null };
}

function toDelivery(
  campaignId: number,
  diagnosis: Diagnosis,
  known: { readonly firstKnownAtMs: number } | null,
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
  };
}
