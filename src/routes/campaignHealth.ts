import { type RequestHandler, Router } from "express";
import { z } from "zod";
import { budgetDayOf, startOfBudgetDayMs } from "../budgets/budgetDay.ts";
import { visibleAdvertiserIds } from "../campaigns/access.ts";
import { limits } from "../campaigns/limits.ts";
import { flagFilter, parseParameters } from "../campaigns/listQuery.ts";
import { type FieldProblem, PublicError } from "../errors.ts";
import {
  type CampaignHealth,
  type HealthFacts,
  healthOf,
  healthOfDiagnosis,
} from "../reports/campaignHealth.ts";
import type { Diagnosis } from "../reports/diagnosisTypes.ts";
import { apiKeyOf } from "./authenticate.ts";

export interface CampaignHealthRouterDeps {
  readonly authenticate: RequestHandler;
  readonly nowMs: () => number;
  readonly readFacts: (
    campaignIds: readonly number[],
    advertiserIds: readonly number[] | null,
    day: string,
    dayStartMs: number,
  ) => Promise<readonly HealthFacts[]>;
  /** Those of the campaigns that serving knows, worked out now or a moment ago; by id. */
  readonly diagnose: (
    campaignIds: readonly number[],
    nowMs: number,
  ) => Promise<ReadonlyMap<number, { readonly atMs: number; readonly diagnosis: Diagnosis }>>;
}

/** As many as a page of a list has; of those that are worked out anew, what a screen shows. */
export const mostHealthIds = 200;
export const mostLiveIds = 50;

const idsRule = `must be 1 to ${mostHealthIds} different ids of campaigns, separated by commas`;
const idsText = z
  .string({ error: () => idsRule })
  .refine((text) => areIds(text.split(",")), { error: () => idsRule })
  .transform((text): readonly number[] => text.split(",").map(Number));

export const campaignHealthQuerySchema = z.strictObject({
  campaignIds: idsText.meta({ type: "string", description: `1 to ${mostHealthIds}, by commas.` }),
  live: flagFilter().meta({
    description: `Decides sampled requests again where a campaign runs, as the diagnosis does; at most ${mostLiveIds} ids.`,
  }),
});

function areIds(texts: readonly string[]): boolean {
  const isId = (text: string) => /^[1-9]\d{0,9}$/.test(text) && Number(text) <= limits.maxId;
  const isWhole = texts.length <= mostHealthIds && texts.every(isId);
  return isWhole && new Set(texts).size === texts.length;
}

/**
 * `GET /v1/campaign-health?campaignIds=1,2`: how campaigns of a list do today, in one question of the database whatever
 * their number; `live=true` works out anew why those that run lag. Whatever is not the caller's is absent. Faults:
 * PublicError `invalid_parameter`, `unavailable` when the store is away.
 */
export function campaignHealthRouter(deps: CampaignHealthRouterDeps): Router {
  const router = Router();
  router.get("/v1/campaign-health", deps.authenticate, async (request, response) => {
    const { campaignIds, live = false } = parseQuery(request.query);
    const nowMs = deps.nowMs();
    const day = budgetDayOf(nowMs);
    const advertiserIds = visibleAdvertiserIds(apiKeyOf(request));
    const facts = await deps.readFacts(campaignIds, advertiserIds, day, startOfBudgetDayMs(day));
    const stored = facts.map((one) => healthOf(one, day, nowMs));
    const items = live ? await diagnosed(deps, stored, nowMs) : stored;
    const place = new Map(campaignIds.map((id, index) => [id, index]));
    const placeOf = ({ campaignId }: CampaignHealth) => place.get(campaignId) ?? 0;
    response.setHeader("cache-control", "private, no-store");
    response.json({
      budgetDay: day,
      at: new Date(nowMs).toISOString(),
      items: items.toSorted((one, other) => placeOf(one) - placeOf(other)),
    });
  });
  return router;
}

/** What rests needs no reasons. */
async function diagnosed(
  { diagnose }: CampaignHealthRouterDeps,
  stored: readonly CampaignHealth[],
  nowMs: number,
): Promise<readonly CampaignHealth[]> {
  const running = stored.filter(({ rest }) => rest === null).map(({ campaignId }) => campaignId);
  if (running.length === 0) return stored;
  const found = await diagnose(running, nowMs);
  return stored.map((health) => {
    const one = found.get(health.campaignId);
    return one === undefined ? health : healthOfDiagnosis(health, one.diagnosis, one.atMs);
  });
}

function parseQuery(query: Readonly<Record<string, unknown>>) {
  const parsed = parseParameters(campaignHealthQuerySchema, query);
  if (!parsed.ok) throw invalid(parsed.problems);
  const { campaignIds, live } = parsed.value;
  if (live === true && campaignIds.length > mostLiveIds) {
    const rule = `must be at most ${mostLiveIds} ids with live=true`;
    throw invalid([{ pointer: "campaignIds", rule }]);
  }
  return parsed.value;
}

const invalid = (problems: readonly FieldProblem[]) =>
  new PublicError("invalid_parameter", "A parameter is not valid.", problems);
