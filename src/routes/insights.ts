import { type Request, type RequestHandler, type Response, Router } from "express";
import type { z } from "zod";
import { parseParameters } from "../campaigns/listQuery.ts";
import { PublicError } from "../errors.ts";
import { demandSentence } from "../reports/demand/demandSentence.ts";
import type { DemandSeries } from "../reports/demand/demandTypes.ts";
import type { InsightReads } from "../reports/demand/insightTypes.ts";
import { seasonTrends } from "../reports/demand/seasonTrends.ts";
import { addWeeks } from "../reports/demand/weeks.ts";
import {
  affinitiesQuerySchema,
  categoryQuerySchema,
  type DemandForecastAnswer,
  demandForecastQuerySchema,
  demandQuerySchema,
  scopeQuerySchema,
  trendsQuerySchema,
} from "./insightSchemas.ts";

export interface InsightsRouterDeps {
  readonly authenticate: RequestHandler;
  readonly reads: InsightReads;
}

const historyWeeks = 60;

/**
 * `GET /v1/demand-forecast` and `GET /v1/insights…`: what was worked out beforehand about groups of at least 50 people. No
 * tenant's data: the same for whoever is known.
 */
export function insightsRouter({ authenticate, reads }: InsightsRouterDeps): Router {
  const router = Router();
  const get = (path: string, answer: (request: Request) => Promise<unknown>): void => {
    router.get(path, authenticate, async (request: Request, response: Response) => {
      response.setHeader("cache-control", "private, max-age=300").json(await answer(request));
    });
  };
  get("/v1/demand-forecast", async ({ query }) => {
    const { category, departement } = checked(demandForecastQuerySchema, query);
    return answerForecast(reads, category, departement);
  });
  get("/v1/insights", async ({ query }) => {
    checked(scopeQuerySchema, query);
    return reads.readScope();
  });
  get("/v1/insights/demand", async ({ query }) => {
    const { category, departement = "*" } = checked(demandQuerySchema, query);
    const series = await readOne(reads, category, departement);
    return { category, departement, weeks: weeksOf(series) };
  });
  get("/v1/insights/trends", async ({ query }) => {
    const { category, departement = "*" } = checked(trendsQuerySchema, query);
    const trends = seasonTrends([await readOne(reads, category, departement)]);
    const seasons = trends.map(({ year, season, eventsPerWeek, weeks }) => ({
      year,
      season,
      eventsPerWeek,
      weeks,
    }));
    return { category, departement, seasons };
  });
  get("/v1/insights/retention", async ({ query }) => {
    const { category = "*" } = checked(categoryQuerySchema, query);
    return (await reads.readRetention(category)) ?? nothingYet;
  });
  get("/v1/insights/affinities", async ({ query }) => {
    const { category } = checked(affinitiesQuerySchema, query);
    return (await reads.readAffinities(category)) ?? nothingYet;
  });
  return router;
}

const nothingYet = { computedAt: null, rows: [] } as const;

async function answerForecast(
  reads: InsightReads,
  category: string,
  departement: string,
): Promise<DemandForecastAnswer> {
  const [series, found] = await Promise.all([
    readOne(reads, category, departement),
    reads.readForecast(category, departement),
  ]);
  const isKnown = series.events.some((one) => one !== null);
  const absent = { refusal: isKnown ? "not_yet" : "unknown", weeks: [], backtest: null } as const;
  const { refusal, weeks, backtest } = found ?? absent;
  return {
    category,
    departement,
    refusal,
    sentence: demandSentence(weeks, refusal, series.events),
    weeks,
    history: weeksOf(series).slice(-historyWeeks),
    backtest,
  };
}

async function readOne(
  reads: InsightReads,
  category: string,
  departement: string,
): Promise<DemandSeries> {
  const [series] = await reads.readSeries({ category, departement });
  return series ?? { category, departement, firstWeek: "1970-01-05", events: [] };
}

function weeksOf({ firstWeek, events }: DemandSeries) {
  return events.map((value, at) => ({ week: addWeeks(firstWeek, at), events: value }));
}

function checked<Schema extends z.ZodObject>(
  schema: Schema,
  query: Request["query"],
): z.output<Schema> {
  const parsed = parseParameters(schema, query);
  if (parsed.ok) return parsed.value;
  throw new PublicError("invalid_parameter", "A parameter is not valid.", parsed.problems);
}
