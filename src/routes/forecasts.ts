import { type RequestHandler, Router } from "express";
import { budgetDayOf } from "../budgets/budgetDay.ts";
import { daypartsToHoursOfWeek } from "../campaigns/dayparts.ts";
import { type ForecastFields, parseForecast } from "../campaigns/forecastSchema.ts";
import { invalidBody } from "../campaigns/problems.ts";
import type { StoredSegment } from "../campaigns/repository.ts";
import { resolveAudience, type ZoneRules } from "../campaigns/saveCampaign.ts";
import { zoneSchema } from "../campaigns/zoneSchema.ts";
import type { AskedForecast, Forecast } from "../reports/forecast/forecastTypes.ts";
import type { FrequencyCap } from "../targeting/types.ts";

export interface ForecastsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly validateZone: ZoneRules["validateZone"];
  readonly readSegments: () => Promise<readonly StoredSegment[]>;
  /** Throws PublicError `unavailable` while no sample is ready or too many wait. */
  readonly forecast: (asked: AskedForecast) => Promise<Forecast>;
  readonly nowMs: () => number;
}

/**
 * `POST /v1/forecasts`: what a campaign with these fields can expect. Nothing is stored. 422 names every problem. The answer
 * is about nobody in particular: no other advertiser, and no group under 50 people.
 */
export function forecastsRouter(deps: ForecastsRouterDeps): Router {
  const router = Router();
  router.use("/v1/forecasts", deps.authenticate);
  router.post("/v1/forecasts", async (request, response) => {
    const fields = checkForecast(deps, request.body);
    const audience =
      fields.audience.length === 0 ? [] : resolveAudience(fields, await deps.readSegments());
    const { categories, dayparts, frequencyCaps, ...asked } = fields;
    const forecast = await deps.forecast({
      ...asked,
      audience,
      frequencyCaps: frequencyCaps.map(toFrequencyCap),
      wantedCategories: categories.include,
      avoidedCategories: categories.exclude,
      hoursOfWeek: daypartsToHoursOfWeek(dayparts),
    });
    response.setHeader("cache-control", "no-store").json(forecast);
  });
  return router;
}

type WrittenCap = ForecastFields["frequencyCaps"][number];

export function toFrequencyCap({ per, maxImpressions, windowSeconds }: WrittenCap): FrequencyCap {
  return windowSeconds === undefined
    ? { per, maxImpressions, window: "page_view" }
    : { per, maxImpressions, windowSeconds };
}

function checkForecast({ validateZone, nowMs }: ForecastsRouterDeps, body: unknown) {
  const parsed = parseForecast(body, budgetDayOf(nowMs()));
  const problems = [...(parsed.ok ? [] : parsed.problems), ...problemsOfZone(validateZone, body)];
  if (!parsed.ok || problems.length > 0) throw invalidBody(problems);
  return parsed.value;
}

/** Asked even when other fields are wrong, so that all problems are told at once. */
function problemsOfZone(validateZone: ZoneRules["validateZone"], body: unknown) {
  if (typeof body !== "object" || body === null || !("zone" in body)) return [];
  const zone = zoneSchema.safeParse(body.zone);
  if (!zone.success) return [];
  return validateZone(zone.data).map(({ pointer, rule }) => ({ pointer: `/zone${pointer}`, rule }));
}
