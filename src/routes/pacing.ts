import { type RequestHandler, Router } from "express";
import { budgetDayBounds, budgetDayOf } from "../budgets/budgetDay.ts";
import type { DayPlan } from "../budgets/pacing/dayPlan.ts";
import { toPacingReport } from "../budgets/pacing/pacingReport.ts";
import { notFound, requireVisible } from "../campaigns/access.ts";
import type { CampaignRepository } from "../campaigns/repository.ts";
import { apiKeyOf } from "./authenticate.ts";
import { parseId } from "./resource.ts";

export interface PacingRouterDeps {
  readonly authenticate: RequestHandler;
  readonly readCampaign: CampaignRepository["read"];
  /** The last stored plan of a campaign and when it was last looked at; null = never paced. */
  readonly readPlan: (
    campaignId: number,
  ) => Promise<{ readonly plan: DayPlan; readonly lookedAtMs: number } | null>;
  readonly spentByHour: (campaignId: number, day: string) => Promise<ReadonlyMap<number, number>>;
  /** By which this node serves; undefined = 1. */
  readonly throttleOf: (campaignId: number) => number | undefined;
  readonly nowMs: () => number;
}

/**
 * `GET /v1/campaigns/{id}/pacing`: today's plan and spending by hour, the share of opportunities that the campaign takes
 * now, and how far it is off its plan. To be mounted before the router of campaigns. Faults: PublicError `not_found`,
 * `unavailable` when the store is away.
 */
export function pacingRouter(deps: PacingRouterDeps): Router {
  const router = Router();
  router.get("/v1/campaigns/:campaignId/pacing", deps.authenticate, async (request, response) => {
    const campaignId = parseId(request, "campaignId");
    const campaign = await deps.readCampaign(campaignId);
    if (campaign === null) throw notFound();
    requireVisible(apiKeyOf(request), campaign.advertiserId);
    const nowMs = deps.nowMs();
    const day = budgetDayOf(nowMs);
    const [stored, spentByHour] = await Promise.all([
      deps.readPlan(campaignId),
      deps.spentByHour(campaignId, day),
    ]);
    const isToday = stored?.plan.day === day && campaign.pacing !== "asap";
    const plan = isToday ? stored.plan : null;
    response.json({
      campaignId,
      pacing: campaign.pacing,
      day,
      at: new Date(nowMs).toISOString(),
      throttle: deps.throttleOf(campaignId) ?? 1,
      lookedAt: isToday ? new Date(stored.lookedAtMs).toISOString() : null,
      ...toPacingReport({ day, nowMs, plan, spentByHour, bounds: budgetDayBounds(day) }),
    });
  });
  return router;
}
